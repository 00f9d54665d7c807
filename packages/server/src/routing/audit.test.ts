import { routing as schema } from '@throughline/shared/schema';
import { expect, test } from 'vitest';
import { plan, queue } from '../../test/routing.ts';
import { unborn } from '../conversations/evolve.ts';
import type { Conversation } from '../conversations/queries.ts';
import { compileRouting } from '../settings/routing/compile.ts';
import { audit } from './audit.ts';

const NOW = 1_800_000_000_000;
const LONG_AGO = NOW - 60_000;
const row = (id: string, more: Partial<Conversation>): Conversation => ({
  ...unborn({ id, site: 'shop', contact: 'v' }, LONG_AGO),
  ...more,
});

const routing = compileRouting(
  schema.parse(plan([], { queues: [queue({ firstReplyMs: 1000 })] })),
  [],
);
const late = { queue: 'support', need: {}, answered: false, breached: null, broken: null };

const find = (...rows: Conversation[]) =>
  audit({ active: async (after) => rows.filter(({ id }) => id > after) }, { now: NOW, routing });

const waiting = {
  ...{ queue: 'support', base: 0, rate: 1, need: {}, placedAt: LONG_AGO },
  ...{ hold: null, declined: [], promised: false },
};

const bot = (until: number | null): NonNullable<Conversation['bot']> => ({
  ...{ run: 'r', bot: 'faq', version: 'v', visit: 1, reason: null, goal: null, heard: 2 },
  ...{
    unheard: null,
    cutShort: 0,
    ...{ events: [], since: 0 },
    alone: { turns: 0, words: 0 },
    hops: 0,
    state: null,
  },
  ...{ asked: null, until, outcome: null, queue: null },
});

const owed = { id: 'p', what: 'reply', owner: 'business' } as const;

test('what waits, is offered, owned or promised within its time is nothing to find', async () => {
  expect(
    await find(
      row('1', { unansweredSince: LONG_AGO, waiting }),
      row('2', { unansweredSince: LONG_AGO, waiting, offer: { id: 'o', agent: 'bo', until: NOW } }),
      row('3', { unansweredSince: LONG_AGO, assignee: 'ada' }),
      row('4', { promises: [{ ...owed, dueAt: NOW + 1 }] }),
      row('5', { unansweredSince: NOW - 1 }),
      row('6', { unansweredSince: LONG_AGO, bot: bot(null) }),
      row('7', {
        unansweredSince: LONG_AGO,
        assignee: 'ada',
        service: { ...late, breached: LONG_AGO },
      }),
    ),
  ).toEqual([]);
});

test('whatever is nowhere, overdue or asleep is found', async () => {
  const unansweredSince = LONG_AGO;
  expect(
    await find(
      row('1', { unansweredSince }),
      row('2', { unansweredSince, waiting, offer: { id: 'o', agent: 'ada', until: LONG_AGO } }),
      row('3', {
        unansweredSince,
        waiting,
        promises: [{ ...owed, dueAt: LONG_AGO }],
      }),
      row('4', { unansweredSince, assignee: 'ada', parked: true }),
      row('5', { unansweredSince, bot: bot(NOW - 600_000) }),
      row('6', { unansweredSince, bot: { ...bot(null), outcome: 'routed' } }),
      row('7', { unansweredSince, assignee: 'ada', service: late }),
    ),
  ).toEqual([
    { what: 'nowhere', conversation: '1' },
    { what: 'offer_over', conversation: '2' },
    { what: 'promise_over', conversation: '3' },
    { what: 'not_woken', conversation: '4' },
    { what: 'bot_over', conversation: '5' },
    { what: 'nowhere', conversation: '6' },
    { what: 'breach_untold', conversation: '7' },
  ]);
});
