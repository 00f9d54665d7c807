import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { describe, expect, onTestFinished, test } from 'vitest';
import { hasPostgres, makeSchema } from '../../../test/postgres.ts';
import { eventOf } from '../../../test/records.ts';
import { unborn } from '../../conversations/evolve.ts';
import type { Store } from '../store.ts';
import { openPostgresStore } from './index.ts';

async function setUp(lanes = 4) {
  const schema = await makeSchema();
  const url = new URL(schema.url);
  // Others use the server as well: these sessions are told from theirs by it.
  const name = randomUUID();
  url.searchParams.set('application_name', name);
  const store = await openPostgresStore({ url: url.href, pollMs: 60_000, lanes });
  const client = new pg.Client({ connectionString: schema.url });
  await client.connect();
  onTestFinished(async () => {
    await client.end();
    await store.close();
    await schema.drop();
  });
  const sql = async (text: string) => (await client.query(text)).rows;
  /** Ends those sessions of the store that are like that, as an administrator or a crash would. */
  const end = (where: string) =>
    sql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE application_name = '${name}' AND ${where}`);
  return { store, sql, end };
}

const append = (store: Store, key = 'key', draft = eventOf()) =>
  store.write(key, (tx) => tx.events.append(draft));

const logIds = async (store: Store) =>
  (await store.read.events.log(0, 1000)).map(({ id }) => id).sort();

/** Keys of different lanes, whatever the hash: with one lane too many, two of these share one. */
const keys = Array.from({ length: 16 }, (_, i) => `key ${i}`);

describe.runIf(await hasPostgres())('with a server', () => {
  test('different keys commit side by side: one that waits holds nobody else up', async () => {
    const { store } = await setUp();
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const slow = store.write('slow', async (tx) => {
      await tx.events.append(eventOf());
      await released;
    });
    // One of four lanes is held: works that share it wait, the others do not.
    const others = keys.map((key) => append(store, key));
    await Promise.any(others);
    release();
    await Promise.all([slow, ...others]);
    expect(await logIds(store)).toHaveLength(17);
  });

  test('[P7] two that lock the same rows the other way round are both done', async () => {
    const { store } = await setUp();
    for (const name of ['a', 'b']) await store.write(name, (tx) => tx.cursors.set(name, 0));
    const both = (first: string, second: string) =>
      store.write(`${first}${second}`, async (tx) => {
        const add = async (name: string) => tx.cursors.set(name, (await tx.cursors.get(name)) + 1);
        await add(first);
        await add(second);
      });
    await Promise.all(
      Array.from({ length: 20 }, (_, i) => (i % 2 ? both('a', 'b') : both('b', 'a'))),
    );
    expect(await store.read.cursors.get('a')).toBe(20);
    expect(await store.read.cursors.get('b')).toBe(20);
  });

  test('[P6] the same id under two keys at once is written once, and the other finds it', async () => {
    const { store } = await setUp();
    const draft = eventOf();
    const once = (key: string) =>
      store.write(key, async (tx) => {
        if (await tx.events.find(draft.id)) return 'known';
        await tx.events.append(draft);
        return 'new';
      });
    const answers = await Promise.all(keys.map(once));
    expect(answers.filter((it) => it === 'new')).toHaveLength(1);
    expect(await logIds(store)).toEqual([draft.id]);
  });

  test('capacity is counted under the agent’s row: two lanes never give the same place away', async () => {
    const { store } = await setUp();
    const agent = {
      id: 'ada',
      name: 'Ada',
      email: 'a@b.c',
      role: 'agent',
      disabled: false,
    } as const;
    await store.write('agents', (tx) =>
      tx.agents.insert({ ...agent, passwordHash: null, createdAt: 1 }),
    );
    const take = (key: string) =>
      store.write(key, async (tx) => {
        if ((await tx.conversations.loadOf('ada')) >= 3) return false;
        await tx.conversations.insert({ ...conversation(key), assignee: 'ada' });
        return true;
      });
    const taken = await Promise.all(keys.map(take));
    expect(taken.filter(Boolean)).toHaveLength(3);
    expect(await store.read.conversations.loadOf('ada')).toBe(3);
  });

  test('[P1] a conversation’s row is held by who reads it: numbers stay dense over two keys', async () => {
    const { store } = await setUp();
    await store.write('c', (tx) => tx.conversations.insert(conversation('c')));
    await Promise.all(
      keys.map((key) =>
        store.write(key, async (tx) => {
          const row = await tx.conversations.get('c');
          if (!row) throw new Error('it is gone');
          const seq = row.seq + 1;
          await tx.events.append({ ...eventOf(), conversation: 'c', seq });
          await tx.conversations.save({ ...row, seq });
        }),
      ),
    );
    const records = await store.read.events.forward({
      conversation: 'c',
      position: 0,
      limit: 100,
      publicOnly: false,
    });
    expect(records.map(({ seq }) => seq)).toEqual(keys.map((_, i) => i + 1));
  });

  test('[P3] a work in which a statement failed unnoticed is not answered as done', async () => {
    const { store } = await setUp();
    const work = store.write('key', async (tx) => {
      const draft = eventOf();
      await tx.events.append(draft);
      await Promise.resolve(tx.events.append(draft)).catch(() => {});
    });
    await expect(work).rejects.toMatchObject({ code: 'storage_unavailable' });
    expect(await logIds(store)).toEqual([]);
  });

  test('[P3] a connection that breaks in a work fails it, and the next work has a new one', async () => {
    const { store, end } = await setUp(1);
    const broken = store.write('key', async (tx) => {
      await tx.events.append(eventOf());
      await end(`state = 'idle in transaction' AND query LIKE 'INSERT INTO event%'`);
      await tx.events.head();
    });
    await expect(broken).rejects.toMatchObject({ code: 'storage_unavailable' });
    const record = await append(store);
    expect(await logIds(store)).toEqual([record.id]);
  });

  test('[P3] a connection that broke while nobody used it costs no work', async () => {
    const { store, end } = await setUp(1);
    await append(store);
    expect(await end(`query LIKE '%COMMIT%'`)).not.toEqual([]);
    await new Promise((done) => setTimeout(done, 50));
    await append(store);
    expect(await logIds(store)).toHaveLength(2);
  });

  test.each([true, false])(
    '[P3] an answer to COMMIT that never comes is looked up by its transaction (committed: %s)',
    async (isStored) => {
      const { store, sql } = await setUp(1);
      await append(store);
      const { query } = pg.Client.prototype;
      onTestFinished(() => {
        pg.Client.prototype.query = query;
      });
      // The one thing made up: the wire goes dead around COMMIT.
      pg.Client.prototype.query = async function cut(this: pg.Client, ...args: never[]) {
        if ((args[0] as unknown) !== 'COMMIT') return Reflect.apply(query, this, args);
        pg.Client.prototype.query = query;
        await Reflect.apply(query, this, [isStored ? 'COMMIT' : 'ROLLBACK']);
        throw new Error('Connection terminated unexpectedly');
      } as never;
      const second = append(store);
      if (isStored) await second;
      else await expect(second).rejects.toMatchObject({ code: 'storage_unavailable' });
      expect(await sql('SELECT count(*)::int AS n FROM event')).toEqual([{ n: isStored ? 2 : 1 }]);
      await append(store);
    },
  );

  test('[P20] all that was accepted is answered before `settle` is', async () => {
    const { store } = await setUp();
    let answered = 0;
    for (const key of keys) void append(store, key).then(() => (answered += 1));
    await store.settle();
    expect(answered).toBe(keys.length);
  });
});

const conversation = (id: string) => unborn({ id, site: 'shop', contact: 'contact' }, 1);
