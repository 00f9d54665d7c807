import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openStore, readConfig } from '@throughline/server';
import pg from 'pg';
import { ownPostgres } from '../../../packages/server/test/own-postgres.ts';
import type { Ground } from './ground.ts';
import { toLogged } from './sqlite.ts';

const SERVER = process.env.TEST_DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/test';

const LOG = `SELECT e.log_offset::float8 AS place, c.id AS conv, e.id AS key, e.type,
    e.seq::float8 AS seq, e.pub::float8 AS pub, e.actor ->> 'kind' AS "by", e.actor ->> 'id' AS who,
    e.data ->> 'text' AS text,
    CASE WHEN e.type = 'message.created' THEN NULL ELSE e.data::text END AS data
  FROM event e LEFT JOIN conversation c ON c.no = e.conversation ORDER BY e.log_offset`;

async function asOwner<T>(url: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 });
  client.on('error', () => {});
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

/** False where there is no server, and says how to bring one. */
export async function hasPostgres(): Promise<boolean> {
  try {
    await asOwner(SERVER, (client) => client.query('SELECT 1'));
    return true;
  } catch {
    const where = SERVER.replace(/:[^:@/]*@/, ':…@');
    const how = `no PostgreSQL at ${where}; start one and name it in TEST_DATABASE_URL`;
    if (process.env.CI) throw new Error(how);
    process.stderr.write(`skipped: ${how}\n`);
    return false;
  }
}

/** A crash loses all that no commit waited for, not only the last moments of it. */
const FORGETFUL = ['wal_writer_delay=10s'];

/** On a server that nobody else uses, so that it may be stopped. */
export async function createOwnPostgresGround(): Promise<Ground> {
  const { url, stop, start, remove } = await ownPostgres(FORGETFUL);
  const ground = await createPostgresGround(url);
  return { ...ground, stop, start, remove: () => ground.remove().finally(remove) };
}

/** A schema of its own on a server that others use as well. */
export async function createPostgresGround(server = SERVER): Promise<Ground> {
  const dataDir = mkdtempSync(join(tmpdir(), 'throughline-storm-'));
  const name = `throughline_storm_${randomBytes(6).toString('hex')}`;
  await asOwner(server, (client) => client.query(`CREATE SCHEMA ${name}`));
  const url = new URL(server);
  url.searchParams.set('options', `-c search_path=${name}`);
  // Nobody else's connections carry it: those are the ones that may be ended.
  const databaseUrl = url.href;
  const inside = <T>(use: (client: pg.Client) => Promise<T>) => asOwner(databaseUrl, use);
  const rows = async (sql: string) => (await inside((client) => client.query(sql))).rows;

  /** A transaction that does this one thing, stands still, and takes it back. */
  const hold = (sql: string, ms: number) =>
    inside(async (client) => {
      await client.query('BEGIN');
      const { rowCount } = await client.query(sql);
      await sleep(ms);
      await client.query('ROLLBACK');
      if (!rowCount) throw new Error('there was no row');
    });

  /** Processes of the server that hold this schema's tables or its relay's lock. */
  const BACKENDS = `SELECT DISTINCT pid FROM pg_locks WHERE pid <> pg_backend_pid() AND (
      relation IN (SELECT oid FROM pg_class WHERE relnamespace = '${name}'::regnamespace)
      OR (locktype = 'advisory' AND objid = hashtext('${name}')::bigint & 4294967295))`;

  return {
    spec: { dataDir, databaseUrl },
    open: () => openStore(readConfig({ DATA_DIR: dataDir, DATABASE_URL: databaseUrl })),
    heads: async () =>
      new Map(
        (await rows('SELECT id, pub, seq FROM conversation')).map(({ id, pub, seq }) => [
          id,
          { pub: Number(pub), seq: Number(seq) },
        ]),
      ),
    readLog: async () => (await rows(LOG)).map(toLogged),
    async deliveries() {
      const found = await rows(
        `SELECT log_offset AS place, state FROM delivery WHERE state <> 'delivered'`,
      );
      const dead = found.filter(({ state }) => state === 'dead').map(({ place }) => Number(place));
      return { pending: found.length - dead.length, dead: new Set(dead) };
    },
    async remains(pattern) {
      const tables = await rows(
        `SELECT tablename AS name FROM pg_tables WHERE schemaname = '${name}'`,
      );
      const found = [];
      for (const table of tables) {
        const texts = await rows(
          `SELECT t::text AS text FROM ${table.name} t WHERE t::text LIKE '%doomed-%'`,
        );
        const words = texts.flatMap(({ text }) => String(text).match(pattern) ?? []);
        found.push(...[...new Set(words)].map((text) => ({ text, where: `table ${table.name}` })));
      }
      return found;
    },
    backUp: () => Promise.reject(new Error('a backup of PostgreSQL is its own')),
    putBack: () => Promise.reject(new Error('a backup of PostgreSQL is its own')),
    dropIdIndex: async () => void (await rows('DROP INDEX event_id')),
    terminate: async () =>
      (await rows(`SELECT pg_terminate_backend(pid) FROM (${BACKENDS}) b`)).length,
    holdRows: (ms, limit) => {
      const some = limit === undefined ? '' : `ORDER BY no DESC LIMIT ${limit}`;
      return hold(`SELECT 1 FROM conversation ${some} FOR UPDATE`, ms);
    },
    holdWrite: (ms) =>
      hold(
        `INSERT INTO event (id, type, time, actor, data)
           VALUES (gen_random_uuid()::text, 'nobody', 0, '{}', '{}')`,
        ms,
      ),
    async remove() {
      await asOwner(server, (client) => client.query(`DROP SCHEMA ${name} CASCADE`));
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
