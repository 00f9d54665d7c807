import { expect, test } from 'vitest';
import { heal } from './heal.ts';
import type { Logged } from './history.ts';

type Healing = Parameters<typeof heal>[0];

/** All is well from the beginning; who leads begins to at the third look, and speaks at the fifth. */
function scene() {
  let looks = 0;
  const log: Logged[] = [];
  const accepted = new Set<string>();
  const healing = {
    ground: {
      heads: async () => new Map(),
      deliveries: async () => ({ pending: 0, dead: new Set() }),
      async readLog() {
        looks += 1;
        if (looks === 5) log.push({ key: 'late', place: 7 } as Logged);
        if (looks === 6) accepted.add('late');
        return [...log];
      },
    },
    relays: {
      get nodes() {
        return [{ leads: looks >= 3 }];
      },
    },
    ...{ players: [], bot: { isAsked: false }, furnished: { head: 0 } },
    ...{ endpoint: { accepted }, stream: { seen: accepted }, stage: { history: { entries: [] } } },
  };
  return { healing: healing as unknown as Healing, accepted };
}

test('a storm is not over before somebody leads, and what they find to say is said', async () => {
  const { healing, accepted } = scene();
  expect(await heal(healing)).toEqual([]);
  expect([...accepted]).toEqual(['late']);
});
