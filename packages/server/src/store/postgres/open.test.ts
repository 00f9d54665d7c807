import pg from 'pg';
import { describe, expect, onTestFinished, test } from 'vitest';
import { hasPostgres, makeSchema } from '../../../test/postgres.ts';
import { until } from '../../../test/relay.ts';
import { StartupError } from '../../lib/errors.ts';
import { faultIn } from './check.ts';
import { isFirstStart, openPostgresStore, type PostgresOptions } from './index.ts';

async function schema() {
  const made = await makeSchema();
  onTestFinished(made.drop);
  return made.url;
}

async function open(url: string, more: Partial<PostgresOptions> = {}) {
  const store = await openPostgresStore({ url, pollMs: 20, ...more });
  onTestFinished(() => store.close());
  return store;
}

async function refusal(url: string, more: Partial<PostgresOptions> = {}): Promise<string> {
  const error = await openPostgresStore({ url, ...more }).then(
    async (store) => {
      await store.close();
      throw new Error('it was opened');
    },
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(StartupError);
  return (error as Error).message;
}

async function run(url: string, sql: string) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

/** The same database with a setting for this connection. */
function withSetting(url: string, setting: string): string {
  const changed = new URL(url);
  changed.searchParams.set('options', `${changed.searchParams.get('options')} -c ${setting}`);
  return changed.href;
}

const good = {
  version: 15,
  server_version: '15.2',
  server_encoding: 'UTF8',
  synchronous_commit: 'on',
  is_standby: false,
};

test('a server on which an acknowledged message could be lost, or is not understood, is refused', () => {
  expect(faultIn(good)).toBeUndefined();
  expect(faultIn({ ...good, version: 14, server_version: '14.1' })).toMatch(/14\.1 is too old/);
  expect(faultIn({ ...good, server_encoding: 'LATIN1' })).toMatch(/encoding LATIN1/);
  expect(faultIn({ ...good, is_standby: true })).toMatch(/name the primary/);
  expect(faultIn({ ...good, synchronous_commit: 'off' })).toMatch(/Set it to on/);
  expect(faultIn({ ...good, synchronous_commit: 'remote_apply' })).toBeUndefined();
});

test('an address nothing answers at is said without its password', async () => {
  const says = await refusal('postgres://relay:topsecret@127.0.0.1:1/throughline');
  expect(says).toMatch(/127\.0\.0\.1:1\/throughline is not reached/);
  expect(says).not.toContain('topsecret');
});

describe.runIf(await hasPostgres())('with a server', () => {
  test('[P3] synchronous_commit=off is refused', async () => {
    const url = withSetting(await schema(), 'synchronous_commit=off');
    expect(await refusal(url)).toMatch(/synchronous_commit=off/);
  });

  test('[P3] what was found stands in the settings; without a synchronous standby it is said what that means', async () => {
    const warnings: string[] = [];
    const store = await open(await schema(), { warn: (sentence) => void warnings.push(sentence) });
    expect(store.settings).toMatchObject({ synchronous_commit: 'on', lanes: 4 });
    if (store.settings.synchronous_standby_names === '')
      expect(warnings.join()).toMatch(/no synchronous standby: every answer is on its disk, but/);
  });

  test('a database that does not exist is said', async () => {
    const url = new URL(await schema());
    url.pathname = '/throughline_nowhere';
    expect(await refusal(url.href)).toMatch(/\/throughline_nowhere does not exist/);
  });

  test('opened by two at once, it is migrated once', async () => {
    const url = await schema();
    const results = await Promise.allSettled([open(url), open(url), open(url)]);
    const epochs = results.map((it) => (it.status === 'fulfilled' ? it.value.epoch : it.reason));
    expect(new Set(epochs).size).toBe(1);
    expect(await run(url, 'SELECT count(*)::int AS n FROM event')).toEqual([{ n: 0 }]);
  });

  test('a relay whose log is moved or put back ends', async () => {
    const url = await schema();
    const fatal: unknown[] = [];
    const store = await open(url, { onFatal: (error) => void fatal.push(error) });
    const other = new pg.Client({ connectionString: url });
    await other.connect();
    onTestFinished(() => other.end());
    const lock = 'pg_try_advisory_lock(4600002, hashtext(current_schema())) AS is_ours';
    // Both in one statement: the relay must not share it again in between.
    await until(async () => {
      await other.query(
        `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'
         AND classid = 4600002 AND objid = hashtext(current_schema())::oid AND pid <> pg_backend_pid()`,
      );
      return (await other.query(`SELECT ${lock}`)).rows[0].is_ours;
    }, 'the lock');
    await until(() => fatal.length > 0, 'the end');
    expect(String(fatal[0])).toMatch(/is being moved or put back/);
    await store.close();
  });

  test('a program beside the relay needs its log to be there', async () => {
    const url = await schema();
    expect(await refusal(url, { guest: true })).toMatch(/no log in this database yet/);
    expect(await isFirstStart(url)).toBe(true);
    const store = await open(url);
    expect(await isFirstStart(url)).toBe(false);
    const guest = await open(url, { guest: true });
    expect(guest.epoch).toBe(store.epoch);
  });

  test('a schema newer than the program is refused, and one a guest does not know', async () => {
    const url = await schema();
    await (await open(url)).close();
    await run(url, `UPDATE meta SET value = '999' WHERE name = 'version'`);
    expect(await refusal(url)).toMatch(/schema version 999, this program knows up to/);
    expect(await refusal(url, { guest: true })).toMatch(/schema version 999/);
  });

  test('[CF-17] a migration that fails leaves nothing of itself behind', async () => {
    const url = await schema();
    await run(url, 'CREATE TABLE contact (id text)');
    expect(await refusal(url)).toMatch(/"contact" already exists/);
    expect(
      await run(url, `SELECT to_regclass('event') AS event, to_regclass('meta') AS meta`),
    ).toEqual([{ event: null, meta: null }]);
    await run(url, 'DROP TABLE contact');
    await open(url);
  });
});
