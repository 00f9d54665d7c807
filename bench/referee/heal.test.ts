import { afterEach, expect, test, vi } from 'vitest';
import { heal } from './heal.ts';
import type { Logged } from './history.ts';

type Healing = Parameters<typeof heal>[0];

const record = (place: number): Logged => ({ key: `k${place}`, place }) as Logged;

// The one that is played with below, as the other is not.
vi.mock('node:timers/promises', () => ({
  setTimeout: (ms: number) => new Promise((resolve) => setTimeout(resolve, ms)),
}));
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** Everybody has the first record; while they are asked a second one comes, which they have as well. */
function scene() {
  const log = [record(1)];
  const seen = new Set(['k1', 'k2']);
  const healing = {
    ground: {
      async heads() {
        log.push(record(2));
        return new Map();
      },
      deliveries: async () => ({ pending: 0, dead: new Set() }),
      readLog: async () => [...log],
    },
    ...{ players: [], furnished: { head: 0 }, stage: { history: { entries: [] } } },
    ...{ endpoint: { accepted: seen }, stream: { seen } },
  };
  return healing as unknown as Healing;
}

test('what is settled is what was there before anybody was asked', async () => {
  expect(await heal(scene())).toEqual({ faults: [], settledTo: 1 });
});

/** An endpoint that lacks `late` events at first, and gets one more at each of `times`. */
function slowly(late: number, times: number[]) {
  vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] });
  const scene = { heads: async () => new Map(), deliveries: async () => ({ dead: new Set() }) };
  const accepted = new Set<string>();
  const log = Array.from({ length: late }, (_, i) => record(i + 1));
  for (const [i, ms] of times.entries()) setTimeout(() => accepted.add(`k${i + 1}`), ms);
  const ground = { ...scene, readLog: async () => log };
  const healing = {
    ...{ ground, players: [], furnished: { head: 0 }, stage: { history: { entries: [] } } },
    ...{ endpoint: { accepted }, stream: { seen: new Set(log.map(({ key }) => key)) } },
  };
  vi.stubGlobal('fetch', async () => {});
  return healing as unknown as Healing;
}

test('an endpoint that gets one after the other is waited for', async () => {
  const healed = heal(slowly(4, [40_000, 80_000, 120_000, 160_000]));
  await vi.advanceTimersByTimeAsync(170_000);
  expect((await healed).faults).toEqual([]);
});

test('[C13] an endpoint that gets nothing for a minute is not well', async () => {
  const healed = heal(slowly(4, [40_000, 80_000]));
  await vi.advanceTimersByTimeAsync(150_000);
  expect((await healed).faults).toMatchObject([{ check: 'C13' }]);
});
