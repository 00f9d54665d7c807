import { expect, onTestFinished, test, vi } from 'vitest';
import { eventOf } from '../../test/records.ts';
import { sleep, tempDir, until } from '../../test/relay.ts';
import { openSqliteStore } from '../store/sqlite/index.ts';
import type { LogRecord, Store } from '../store/store.ts';
import { type Follower, type FollowOptions, follow } from './follow.ts';
import { followAs } from './follow-as.ts';

function setUp() {
  const dir = tempDir();
  const store = openSqliteStore({ dataDir: dir.path });
  const guest = () => openSqliteStore({ dataDir: dir.path, guest: true });
  const followers: Follower[] = [];
  onTestFinished(async () => {
    for (const follower of followers) await follower.stop();
    await store.close();
    dir[Symbol.dispose]();
  });
  const append = (n = 1, to: Store = store) =>
    to.write('k', async (tx) => {
      for (let i = 0; i < n; i++) await tx.events.append(eventOf());
    });
  const seen: number[] = [];
  const errors: unknown[] = [];
  const start = async (options: Partial<FollowOptions> = {}) => {
    const follower = await follow(store, {
      from: 0,
      handle: (records) => void seen.push(...offsets(records)),
      onError: (error) => errors.push(error),
      ...options,
    });
    followers.push(follower);
    return follower;
  };
  const startAs = async (handle: FollowOptions['handle']) => {
    followers.push(
      await followAs(store, 'sink', { handle, onError: (error) => errors.push(error) }),
    );
  };
  return { store, guest, append, seen, errors, start, startAs };
}

const offsets = (records: LogRecord[]) => records.map(({ offset }) => offset);
const upTo = (n: number, from = 1) => Array.from({ length: n - from + 1 }, (_, i) => from + i);

test('[P10] it reads what was there, then what comes, each once and in order', async () => {
  const { append, seen, start } = setUp();
  await append(50);
  const follower = await start({ batch: 7 });
  await Promise.all(Array.from({ length: 200 }, () => append()));
  await until(() => seen.length >= 250);
  expect(seen).toEqual(upTo(250));
  expect(follower.cursor).toBe(250);
});

test('it begins where it is told, or with what comes', async () => {
  const { append, start } = setUp();
  await append(5);
  const [behind, late] = [[] as number[], [] as number[]];
  await start({ from: 3, handle: (records) => void behind.push(...offsets(records)) });
  await start({ from: 'now', handle: (records) => void late.push(...offsets(records)) });
  await append();
  await until(() => late.length > 0 && behind.length > 2);
  expect(behind).toEqual([4, 5, 6]);
  expect(late).toEqual([6]);
});

test('a slow handler gets one batch at a time, and misses nothing', async () => {
  const { append, seen, start } = setUp();
  let running = 0;
  await start({
    batch: 10,
    async handle(records) {
      running += 1;
      expect(running).toBe(1);
      await sleep(1);
      seen.push(...offsets(records));
      running -= 1;
    },
  });
  for (let i = 0; i < 100; i++) await append();
  await until(() => seen.length >= 100);
  expect(seen).toEqual(upTo(100));
});

test('a commit that comes while a batch is handled does not wait for the poll', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const { append, seen, start } = setUp();
  let go = () => {};
  await start({
    async handle(records) {
      await new Promise<void>((done) => {
        go = done;
      });
      seen.push(...offsets(records));
    },
  });
  const turns = async () => {
    for (let i = 0; i < 20; i++) await new Promise<void>((done) => setImmediate(done));
  };
  await append();
  await turns();
  // Timers stand still: only the commit itself can wake the follower, and it is told of it now.
  await append();
  await turns();
  go();
  await turns();
  go();
  await turns();
  expect(seen).toEqual([1, 2]);
});

test('a batch that fails is told, and tried again until it works', async () => {
  const { append, seen, errors, start } = setUp();
  let fails = 2;
  await append(3);
  await start({
    handle(records) {
      if (fails-- > 0) throw new Error('on purpose');
      seen.push(...offsets(records));
    },
  });
  await until(() => seen.length > 0);
  expect(seen).toEqual([1, 2, 3]);
  expect(errors).toHaveLength(2);
});

test('one that fails is not tried at every commit', async () => {
  const { append, errors, start } = setUp();
  await append();
  await start({ handle: () => Promise.reject(new Error('on purpose')) });
  await until(() => errors.length > 0);
  for (let i = 0; i < 50; i++) await append();
  expect(errors.length).toBeLessThan(10);
});

test('what another program wrote is found without a word', async () => {
  const { append, guest, seen, start } = setUp();
  const other = guest();
  onTestFinished(() => other.close());
  await start();
  await append(1, other);
  await until(() => seen.length > 0);
  await append();
  await append(1, other);
  await until(() => seen.length > 2);
  expect(seen).toEqual([1, 2, 3]);
});

test('stop waits for the batch under way, and nothing comes behind it', async () => {
  const { append, seen, start } = setUp();
  let go = () => {};
  const follower = await start({
    batch: 1,
    async handle(records) {
      await new Promise<void>((done) => {
        go = done;
      });
      seen.push(...offsets(records));
    },
  });
  await append(3);
  await sleep(20);
  let stopped = false;
  const stopping = follower.stop().then(() => {
    stopped = true;
  });
  await sleep(20);
  expect(stopped).toBe(false);
  go();
  await stopping;
  await append();
  await sleep(20);
  expect(seen).toEqual([1]);
});

test('stop does not wait for a pause to end', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const { start, append, errors } = setUp();
  const idle = await start({ from: 'now' });
  await append();
  const failing = await start({ handle: () => Promise.reject(new Error('on purpose')) });
  for (let i = 0; i < 50 && errors.length === 0; i++)
    await new Promise<void>((done) => setImmediate(done));
  await idle.stop();
  await failing.stop();
  expect(vi.getTimerCount()).toBe(0);
});

test('far behind, it gives everybody else a turn between two batches', async () => {
  const { append, start } = setUp();
  await append(30);
  const order: string[] = [];
  await start({
    batch: 10,
    handle() {
      order.push('batch');
      setImmediate(() => order.push('turn'));
    },
  });
  await until(() => order.length >= 6);
  expect(order.slice(0, 4)).toEqual(['batch', 'turn', 'batch', 'turn']);
});

test('a sink gets the first event at once, and what comes right behind it together', async () => {
  const { append, startAs } = setUp();
  const batches: number[][] = [];
  await startAs((records) => void batches.push(offsets(records)));
  await append();
  await until(() => batches.length === 1);
  for (let i = 0; i < 20; i++) await append();
  await until(() => batches.flat().length === 21);
  expect(batches.flat()).toEqual(upTo(21));
  expect(batches.length).toBeLessThan(10);
});
