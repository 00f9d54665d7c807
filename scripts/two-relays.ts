/**
 * The browser tests on two relays behind one address, with PostgreSQL and Redis as this machine has them
 * and no container engine. `pnpm two-relays [files]`; TEST_DATABASE_URL names a PostgreSQL that runs,
 * otherwise one at its usual port is taken, and otherwise an own one is started for as long as the tests
 * take. Each stage starts a Redis of its own.
 */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { freePort } from '../packages/server/test/free-port.ts';

const USUAL = 'postgres://postgres@127.0.0.1:5432/test';
const VITEST = join(import.meta.dirname, '../node_modules/vitest/vitest.mjs');
const DEBIAN = '/usr/lib/postgresql';
const print = (line: string) => process.stdout.write(`two-relays: ${line}\n`);

interface Database {
  url: string;
  stop(): void;
}

function isInstalled(program: string, path = process.env.PATH): boolean {
  return spawnSync(program, ['--version'], { env: { ...process.env, PATH: path } }).status === 0;
}

/** Where programs are, with the newest PostgreSQL of a Debian, which are in no PATH. */
function pathOfPrograms(): string {
  const { PATH = '' } = process.env;
  try {
    const versions = readdirSync(DEBIAN).sort((one, other) => Number(other) - Number(one));
    return [PATH, ...versions.map((version) => join(DEBIAN, version, 'bin'))].join(delimiter);
  } catch {
    return PATH;
  }
}

/** Runs a program of PostgreSQL's, which refuse to work as root; throws what it said when it fails. */
function run(args: string[], dir: string): void {
  const isRoot = process.getuid?.() === 0;
  const as = isRoot
    ? ['setpriv', '--reuid', 'postgres', '--regid', 'postgres', '--clear-groups']
    : [];
  const [program = '', ...rest] = [...as, ...args];
  const env = { ...process.env, PATH: pathOfPrograms() };
  const { status, stderr, error } = spawnSync(program, rest, { env, cwd: dir, encoding: 'utf8' });
  if (status !== 0) throw error ?? new Error(`${args[0]} ended with ${status}: ${stderr}`);
}

/** A server for as long as the tests take, in a folder that goes with it. */
async function startOwn(): Promise<Database> {
  if (!isInstalled('initdb', pathOfPrograms()))
    throw new Error('no PostgreSQL; name a running one in TEST_DATABASE_URL, or install it');
  const dir = mkdtempSync(join(tmpdir(), 'throughline-postgres-'));
  // Whoever it runs as makes the folder inside.
  chmodSync(dir, 0o1777);
  const data = join(dir, 'data');
  const port = await freePort();
  const options = `-p ${port} -k '' -c listen_addresses=127.0.0.1 -c fsync=off`;
  run(['initdb', '-D', data, '-U', 'postgres', '--auth', 'trust'], dir);
  run(['pg_ctl', '-D', data, '-w', '-o', options, '-l', join(dir, 'log'), 'start'], dir);
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    stop() {
      run(['pg_ctl', '-D', data, '-m', 'immediate', 'stop'], dir);
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Whether anything listens there. */
async function answers(url: string): Promise<boolean> {
  const { hostname: host, port } = new URL(url);
  const socket = connect({ host, port: Number(port || 5432) });
  const isThere = await once(socket, 'connect').then(
    () => true,
    () => false,
  );
  socket.destroy();
  return isThere;
}

async function findDatabase(): Promise<Database> {
  const named = process.env.TEST_DATABASE_URL;
  const url = named ?? USUAL;
  if (await answers(url)) return { url, stop() {} };
  if (named) throw new Error('no PostgreSQL answers at TEST_DATABASE_URL');
  return startOwn();
}

async function main(): Promise<void> {
  if (!isInstalled('redis-server')) throw new Error('no redis-server; install Redis');
  const { url, stop } = await findDatabase();
  try {
    const args = ['run', '--project', 'browser', ...process.argv.slice(2)];
    print(`PostgreSQL at ${url.replace(/:[^:@/]*@/, ':…@')}, a Redis for each stage, two relays`);
    print(`RELAYS=2 vitest ${args.join(' ')}`);
    const env = { ...process.env, RELAYS: '2', TEST_DATABASE_URL: url };
    process.exitCode =
      spawnSync(process.execPath, [VITEST, ...args], { env, stdio: 'inherit' }).status ?? 1;
  } finally {
    stop();
  }
}

try {
  await main();
} catch (error) {
  print((error as Error).message);
  process.exitCode = 1;
}
