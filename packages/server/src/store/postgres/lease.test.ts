import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createRandom } from '../../../../../bench/referee/random.ts';
import { hasPostgres, makeSchema } from '../../../test/postgres.ts';
import { LeaseLost } from '../../lib/errors.ts';
import { fenced } from '../fenced.ts';
import type { Store } from '../store.ts';
import { openPostgresStore } from './index.ts';

const LONG_MS = 60_000;

async function stores(count: number): Promise<Store[]> {
  const { url, drop } = await makeSchema();
  onTestFinished(drop);
  return Promise.all(
    Array.from({ length: count }, async () => {
      const store = await openPostgresStore({ url, lanes: 2 });
      onTestFinished(() => store.close());
      return store;
    }),
  );
}

const under = (store: Store, term: number, isHeld = () => true) => fenced(store, { term, isHeld });
const cursor = (offset: number) => ({ sink: 'nats', epoch: 'e', offset });

describe.runIf(await hasPostgres())('a lease on PostgreSQL', () => {
  test('is one’s until it is let go or over; then it has another term', async () => {
    const [one, two] = (await stores(2)) as [Store, Store];
    expect(await one.lease.hold('one', LONG_MS)).toBe(1);
    expect(await two.lease.hold('two', LONG_MS)).toBeUndefined();
    expect(await one.lease.hold('one', LONG_MS)).toBe(1);
    await one.lease.release('one');
    expect(await two.lease.hold('two', 50)).toBe(2);
    await sleep(100);
    expect(await one.lease.hold('one', LONG_MS)).toBe(3);
    expect(await two.lease.hold('two', LONG_MS)).toBeUndefined();
  });

  test('[I10] whoever had it writes nothing any more: no cursor, no row, no delivery', async () => {
    const [one, two] = (await stores(2)) as [Store, Store];
    await one.lease.hold('one', 20);
    const old = under(one, 1);
    await old.write('search', (tx) => tx.cursors.set('search', 1));
    await old.deliveries.saveCursor(cursor(1));
    await sleep(50);
    await two.lease.hold('two', LONG_MS);
    const late = [
      old.write('search', (tx) => tx.cursors.set('search', 7)),
      Promise.resolve(old.deliveries.saveCursor(cursor(7))),
      Promise.resolve(old.deliveries.file([], cursor(7))),
      Promise.resolve(old.deliveries.clear()),
    ];
    for (const refused of await Promise.allSettled(late))
      expect(refused).toMatchObject({ status: 'rejected', reason: expect.any(LeaseLost) });
    expect(await two.read.cursors.get('search')).toBe(1);
    expect(await two.deliveries.cursor('nats')).toEqual(cursor(1));
    await under(two, 2).write('search', (tx) => tx.cursors.set('search', 2));
    expect(await one.read.cursors.get('search')).toBe(2);
  });

  test('[I10] a transaction that relies on a term ends before anybody has the next one', async () => {
    const [one, two] = (await stores(2)) as [Store, Store];
    await one.lease.hold('one', 20);
    const { promise: paused, resolve: goOn } = Promise.withResolvers<void>();
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
    const write = under(one, 1).write('search', async (tx) => {
      begin();
      await paused;
      await tx.cursors.set('search', 1);
    });
    await begun;
    await sleep(50);
    // It does not wait for ever, and asks again.
    await expect(Promise.resolve(two.lease.hold('two', LONG_MS))).rejects.toThrow();
    // Whoever has it can still prolong it meanwhile.
    expect(await one.lease.hold('one', 20)).toBe(1);
    goOn();
    await write;
    await sleep(50);
    expect(await two.lease.hold('two', LONG_MS)).toBe(2);
  });

  test('by this machine’s own clock it is over sooner: nothing is read, nothing is sent', async () => {
    const [store] = (await stores(1)) as [Store];
    await store.lease.hold('one', LONG_MS);
    const late = under(store, 1, () => false);
    await expect(late.write('k', () => {})).rejects.toThrow(LeaseLost);
    expect(() => late.read.events.log(0, 1)).toThrow(LeaseLost);
    expect(() => late.deliveries.due({ endpoint: 'e', now: 0, limit: 1, inOrder: false })).toThrow(
      LeaseLost,
    );
  });

  test('[I10] raced for, every term has one holder, and what is counted under it is never counted twice', async () => {
    const seed = Number(process.env.SEED ?? 4711);
    const all = await stores(3);
    const holders = new Map<number, string>();
    const written: number[] = [];
    const race = all.map(async (store, i) => {
      const random = createRandom(seed + i);
      for (let step = 0; step < 40; step += 1) {
        const me = `relay-${i}`;
        const term = await Promise.resolve(store.lease.hold(me, random.between(1, 30))).catch(
          () => undefined,
        );
        if (term !== undefined) {
          expect(holders.get(term) ?? me, `seed ${seed}`).toBe(me);
          holders.set(term, me);
          // As late as it likes: it counts only where the term is still this one.
          await sleep(random.between(0, 40));
          await under(store, term)
            .write('count', async (tx) => {
              const at = await tx.cursors.get('count');
              await tx.cursors.set('count', at + 1);
              return [at, term] as const;
            })
            .then(
              ([, of]) => written.push(of),
              (error: unknown) => expect(error).toBeInstanceOf(LeaseLost),
            );
        }
        // Whoever has nothing waits as well, or all their tries are over in the first holder's time.
        else await sleep(random.between(0, 40));
        if (random.between(0, 3) === 0) await store.lease.release(me);
      }
    });
    await Promise.all(race);
    expect(await all[0]?.read.cursors.get('count')).toBe(written.length);
    expect(holders.size).toBeGreaterThan(3);
    expect(written, `seed ${seed}`).toEqual([...written].sort((a, b) => a - b));
  });
});
