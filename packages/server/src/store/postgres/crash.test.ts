import pg from 'pg';
import { describe, expect, onTestFinished, test } from 'vitest';
import { hasOwnPostgres, ownPostgres } from '../../../test/own-postgres.ts';
import { eventOf } from '../../../test/records.ts';
import { deliveryOf } from '../../events/deliveries.ts';
import type { Store } from '../store.ts';
import { openPostgresStore } from './index.ts';

/** What waits for no disk is on none for long: a crash forgets it. */
const FORGETFUL = ['wal_writer_delay=10s', 'autovacuum=off'];

async function setUp() {
  const server = await ownPostgres(FORGETFUL);
  const store = await openPostgresStore({ url: server.url, pollMs: 60_000, lanes: 1 });
  onTestFinished(async () => {
    await store.close();
    await server.remove();
  });
  async function crash(): Promise<void> {
    await server.stop('crash');
    await server.start();
  }
  return { store, crash, url: server.url };
}

const append = (store: Store) => store.write('key', (tx) => tx.events.append(eventOf()));

/** What somebody else asks of the same server. */
async function ask<T>(url: string, sql: string): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query(sql).finally(() => client.end());
  return rows[0];
}

describe.runIf(hasOwnPostgres())('a server that crashes', () => {
  test('has not forgotten what was filed for endpoints', async () => {
    const { store, crash } = await setUp();
    const record = await append(store);
    const { offset } = record;
    const cursor = { sink: 'webhooks', epoch: store.epoch, offset };
    await store.deliveries.file([deliveryOf('crm', record, 1)], cursor);
    await crash();
    expect(await store.deliveries.cursor('webhooks')).toEqual(cursor);
    expect(await store.deliveries.get('crm', offset)).toMatchObject({ state: 'pending' });
  });

  test('[P3] that gives a forgotten transaction’s number to another one, makes nobody say that the first is stored', async () => {
    const { store, crash, url } = await setUp();
    await append(store);
    const { query } = pg.Client.prototype;
    onTestFinished(() => {
      pg.Client.prototype.query = query;
    });
    let xid = 0n;
    pg.Client.prototype.query = async function cut(this: pg.Client, ...args: never[]) {
      if ((args[0] as unknown) !== 'COMMIT') return Reflect.apply(query, this, args);
      pg.Client.prototype.query = query;
      const { rows } = await this.query('SELECT pg_current_xact_id() AS xid');
      xid = BigInt(rows[0].xid);
      await crash();
      const next = () => ask<{ xid: string }>(url, 'SELECT pg_current_xact_id() AS xid');
      while (BigInt((await next()).xid) < xid);
      throw new Error('Connection terminated unexpectedly');
    } as never;
    await expect(append(store)).rejects.toMatchObject({ code: 'storage_unavailable' });
    const sql = `SELECT pg_xact_status('${xid}') AS status`;
    expect(await ask(url, sql)).toEqual({ status: 'committed' });
    expect(await store.read.events.log(0, 10)).toHaveLength(1);
  });
});
