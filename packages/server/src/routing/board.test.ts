import { expect, test } from 'vitest';
import { unborn } from '../conversations/evolve.ts';
import type { Conversation } from '../conversations/queries.ts';
import { createLedger } from './board.ts';

const HOUR_MS = 3_600_000;
const NOW = 1_000_000_000;

const waits = (n: number, { since = NOW - n, base = 0 } = {}): Conversation => ({
  ...unborn({ id: `c${String(n).padStart(6, '0')}`, site: 'shop', contact: `v${n}` }, 0),
  unansweredSince: since,
  waiting: {
    ...{ queue: 'support', base, rate: 1, need: {}, hold: null },
    ...{ placedAt: since, declined: [], promised: false },
  },
});

/** The same by sorting all of them. */
const sorted = (rows: Conversation[]): string[] =>
  rows
    .toSorted((a, b) => {
      const count = ({ waiting, unansweredSince }: Conversation) =>
        (waiting?.base ?? 0) + (NOW - (unansweredSince ?? NOW)) / 1000;
      return count(b) - count(a) || (a.id < b.id ? -1 : 1);
    })
    .map(({ id }) => id);

const contactsOf = (rows: Conversation[]) => rows.map(({ contact }) => contact);

test('those at the front of a line are told their places, whatever the order they came in', () => {
  const ledger = createLedger();
  // Every tenth has credit, and many have waited for the same time.
  const rows = Array.from({ length: 20_000 }, (_, i) =>
    waits(i, { since: NOW - ((i * 7919) % 3000) * 1000, base: i % 10 === 0 ? 1800 : 0 }),
  );
  for (const row of rows) ledger.see(row, undefined);
  const told = ledger
    .standings(contactsOf(rows), NOW)
    .filter(({ place }) => place !== null)
    .toSorted((a, b) => (a.place ?? 0) - (b.place ?? 0));
  expect(told.map(({ conversation }) => conversation)).toEqual(sorted(rows).slice(0, 50));
  expect(told.map(({ place }) => place)).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
});

test('who is further behind is told what was promised, and nothing where nothing was', () => {
  const ledger = createLedger();
  const rows = Array.from({ length: 60 }, (_, n) => waits(n, { since: NOW - HOUR_MS }));
  for (const row of rows) ledger.see(row, undefined);
  const owed = { id: 'p', what: 'reply', owner: 'business', dueAt: NOW } as const;
  ledger.see({ ...waits(70, { since: NOW }), promises: [owed] }, undefined);
  const told = ledger.standings(['v70', ...contactsOf(rows)], NOW);
  expect(told.filter(({ place }) => place !== null)).toHaveLength(50);
  expect(told.find(({ conversation }) => conversation === 'c000070')).toMatchObject({
    ...{ place: null, promises: [{ what: 'reply', dueAt: NOW }] },
  });
});

test('who waits no more has no place, and those behind move up', () => {
  const ledger = createLedger();
  for (const n of [1, 2]) ledger.see(waits(n), undefined);
  ledger.see({ ...waits(2), unansweredSince: null }, undefined);
  const told = () => ledger.standings(['v1', 'v2'], NOW);
  expect(told()).toMatchObject([{ conversation: 'c000001', place: 1 }]);
  ledger.clear();
  expect(told()).toEqual([]);
});

test('only who is asked for is looked at; their place counts all who wait', () => {
  const ledger = createLedger();
  for (let n = 0; n < 5; n++) ledger.see(waits(n, { since: NOW - HOUR_MS - n }), undefined);
  ledger.see({ ...waits(9, { since: NOW }), contact: 'v2' }, undefined);
  expect(ledger.standings(['v2', 'nobody'], NOW)).toMatchObject([
    { conversation: 'c000002', contact: 'v2', place: 3 },
    { conversation: 'c000009', contact: 'v2', place: 6 },
  ]);
});

test('whatever changes about a wait, it is told as it is: what is promised, its queue, its credit', () => {
  const ledger = createLedger();
  const row = waits(1);
  const owed = { id: 'p', what: 'reply', owner: 'business', dueAt: NOW } as const;
  const told = () =>
    ledger.standings(['v1', 'v2'], NOW).toSorted((a, b) => (a.place ?? 0) - (b.place ?? 0));
  ledger.see(waits(2, { since: NOW - HOUR_MS }), undefined);
  ledger.see(row, undefined);
  ledger.see({ ...row, promises: [owed] }, undefined);
  expect(told()[1]).toMatchObject({ contact: 'v1', promises: [{ what: 'reply' }] });
  ledger.see(row, undefined);
  expect(told()[1]).toMatchObject({ contact: 'v1', place: 2, promises: [] });
  ledger.see(waits(1, { base: 7200 }), undefined);
  expect(told().map(({ contact }) => contact)).toEqual(['v1', 'v2']);
  const elsewhere = { ...row, waiting: { ...waits(1).waiting, queue: 'other' } } as Conversation;
  ledger.see(elsewhere, undefined);
  expect(new Set(told().map(({ queue, place }) => `${queue} ${place}`))).toEqual(
    new Set(['support 1', 'other 1']),
  );
});
