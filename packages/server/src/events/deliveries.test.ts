import { randomUUIDv7 } from 'node:crypto';
import type { Endpoint } from '@throughline/shared/schema';
import { expect, onTestFinished, test } from 'vitest';
import { ground } from '../../test/ground.ts';
import { until } from '../../test/relay.ts';
import { fileDeliveries, WEBHOOKS } from './deliveries.ts';

const endpoint = (id: string, types = ['*']): Endpoint => ({
  id,
  url: 'https://example.com',
  description: '',
  types,
  pii: 'none',
  order: 'any',
  paused: false,
});

async function setUp() {
  const at = await ground();
  const { deliveries, read } = at.store;
  /** What the newest configuration says, and what the relay has taken over of it. */
  const published = { newest: [endpoint('a')], current: [endpoint('a')] };
  const woken: string[][] = [];

  async function file(): Promise<() => Promise<void>> {
    const follower = await fileDeliveries(at.store, {
      endpoints: () => published.current,
      refresh: async () => {
        published.current = published.newest;
      },
      now: at.now,
      onFiled: (ids) => woken.push(ids),
      onError: (error) => {
        throw error;
      },
    });
    let ended: Promise<void> | undefined;
    const stop = () => {
      ended ??= follower.stop();
      return ended;
    };
    onTestFinished(stop);
    return stop;
  }

  /** Appends records of these types; their offsets. */
  const append = (...types: ('message.created' | 'config.published')[]) =>
    at.store.write('test', async (tx) => {
      const offsets: number[] = [];
      for (const type of types) {
        const nowhere = { site: null, contact: null, conversation: null, seq: null, pub: null };
        const stamp = { id: randomUUIDv7(), time: at.clock.now, cause: null };
        const actor = { kind: 'system', id: 'test' };
        const draft = { ...nowhere, ...stamp, actor, type, data: { text: 'x' } };
        offsets.push((await tx.events.append(draft as never)).offset);
      }
      return offsets;
    });

  const caughtUp = () =>
    until(async () => (await deliveries.cursor(WEBHOOKS))?.offset === (await read.events.head()));
  const offsets = async (id: string) =>
    (await deliveries.list({ endpoint: id, before: 1e9, limit: 100 }))
      .map(({ offset }) => offset)
      .reverse();
  return { ...at, deliveries, published, woken, file, append, caughtUp, offsets };
}

test('the first start begins at the end of the log', async () => {
  const { append, file, caughtUp, offsets } = await setUp();
  await append('message.created');
  await file();
  const [after] = await append('message.created');
  await caughtUp();
  expect(await offsets('a')).toEqual([after]);
});

test('a later one goes on where the last one ended, and files each event once', async () => {
  const { append, file, caughtUp, offsets, woken } = await setUp();
  const stop = await file();
  const before = await append('message.created');
  await caughtUp();
  await stop();
  const meanwhile = await append('message.created', 'message.created');
  await file();
  await caughtUp();
  expect(await offsets('a')).toEqual([...before, ...meanwhile]);
  expect(woken).toEqual([['a'], ['a']]);
});

test('a configuration counts from its place in the log, also in one batch', async () => {
  const { append, file, caughtUp, offsets, published } = await setUp();
  await file();
  published.newest = [endpoint('a', ['message.*']), endpoint('b')];
  const all = await append(
    'message.created',
    'config.published',
    'message.created',
    'config.published',
    'message.created',
  );
  await caughtUp();
  expect(await offsets('a')).toEqual([all[0], all[1], all[2], all[4]]);
  expect(await offsets('b')).toEqual(all.slice(2));
});

test('of an endpoint that was removed nothing is kept', async () => {
  const { append, file, caughtUp, offsets, published } = await setUp();
  await file();
  published.newest = [];
  await append('message.created', 'config.published');
  await caughtUp();
  await until(async () => (await offsets('a')).length === 0);
});

test('what is of another log is forgotten: one made anew, or restored from before', async () => {
  const { append, file, caughtUp, offsets, deliveries, store } = await setUp();
  const stop = await file();
  await append('message.created');
  await caughtUp();
  await stop();
  const others = [
    { sink: WEBHOOKS, epoch: 'another', offset: 1 },
    { sink: WEBHOOKS, epoch: store.epoch, offset: 99 },
  ];
  for (const cursor of others) {
    await deliveries.saveCursor(cursor);
    const end = await file();
    expect(await offsets('a')).toEqual([]);
    const [next] = await append('message.created');
    await caughtUp();
    expect(await offsets('a')).toEqual([next]);
    await end();
  }
});

test('after thirty days deliveries are forgotten', async () => {
  const { append, file, caughtUp, offsets, clock } = await setUp();
  const stop = await file();
  await append('message.created');
  await caughtUp();
  await stop();
  clock.now += 30 * 24 * 3600 * 1000;
  await (await file())();
  expect(await offsets('a')).toHaveLength(1);
  clock.now += 1;
  await file();
  expect(await offsets('a')).toEqual([]);
});
