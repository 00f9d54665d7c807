import { expect, it } from 'vitest';
import { board, id, JONAS, ME, NOW, queue, row, testDesk } from '../../../test/desk.ts';
import { standingOf } from './standing.ts';

async function stateOf() {
  const test = testDesk({
    api: { board: async () => ({ ok: true, data: board({ queues: [queue('general')] }) }) },
  });
  await test.online();
  return test.desk.store.getState();
}

it('a row says its queue and how long its visitor waits, and by when something is due', async () => {
  const owed = { what: 'reply', owner: 'business' } as const;
  const promises = [{ id: id(9), ...owed, dueAt: NOW + 60_000 }];
  const waits = row(1, { queue: 'general', unansweredSince: NOW - 240_000, promises });
  expect(standingOf(waits, await stateOf(), NOW)).toEqual({
    ...{ place: 'General · 4 min', offered: null, due: null },
    promised: expect.stringMatching(/^Reply due by /),
  });
});

it.each([
  [JONAS.id, 'Offered to Jonas'],
  [ME.id, 'Offered to you'],
  [id(77), 'Offered to a'],
])('a row says whom it is offered to (%s)', async (agent, text) => {
  const offered = row(1, { offer: { id: id(9), agent, until: NOW } });
  expect(standingOf(offered, await stateOf(), NOW).offered).toBe(text);
});

it.each([
  [90_000, 30_000, null],
  [40_500, -1, { tone: 'soon', text: 'Answer due in 40 s' }],
  [-250_000, -400_000, { tone: 'late', text: 'Late by 4 min' }],
])('a row says in words whether its answer is nearly due, or late', async (at, soonAt, due) => {
  const waits = row(1, { replyDue: { at: NOW + at, soonAt: NOW + soonAt } });
  expect(standingOf(waits, await stateOf(), NOW).due).toEqual(due);
});

it('a row that was never routed says nothing', async () => {
  const nothing = { place: null, offered: null, promised: null, due: null };
  expect(standingOf(row(1), await stateOf(), NOW)).toEqual(nothing);
});
