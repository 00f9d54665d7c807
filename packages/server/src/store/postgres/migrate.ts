import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClientBase } from 'pg';
import { StartupError } from '../../lib/errors.ts';
import { newEpoch } from '../epoch.ts';

export const migrations = join(import.meta.dirname, 'migrations');

/** One at a time, whoever starts: held by the transaction that migrates. */
const MIGRATING = 4_600_001;

interface Migration {
  version: number;
  file: string;
}

const migrationsIn = (folder: string): Migration[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.sql'))
    .sort()
    .map((file) => ({ version: Number.parseInt(file, 10), file }));

async function metaOf(client: ClientBase, name: string): Promise<string | undefined> {
  const { rows } = await client.query('SELECT value FROM meta WHERE name = $1', [name]);
  return rows[0]?.value;
}

/** Whether the first relay is still to start here. */
export async function isUnused(client: ClientBase): Promise<boolean> {
  const { rows } = await client.query(`SELECT to_regclass('meta') IS NULL AS is_unused`);
  return rows[0]?.is_unused;
}

/** For a program beside a relay: the schema is the relay's to change, not under its feet. */
export async function checkSchema(client: ClientBase, folder: string): Promise<void> {
  if (await isUnused(client))
    throw new StartupError('There is no log in this database yet; start the relay on it first.');
  const found = Number(await metaOf(client, 'version'));
  const newest = migrationsIn(folder).at(-1)?.version ?? 0;
  if (found !== newest)
    throw new StartupError(
      `The database has schema version ${found}, this program works with ${newest}; use the version of the relay that runs on it.`,
    );
}

/**
 * Brings the schema up to this program's, one numbered file at a time, each in its own transaction
 * together with the version it leads to: killed half way, it goes on from the last whole one.
 */
export async function migrate(client: ClientBase, folder: string): Promise<void> {
  const known = migrationsIn(folder);
  let isBehind = true;
  while (isBehind) isBehind = await inTransaction(client, () => step(client, folder, known));
}

/** The same in a transaction the caller has begun, and ends. */
export async function migrateHere(client: ClientBase, folder: string): Promise<void> {
  const known = migrationsIn(folder);
  while (await step(client, folder, known));
}

async function inTransaction<T>(client: ClientBase, work: () => Promise<T>): Promise<T> {
  await client.query('BEGIN');
  try {
    await client.query('SELECT pg_advisory_xact_lock($1)', [MIGRATING]);
    const result = await work();
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {});
    throw error;
  }
}

/** Whether there was one to be made. */
async function step(client: ClientBase, folder: string, known: Migration[]): Promise<boolean> {
  await client.query(
    'CREATE TABLE IF NOT EXISTS meta (name text PRIMARY KEY, value text NOT NULL)',
  );
  const found = Number((await metaOf(client, 'version')) ?? 0);
  const newest = known.at(-1)?.version ?? 0;
  if (found > newest)
    throw new StartupError(
      `The database has schema version ${found}, this program knows up to ${newest}; run the version that wrote it, or a newer one.`,
    );
  const next = known.find(({ version }) => version > found);
  if (!next) return false;
  await client.query(readFileSync(join(folder, next.file), 'utf8'));
  await client.query(
    `INSERT INTO meta (name, value) VALUES ('version', $1)
     ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
    [String(next.version)],
  );
  return true;
}

/** Identity of the log: made with it. */
export async function readEpoch(client: ClientBase): Promise<string> {
  await client.query(
    `INSERT INTO meta (name, value) VALUES ('epoch', $1) ON CONFLICT (name) DO NOTHING`,
    [newEpoch()],
  );
  return String(await metaOf(client, 'epoch'));
}
