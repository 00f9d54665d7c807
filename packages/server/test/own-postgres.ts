import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import pg from 'pg';
import { freePort } from './free-port.ts';
import { until } from './until.ts';

/** A server of our own, which may be stopped and crashed; it comes back at the same address. */
export interface OwnPostgres {
  url: string;
  start(): Promise<void>;
  /** `fast` ends all sessions and writes everything down; `crash` does not, and is recovered from at the start. */
  stop(how: 'fast' | 'crash'): Promise<void>;
  /** Ends it, and what it has stored. */
  remove(): Promise<void>;
}

/** Where a Debian has the programs, which are in no PATH. */
const DEBIAN = '/usr/lib/postgresql';
const STARTED_MS = 60_000;
const SIGNALS = { fast: 'SIGINT', crash: 'SIGQUIT' } as const;

const HOW = 'no PostgreSQL server to start; install one, with initdb and postgres in the PATH';

function folders(): string[] {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN) : [];
  const newest = versions.sort((one, other) => Number(other) - Number(one));
  const path = (process.env.PATH ?? '').split(delimiter);
  return [...path, ...newest.map((version) => join(DEBIAN, version, 'bin'))];
}

/** The folder of the server's programs; undefined: there are none here. */
const programs = (): string | undefined =>
  folders().find((folder) =>
    ['initdb', 'postgres'].every((name) => existsSync(join(folder, name))),
  );

/** False where there is no server to start, and says how to have one; never skipped where CI is set. */
export function hasOwnPostgres(): boolean {
  const isThere = programs() !== undefined;
  if (!isThere && process.env.CI) throw new Error(HOW);
  if (!isThere) process.stderr.write(`skipped: ${HOW}\n`);
  return isThere;
}

/** The command and its arguments as somebody who is not root: PostgreSQL refuses to work as that. */
const asNobody = (args: string[]): [string, string[]] => {
  const setpriv = ['setpriv', '--reuid', 'postgres', '--regid', 'postgres', '--clear-groups'];
  const [program = '', ...rest] = process.getuid?.() === 0 ? [...setpriv, ...args] : args;
  return [program, rest];
};

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2000 });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('SELECT 1');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

/** @param settings as `postgres -c` takes them */
export async function ownPostgres(settings: string[] = []): Promise<OwnPostgres> {
  const folder = programs();
  if (!folder) throw new Error(HOW);
  const dir = mkdtempSync(join(tmpdir(), 'throughline-postgres-'));
  // Whoever it runs as makes the folder inside.
  chmodSync(dir, 0o1777);
  const [data, port] = [join(dir, 'data'), await freePort()];
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  const options = { cwd: dir, stdio: 'ignore' } as const;
  execFileSync(
    ...asNobody([join(folder, 'initdb'), '-D', data, '-U', 'postgres', '--auth', 'trust']),
    options,
  );
  const set = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', ...settings];
  const serve = [join(folder, 'postgres'), '-D', data, '-p', `${port}`];
  let child: ChildProcess | undefined;

  async function stop(how: keyof typeof SIGNALS): Promise<void> {
    const running = child;
    child = undefined;
    if (!running || running.exitCode !== null) return;
    running.kill(SIGNALS[how]);
    await once(running, 'exit');
  }

  // Whoever asked for it may end without a word.
  const end = () => void child?.kill(SIGNALS.crash);
  process.once('exit', end);
  const made: OwnPostgres = {
    url,
    async start() {
      child ??= spawn(...asNobody([...serve, ...set.flatMap((it) => ['-c', it])]), options);
      await until(() => answers(url), 'PostgreSQL', STARTED_MS);
    },
    stop,
    async remove() {
      await stop('crash');
      process.off('exit', end);
      rmSync(dir, { recursive: true, force: true });
    },
  };
  await made.start();
  return made;
}
