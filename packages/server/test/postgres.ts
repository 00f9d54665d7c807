import { randomBytes } from 'node:crypto';
import pg from 'pg';
import type { PostgresSettings } from '../src/store/open.ts';

/** Where tests find a server; each test makes a schema of its own there, and drops it. */
const SERVER = process.env.TEST_DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/test';

/** Runs `use` with a connection that sees nothing of any schema. */
async function asOwner(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: SERVER, connectionTimeoutMillis: 2000 });
  client.on('error', () => {});
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

const HOW = `no PostgreSQL at ${SERVER.replace(/:[^:@/]*@/, ':…@')}; start one and name it in TEST_DATABASE_URL to run these tests`;

/** False where there is no server, and says how to bring one; never skipped where CI is set. */
export async function hasPostgres(): Promise<boolean> {
  try {
    await asOwner('SELECT 1');
    return true;
  } catch (error) {
    if (process.env.CI) throw new Error(HOW, { cause: error });
    process.stderr.write(`skipped: ${HOW}\n`);
    return false;
  }
}

/** An empty schema: its address, and its end. */
export async function makeSchema(): Promise<{ url: string; drop(): Promise<void> }> {
  const name = `throughline_${randomBytes(6).toString('hex')}`;
  await asOwner(`CREATE SCHEMA ${name}`);
  const url = new URL(SERVER);
  url.searchParams.set('options', `-c search_path=${name}`);
  return { url: url.href, drop: () => asOwner(`DROP SCHEMA ${name} CASCADE`) };
}

/** Of relays whose folders are theirs by name: the same folder is the same log. */
const schemas = new Map<string, Awaited<ReturnType<typeof makeSchema>>>();

export async function schemaOf(folder: string): Promise<PostgresSettings> {
  const schema = schemas.get(folder) ?? (await makeSchema());
  schemas.set(folder, schema);
  return { url: schema.url, lanes: 4, pollMs: 250 };
}

export async function dropSchemaOf(folder: string): Promise<void> {
  const schema = schemas.get(folder);
  schemas.delete(folder);
  await schema?.drop();
}
