#!/usr/bin/env node
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import manifest from '../package.json' with { type: 'json' };
import {
  disableAgent,
  enableAgent,
  listAgents,
  setAgentRole,
  signOutAgent,
} from './cli/account.ts';
import { addAgent } from './cli/agent.ts';
import { backup } from './cli/backup.ts';
import { applyBlueprint, checkBlueprint, showBlueprint, testBlueprint } from './cli/blueprint.ts';
import { doctor } from './cli/doctor.ts';
import { replayEvents } from './cli/events-replay.ts';
import { tailEvents } from './cli/events-tail.ts';
import { listTypes } from './cli/events-types.ts';
import type { Command } from './cli/invocation.ts';
import { createKey, listKeys, revokeKey } from './cli/key.ts';
import { putKnowledge } from './cli/knowledge.ts';
import { listen } from './cli/listen.ts';
import { migrateStore } from './cli/migrate-store.ts';
import { restore } from './cli/restore.ts';
import { rotateSecret } from './cli/secret.ts';
import { addSite, applySite, showSite } from './cli/site.ts';
import { trigger } from './cli/trigger.ts';
import { StartupError, UsageError } from './lib/errors.ts';
import { nearest } from './lib/nearest.ts';

const commands = new Map<string, Command>(
  Object.entries({
    start: {
      about: 'Run the relay and the console.',
      options: {},
      // It brings the whole relay with it; the others answer sooner without.
      run: async (call) => (await import('./cli/start.ts')).start(call),
    },
    'agent add': {
      about: 'Add an agent, or let one choose a new password.',
      takes: '--email A --name N [--role admin|agent]',
      options: { email: { type: 'string' }, name: { type: 'string' }, role: { type: 'string' } },
      run: addAgent,
    },
    'agent list': listAgents,
    'agent disable': disableAgent,
    'agent enable': enableAgent,
    'agent role': setAgentRole,
    'agent sign-out': signOutAgent,
    'site add': {
      about: 'Add a site, or change the one with this key.',
      takes:
        '--key K --name N --origin O [--origin O]… [--accent #rrggbb] [--greeting T]\n' +
        '[--language L] [--position right|left] [--mirror dataLayer|analytics|none]…\n' +
        '[--files on|off]',
      options: {
        key: { type: 'string' },
        name: { type: 'string' },
        origin: { type: 'string', multiple: true },
        accent: { type: 'string' },
        greeting: { type: 'string' },
        language: { type: 'string' },
        position: { type: 'string' },
        mirror: { type: 'string', multiple: true },
        files: { type: 'string' },
      },
      run: addSite,
    },
    'site show': showSite,
    'site apply': applySite,
    'blueprint show': showBlueprint,
    'blueprint check': checkBlueprint,
    'blueprint test': testBlueprint,
    'blueprint apply': applyBlueprint,
    'key create': createKey,
    'key list': listKeys,
    'key revoke': revokeKey,
    'secret rotate': rotateSecret,
    'knowledge put': putKnowledge,
    'events types': listTypes,
    'events tail': tailEvents,
    'events replay': replayEvents,
    listen,
    trigger,
    backup,
    restore,
    'migrate-store': migrateStore,
    doctor: {
      about: 'Check this machine, the settings and the data folder, or the page at an address.',
      takes: '[--site URL] [--json]',
      options: { json: { type: 'boolean' }, site: { type: 'string' } },
      run: doctor,
    },
  }),
);

const explain = ([name, { about, takes }]: [string, Command]): string =>
  [
    `  ${name.padEnd(27)} ${about}`,
    ...(takes?.split('\n') ?? []).map((line) => `      ${line}`),
  ].join('\n');

const USAGE = `Usage: throughline <command>

${[...commands].map(explain).join('\n')}
  --help, --version

Settings come from the environment. Of the relay: PORT, HOST, DATA_DIR, PUBLIC_URL, TRUST_PROXY,
LOG_LEVEL, EGRESS_ALLOW, THROUGHLINE_ADMIN_EMAIL, THROUGHLINE_ADMIN_PASSWORD; brokers that get every
event: NATS_URL, RABBITMQ_URL, REDIS_STREAM_URL, MQTT_URL, each with …_PII; files: FILE_MAX_MB,
FILE_QUOTA_MB, FILE_METADATA, S3_BUCKET, S3_ENDPOINT, S3_REGION, S3_ACCESS_KEY_ID,
S3_SECRET_ACCESS_KEY; several relays: DATABASE_URL, REDIS_URL. Of events, listen and knowledge: THROUGHLINE_API_KEY, THROUGHLINE_URL, THROUGHLINE_WEBHOOK_SECRET.
`;

/** Of all commands together; each then says no to those that are not its own. */
const options: ParseArgsOptionsConfig = Object.assign(
  { help: { type: 'boolean', short: 'h' }, version: { type: 'boolean' } },
  ...[...commands.values()].map((command) => command.options),
);

/** What was meant, where something is near it, or where to look. */
function hint(given: string, known: Iterable<string>, mark = ''): string {
  const meant = nearest(given, known);
  return meant ? `did you mean ${mark}${meant}?` : 'see throughline --help.';
}

function read(args: string[]) {
  try {
    return parseArgs({ args, allowPositionals: true, options });
  } catch (error) {
    // Its first sentence says what is wrong, the rest teaches something nobody asked for.
    const [says = ''] = (error as Error).message.split('. ');
    const [, given = ''] = /^Unknown option '--([^']+)'/.exec(says) ?? [];
    throw new UsageError(`${says}; ${hint(given, Object.keys(options), '--')}`);
  }
}

/** The command with the longest name that fits, and the words behind it. */
function find(given: string[]): { command: Command; words: string[] } {
  for (let taken = given.length; taken > 0; taken--) {
    const command = commands.get(given.slice(0, taken).join(' '));
    const words = given.slice(taken);
    if (command && words.length <= (command.words ?? 0)) return { command, words };
  }
  throw new UsageError(
    given.length > 0
      ? `There is no command "${given.join(' ')}"; ${hint(given.join(' '), commands.keys())}`
      : `Name a command.\n\n${USAGE}`,
  );
}

async function main(args: string[]): Promise<number> {
  const { values, positionals } = read(args);
  const print = (line: string) => process.stdout.write(`${line}\n`);
  if (values.version) print(manifest.version);
  else if (values.help) print(USAGE);
  if (values.version || values.help) return 0;
  const { command, words } = find(positionals);
  const odd = Object.keys(values).find((option) => !Object.hasOwn(command.options, option));
  if (odd) throw new UsageError(`This command takes no --${odd}; see throughline --help.`);
  const note = (line: string) => process.stderr.write(`${line}\n`);
  const columns = process.stdout.isTTY ? process.stdout.columns : undefined;
  // biome-ignore lint/style/noProcessEnv: the one place that reads it; everybody else gets their slice.
  return command.run({ env: process.env, values, words, print, note, columns });
}

// Whoever reads what we print may have seen enough: `throughline site add … | head -3`.
process.stdout.on('error', () => process.exit(0));
try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const says = error instanceof StartupError ? error.message : ((error as Error).stack ?? error);
  process.stderr.write(`throughline: ${says}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
