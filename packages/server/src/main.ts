#!/usr/bin/env node
import { parseArgs } from 'node:util';
import manifest from '../package.json' with { type: 'json' };
import { addAgent } from './cli/agent.ts';
import { doctor } from './cli/doctor.ts';
import type { Invocation } from './cli/invocation.ts';
import { addSite } from './cli/site.ts';
import { start } from './cli/start.ts';
import { StartupError, UsageError } from './lib/errors.ts';

const USAGE = `Usage: throughline <command>

  start                       Run the relay and the console.
  agent add                   Add an agent, or let one choose a new password.
      --email A --name N [--role admin|agent]
  site add                    Add a site, or change the one with this key.
      --key K --name N --origin O [--origin O]… [--accent #rrggbb] [--greeting T]
      [--language L] [--position right|left]
  doctor [--json]             Check this machine, the settings and the data folder.
  --help, --version

Settings come from the environment: PORT, HOST, DATA_DIR, PUBLIC_URL, TRUST_PROXY, LOG_LEVEL,
EGRESS_ALLOW, THROUGHLINE_ADMIN_EMAIL, THROUGHLINE_ADMIN_PASSWORD.
`;

const commands = new Map<string, (call: Invocation) => Promise<number>>([
  ['start', start],
  ['agent add', addAgent],
  ['site add', addSite],
  ['doctor', doctor],
]);

const options = {
  email: { type: 'string' },
  name: { type: 'string' },
  role: { type: 'string' },
  key: { type: 'string' },
  origin: { type: 'string', multiple: true },
  accent: { type: 'string' },
  greeting: { type: 'string' },
  language: { type: 'string' },
  position: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
} as const;

function read(args: string[]) {
  try {
    return parseArgs({ args, allowPositionals: true, options });
  } catch (error) {
    // Its first sentence says what is wrong, the rest teaches something nobody asked for.
    const [says = ''] = (error as Error).message.split('. ');
    throw new UsageError(`${says}; see throughline --help.`);
  }
}

async function main(args: string[]): Promise<number> {
  const { values, positionals } = read(args);
  const print = (line: string) => process.stdout.write(`${line}\n`);
  const name = positionals.join(' ');
  const run = commands.get(name);
  if (values.version) print(manifest.version);
  else if (values.help) print(USAGE);
  if (values.version || values.help) return 0;
  if (!run)
    throw new UsageError(
      name
        ? `There is no command "${name}"; see throughline --help.`
        : `Name a command.\n\n${USAGE}`,
    );
  // biome-ignore lint/style/noProcessEnv: the one place that reads it; everybody else gets their slice.
  return run({ env: process.env, values, print });
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
