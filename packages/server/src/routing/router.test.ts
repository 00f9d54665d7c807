import { routing as schema } from '@throughline/shared/schema';
import { expect, test } from 'vitest';
import { unborn } from '../conversations/evolve.ts';
import type { Conversation } from '../conversations/queries.ts';
import { compileRouting } from '../settings/routing/compile.ts';
import { createRouter } from './router.ts';

const NOW = 1_800_000_000_000;
/** More than are read at once. */
const MANY = 1100;

const routing = compileRouting(
  schema.parse({
    ...{ teams: [{ id: 'first', name: 'First' }], route: { queue: 'main' } },
    agents: [{ email: 'ada@example.com', teams: ['first'] }],
    capacity: { each: 1, more: 0 },
    queues: [
      {
        ...{ id: 'main', name: 'Main', offer: { mode: 'assign' } },
        rings: [{ afterMs: 0, teams: ['first'] }],
      },
    ],
  }),
  [{ id: 'ada', email: 'ada@example.com' }],
);

/** One that waits in the only queue, since then. */
const waits = (n: number, since: number): Conversation => ({
  ...unborn({ id: `c-${String(n).padStart(4, '0')}`, site: 'shop', contact: `v-${n}` }, since),
  ...{ status: 'open', seq: 1, unansweredSince: since },
  waiting: {
    ...{ queue: 'main', base: 0, rate: 1, need: {}, hold: null },
    ...{ placedAt: since, declined: [], promised: false },
  },
});

/** Who is given something, with a router that has just come to lead. */
async function leading(rows: Conversation[]): Promise<string[]> {
  const given: string[] = [];
  const router = createRouter({
    queries: {
      get: async (id) => rows.find((row) => row.id === id),
      active: async (after, limit) => rows.filter(({ id }) => id > after).slice(0, limit),
      ofContact: async () => [],
      facts: async () => [],
    },
    contacts: { summary: async () => undefined },
    site: () => undefined,
    availabilities: { statusOf: () => 'available', learn: async () => {} },
    routing: { current: routing, refresh: async () => {} },
    events: { head: async () => 0, read: async () => [] },
    now: () => NOW,
    log: { debug() {} } as never,
  });
  await router.act({
    conversations: {
      async run(_who, _name, input) {
        given.push((input as { conversation: string }).conversation);
        return { ok: true, data: {} as never };
      },
    },
    ...{ claims: async () => false, setAway: async () => {} },
  });
  return given;
}

test('whoever has waited longest is first, however many are open', async () => {
  const rows = Array.from({ length: MANY }, (_, n) => waits(n, NOW - 1000));
  rows[MANY - 1] = waits(MANY - 1, NOW - 3_600_000);
  expect(await leading(rows)).toEqual([rows.at(-1)?.id]);
});

test('what an agent has counts, however far behind it comes', async () => {
  const rows = Array.from({ length: MANY }, (_, n) => waits(n, NOW - 1000));
  const last = waits(MANY - 1, NOW - 1000);
  rows[MANY - 1] = { ...last, assignee: 'ada', waiting: null, unansweredSince: null };
  expect(await leading(rows)).toEqual([]);
});
