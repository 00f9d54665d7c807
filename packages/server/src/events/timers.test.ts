import { uuidv7 } from '@throughline/shared';
import { expect, onTestFinished, test, vi } from 'vitest';
import { type Ground, ground } from '../../test/ground.ts';
import type { Timer } from '../store/store.ts';
import { sweepTimers } from './timers.ts';

const turns = async () => {
  for (let i = 0; i < 20; i++) await new Promise<void>((done) => setImmediate(done));
};

/** The sweeper as the relay runs it, on timers of vitest. */
async function setUp() {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const at = await ground();
  const fired: string[] = [];
  const errors: unknown[] = [];
  const run = (it: Ground, timer: Timer) => {
    fired.push(timer.key);
    return it.conversations.run(
      { kind: 'system', id: 'timer' },
      'conversation:wake',
      timer.input as never,
    );
  };
  const start = (fire: (timer: Timer) => Promise<unknown> = (timer) => run(at, timer)) => {
    const sweeper = sweepTimers({
      store: at.store,
      now: at.now,
      fire,
      onError: (error) => errors.push(error),
    });
    onTestFinished(() => sweeper.stop());
    return sweeper;
  };
  const second = async (n = 1) => {
    for (let i = 0; i < n; i++) {
      vi.advanceTimersByTime(1000);
      await turns();
    }
  };
  const snooze = async (forMs: number) => {
    const conversation = await at.start();
    await at.give(at.people.ada, 'conversation:snooze', {
      conversation,
      until: at.clock.now + forMs,
    });
    return conversation;
  };
  const status = async (conversation: string) => (await at.row(conversation)).status;
  return { ...at, fired, errors, start, second, snooze, status };
}

const put = (at: Pick<Ground, 'store' | 'clock'>, key: string, more: Partial<Timer> = {}) =>
  at.store.write('t', (tx) =>
    tx.timers.set({
      id: uuidv7(),
      key,
      at: at.clock.now,
      name: 'conversation:wake',
      input: {},
      ...more,
    }),
  );

test('[P25] a snooze ends at its time, once', async () => {
  const { snooze, start, second, status, clock, fired, records, store } = await setUp();
  const conversation = await snooze(5000);
  start();
  await second();
  expect(await status(conversation)).toBe('snoozed');
  clock.now += 5000;
  await second(3);
  expect(await status(conversation)).toBe('open');
  expect(fired).toHaveLength(1);
  expect(await store.read.timers.nextAt()).toBeUndefined();
  const log = await records(conversation);
  expect(log.at(-1)).toMatchObject({
    type: 'conversation.snoozed',
    data: { until: null, trigger: 'timer' },
    actor: { kind: 'system', id: 'timer' },
    pub: null,
  });
});

test('[P25] what was due while the relay was down fires at the start', async () => {
  const { snooze, start, status, clock } = await setUp();
  const conversation = await snooze(5000);
  clock.now += 1e9;
  start();
  await turns();
  expect(await status(conversation)).toBe('open');
});

test('[P25] a snooze replaced meanwhile ends at its new time only', async () => {
  const { snooze, start, give, second, status, people, clock } = await setUp();
  const conversation = await snooze(5000);
  await give(people.ada, 'conversation:snooze', { conversation, until: clock.now + 60_000 });
  start();
  clock.now += 5000;
  await second(2);
  expect(await status(conversation)).toBe('snoozed');
  clock.now += 55_000;
  await second();
  expect(await status(conversation)).toBe('open');
});

test('[P25] a timer read as due and replaced before it fires does nothing', async () => {
  const {
    snooze,
    start,
    give,
    turns: _,
    status,
    people,
    clock,
    records,
    store,
    conversations,
  } = {
    ...(await setUp()),
    turns,
  };
  const conversation = await snooze(5000);
  clock.now += 5000;
  const before = (await records()).length;
  start(async (timer) => {
    // Between the look at what is due and the command, an agent snoozes again.
    await give(people.ada, 'conversation:snooze', { conversation, until: clock.now + 60_000 });
    return conversations.run(
      { kind: 'system', id: 'timer' },
      'conversation:wake',
      timer.input as never,
    );
  });
  await turns();
  expect(await status(conversation)).toBe('snoozed');
  expect(await records()).toHaveLength(before + 1);
  expect(await store.read.timers.nextAt()).toBe(clock.now + 60_000);
});

test('[P25] a message, a resolve or a reopen before its time leaves nothing to fire', async () => {
  const { snooze, start, give, second, people, clock, fired } = await setUp();
  const [a, b, c] = [await snooze(5000), await snooze(5000), await snooze(5000)];
  await give(people.visitor, 'message:send', { conversation: a, text: 'hi' });
  await give(people.ada, 'conversation:resolve', { conversation: b });
  await give(people.ada, 'conversation:reopen', { conversation: c });
  clock.now += 10_000;
  start();
  await second(2);
  expect(fired).toEqual([]);
});

test('[P25] firing twice is one event', async () => {
  const { snooze, clock, conversations, store, records } = await setUp();
  const conversation = await snooze(5000);
  clock.now += 5000;
  const [timer] = await store.read.timers.due(clock.now, 10);
  const fire = () =>
    conversations.run({ kind: 'system', id: 'timer' }, 'conversation:wake', timer?.input as never);
  const answers = await Promise.all([fire(), fire()]);
  expect(answers[0]).toEqual(answers[1]);
  expect(await records(conversation)).toHaveLength(3);
});

test('[P21] a clock that steps back delays a timer and loses none', async () => {
  const { snooze, start, second, status, clock } = await setUp();
  const conversation = await snooze(5000);
  start();
  clock.now -= 3_600_000;
  await second(3);
  expect(await status(conversation)).toBe('snoozed');
  clock.now += 3_605_000;
  await second();
  expect(await status(conversation)).toBe('open');
});

test('one that fails does not keep those behind it, and is tried again', async () => {
  const at = await setUp();
  await put(at, 'bad', { at: at.clock.now - 2 });
  await put(at, 'good', { at: at.clock.now - 1 });
  const fired: string[] = [];
  at.start(async ({ key }) => {
    fired.push(key);
    if (key === 'bad') throw new Error('on purpose');
    await at.store.write('t', (tx) => tx.timers.clear(key));
  });
  await turns();
  expect(fired).toEqual(['bad', 'good']);
  await at.second();
  expect(fired).toEqual(['bad', 'good', 'bad']);
  expect(at.errors).toHaveLength(2);
});

test('after stop nothing fires, and no timer is left', async () => {
  const at = await setUp();
  const sweeper = at.start();
  await turns();
  await sweeper.stop();
  await put(at, 'late');
  await at.second(3);
  expect(at.fired).toEqual([]);
  expect(vi.getTimerCount()).toBe(0);
});
