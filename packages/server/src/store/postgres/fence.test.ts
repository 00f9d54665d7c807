import pg from 'pg';
import { describe, expect, onTestFinished, test } from 'vitest';
import { hasPostgres, makeSchema } from '../../../test/postgres.ts';
import { eventOf } from '../../../test/records.ts';
import { until } from '../../../test/relay.ts';
import { placeOf } from '../../events/follow-as.ts';
import type { LogRecord, Store } from '../store.ts';
import type { Db } from './db.ts';
import { createFence } from './fence.ts';
import { openPostgresStore } from './index.ts';

/** A transaction of another program's, one step at a time. */
async function otherOn(url: string) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  onTestFinished(() => client.end());
  return {
    begin: () => client.query('BEGIN; SELECT pg_current_xact_id()'),
    async append(): Promise<number> {
      const { rows } = await client.query(
        `INSERT INTO event (id, type, time, actor, data)
         VALUES (gen_random_uuid(), 'event.tracked', 1, '{}', '{}') RETURNING log_offset`,
      );
      return Number(rows[0].log_offset);
    },
    commit: () => client.query('COMMIT'),
    rollBack: () => client.query('ROLLBACK'),
  };
}

async function setUp(pollMs = 60_000) {
  const schema = await makeSchema();
  const store = await openPostgresStore({ url: schema.url, pollMs });
  onTestFinished(async () => {
    await store.close();
    await schema.drop();
  });
  const [a, b] = [await otherOn(schema.url), await otherOn(schema.url)];
  return { store, url: schema.url, a, b };
}

const append = (store: Store) => store.write('key', (tx) => tx.events.append(eventOf()));

async function offsets(store: Store, after = 0, limit = 10): Promise<number[]> {
  return (await store.read.events.log(after, limit)).map(({ offset }) => offset);
}

test('[P10] what was read before a hole was filled does not pass it because somebody else has settled it since', async () => {
  const records = (...all: number[]) => all.map((offset) => ({ offset }) as LogRecord);
  let isFilled = false;
  let release = () => {};
  const slow = new Promise<void>((resolve) => {
    release = resolve;
  });
  const answers = [slow.then(() => records(1, 3)), Promise.resolve(records(1, 3))];
  const log = () => answers.shift() ?? Promise.resolve(isFilled ? records(1, 2, 3) : records(1, 3));
  const rows = async () => {
    isFilled = true;
    return [];
  };
  const fence = createFence({ rows } as unknown as Db, { log });
  const first = fence.log(0, 10);
  const second = await fence.log(0, 10);
  release();
  expect(second.map(({ offset }) => offset)).toEqual([1, 2, 3]);
  expect((await first).map(({ offset }) => offset)).toEqual([1, 2, 3]);
});

describe.runIf(await hasPostgres())('with a server', () => {
  test('[P10] the later offset commits first: nobody reads past the earlier one', async () => {
    const { store, a, b } = await setUp();
    await append(store);
    await a.begin();
    await b.begin();
    const [first, second] = [await a.append(), await b.append()];
    expect([first, second]).toEqual([2, 3]);
    await b.commit();
    expect(await offsets(store)).toEqual([1]);
    expect(await offsets(store, 1)).toEqual([]);
    expect(await store.read.events.head()).toBe(1);
    await a.commit();
    expect(await offsets(store, 1)).toEqual([2, 3]);
    expect(await store.read.events.head()).toBe(3);
  });

  test('[P10] the transaction that began first takes the later offset: still nothing is lost', async () => {
    const { store, a, b } = await setUp();
    await a.begin();
    await b.begin();
    // Numbers of transactions alone would let `a` through: it is older than all that are open.
    const [later, earlier] = [await b.append(), await a.append()];
    expect([later, earlier]).toEqual([1, 2]);
    await a.commit();
    expect(await offsets(store)).toEqual([]);
    expect(await store.read.events.head()).toBe(0);
    await b.commit();
    expect(await offsets(store)).toEqual([1, 2]);
  });

  test('[P10] a hole left by what was undone stops nobody, once its transaction is over', async () => {
    const { store, a, b } = await setUp();
    await a.begin();
    await a.append();
    await append(store);
    expect(await offsets(store)).toEqual([]);
    await a.rollBack();
    expect(await offsets(store)).toEqual([2]);
    expect(await store.read.events.head()).toBe(2);
    // Somebody else's transaction, begun after it, is none of its business.
    await b.begin();
    expect(await offsets(store)).toEqual([2]);
    await b.append();
    await append(store);
    expect(await offsets(store)).toEqual([2]);
    expect(await store.read.events.head()).toBe(2);
    await b.commit();
    expect(await offsets(store)).toEqual([2, 3, 4]);
  });

  test('[P10] a hole is passed while others go on writing, as soon as those it was seen with are over', async () => {
    const { store, a, b } = await setUp();
    await a.begin();
    await a.append();
    await append(store);
    expect(await offsets(store)).toEqual([]);
    await b.begin();
    await a.rollBack();
    expect(await offsets(store)).toEqual([2]);
    await b.rollBack();
  });

  test('[P10] a transaction that stays open in another log of the same server holds up nobody', async () => {
    const [{ store, a }, other] = [await setUp(), await setUp()];
    await other.a.begin();
    await other.a.append();
    await a.begin();
    await a.append();
    await append(store);
    await a.rollBack();
    expect(await offsets(store)).toEqual([2]);
    await other.a.rollBack();
  });

  test('[P10] a store opened behind old holes reads on from a cursor between them', async () => {
    const { store, url, a } = await setUp();
    for (let i = 0; i < 3; i += 1) {
      await append(store);
      await a.begin();
      await a.append();
      await a.rollBack();
    }
    await append(store);
    const guest = await openPostgresStore({ url, guest: true });
    onTestFinished(() => guest.close());
    expect(await guest.read.events.head()).toBe(7);
    expect(await offsets(guest)).toEqual([1, 3, 5, 7]);
    expect(await offsets(guest, 3)).toEqual([5, 7]);
    expect(await offsets(guest, 1, 2)).toEqual([3, 5]);
  });

  test('a relay that stops at a hole another one has passed knows cursors behind it as of this log', async () => {
    const { store, url, a, b } = await setUp();
    const other = await openPostgresStore({ url, pollMs: 60_000 });
    onTestFinished(() => other.close());
    await append(store);
    await a.begin();
    await a.append();
    await a.rollBack();
    const { offset } = await append(store);
    await store.deliveries.saveCursor({ sink: 'sink', epoch: store.epoch, offset });
    await b.begin();
    await b.append();
    expect(await other.read.events.head()).toBe(1);
    expect(await placeOf(other, 'sink')).toBe(offset);
    await b.commit();
  });

  test('[P10] commits of others are heard of by the poll, and so is what frees who was held up', async () => {
    const { store, a, b } = await setUp(10);
    let heard = 0;
    store.onCommit(() => {
      heard += 1;
    });
    await a.begin();
    await a.append();
    await b.begin();
    await b.append();
    await b.commit();
    await until(() => heard > 0, 'the commit of another program');
    expect(await offsets(store)).toEqual([]);
    const before = heard;
    await a.rollBack();
    await until(async () => heard > before && (await offsets(store)).length === 1, 'the release');
  });

  test('[P1] writers of all lanes at once: every reader sees the same log, once each and in order', async () => {
    const { store } = await setUp();
    const works = 400;
    const seen: number[] = [];
    let isDone = false;
    const reading = (async () => {
      while (!isDone || (await store.read.events.head()) > (seen.at(-1) ?? 0))
        seen.push(...(await offsets(store, seen.at(-1), 50)));
    })();
    await Promise.all(
      Array.from({ length: works }, (_, i) =>
        store
          .write(`key ${i}`, async (tx) => {
            await tx.events.append(eventOf());
            // Some take an offset for nothing.
            if (i % 7 === 0) throw new Error('on purpose');
          })
          .catch(() => {}),
      ),
    );
    isDone = true;
    await reading;
    expect(seen).toHaveLength(works - Math.ceil(works / 7));
    expect(seen).toEqual([...new Set(seen)].sort((one, other) => one - other));
  });
});
