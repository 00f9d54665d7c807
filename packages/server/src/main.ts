#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { addAgent } from './cli/agent.ts';
import { doctor } from './cli/doctor.ts';
import type { Invocation } from './cli/invocation.ts';
import { addSite } from './cli/site.ts';
import { start } from './cli/start.ts';
import { StartupError } from './lib/errors.ts';

const USAGE = `Usage: throughline <command>

  start                       Run the relay and the console.
  agent add                   Add an agent, or let one choose a new password.
      --email A --name N [--role admin|agent]
  site add                    Add a site, or change the one with this key.
      --key K --name N --origin O [--origin O]… [--accent #rrggbb] [--greeting T]
      [--language L] [--position right|left]
  doctor [--json]             Check this machine, the settings and the data folder.

Settings come from the environment: PORT, HOST, DATA_DIR, PUBLIC_URL, TRUST_PROXY, LOG_LEVEL,
THROUGHLINE_ADMIN_EMAIL, THROUGHLINE_ADMIN_PASSWORD.
`;

const commands = new Map<string, (call: Invocation) => Promise<number>>([
  ['start', start],
  ['agent add', addAgent],
  ['site add', addSite],
  ['doctor', doctor],
]);

async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
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
    },
  });
  const run = commands.get(positionals.join(' '));
  if (!run || values.help) {
    process.stderr.write(USAGE);
    return values.help ? 0 : 2;
  }
  const print = (line: string) => process.stdout.write(`${line}\n`);
  // biome-ignore lint/style/noProcessEnv: the one place that reads it; everybody else gets their slice.
  return run({ env: process.env, values, print });
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const known =
    error instanceof StartupError ||
    (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS');
  process.stderr.write(
    `throughline: ${known ? (error as Error).message : ((error as Error).stack ?? error)}\n`,
  );
  process.exitCode = 1;
}
