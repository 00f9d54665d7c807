/**
 * The browser tests on two relays behind one address, with PostgreSQL and Redis as this machine has them
 * and no container engine. `pnpm two-relays [files]`; TEST_DATABASE_URL names a PostgreSQL that runs,
 * otherwise one at its usual port is taken, and otherwise an own one is started for as long as the tests
 * take. Each stage starts a Redis of its own.
 */
import { once } from 'node:events';
import { connect } from 'node:net';
import { hasOwnPostgres, ownPostgres } from '../packages/server/test/own-postgres.ts';
import { hasRedis } from '../packages/server/test/redis.ts';
import { runBrowserTests } from './browser-tests.ts';

const USUAL = 'postgres://postgres@127.0.0.1:5432/test';
const print = (line: string) => process.stdout.write(`two-relays: ${line}\n`);

interface Database {
  url: string;
  stop(): Promise<void>;
}

/** A server for as long as the tests take; nothing in it has to outlive its machine. */
async function startOwn(): Promise<Database> {
  if (!hasOwnPostgres()) throw new Error('name a running PostgreSQL in TEST_DATABASE_URL');
  const { url, remove } = await ownPostgres(['fsync=off']);
  return { url, stop: remove };
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
  if (await answers(url)) return { url, async stop() {} };
  if (named) throw new Error('no PostgreSQL answers at TEST_DATABASE_URL');
  return startOwn();
}

async function main(): Promise<void> {
  if (!hasRedis()) throw new Error('no redis-server; install Redis');
  const { url, stop } = await findDatabase();
  try {
    const args = process.argv.slice(2);
    print(`PostgreSQL at ${url.replace(/:[^:@/]*@/, ':…@')}, a Redis for each stage, two relays`);
    print(`RELAYS=2 vitest run --project browser ${args.join(' ')}`);
    process.exitCode = runBrowserTests(args, { RELAYS: '2', TEST_DATABASE_URL: url });
  } finally {
    await stop();
  }
}

try {
  await main();
} catch (error) {
  print((error as Error).message);
  process.exitCode = 1;
}
