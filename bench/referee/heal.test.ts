import { expect, test } from 'vitest';
import { heal } from './heal.ts';
import type { Logged } from './history.ts';

type Healing = Parameters<typeof heal>[0];

const record = (place: number): Logged => ({ key: `k${place}`, place }) as Logged;

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
