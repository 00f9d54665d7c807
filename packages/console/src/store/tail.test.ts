import type { CloudEvent } from '@throughline/shared/schema';
import { expect, it } from 'vitest';
import { hold, newTail, ROWS_MAX, takeEarlier, takeEvents } from './tail.ts';

const event = (n: number) => ({ id: String(n) }) as CloudEvent;
const events = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => event(from + i));
const ids = (rows: readonly CloudEvent[]) => rows.map(({ id }) => Number(id));

it('the newest is on top, and the oldest makes room', () => {
  const tail = takeEvents(newTail(), events(1, ROWS_MAX + 2));
  expect(tail.rows).toHaveLength(ROWS_MAX);
  expect(ids(tail.rows.slice(0, 2))).toEqual([ROWS_MAX + 2, ROWS_MAX + 1]);
});

it('what is held stays as it is; what comes waits and is shown in order', () => {
  let tail = hold(takeEvents(newTail(), events(1, 2)), true);
  tail = takeEvents(takeEvents(tail, events(3, 4)), events(5, 5));
  expect([ids(tail.rows), ids(tail.waiting)]).toEqual([
    [2, 1],
    [5, 4, 3],
  ]);
  expect(ids(hold(tail, false).rows)).toEqual([5, 4, 3, 2, 1]);
});

it('what was before stands below, also while the list is held', () => {
  const tail = takeEarlier(hold(takeEvents(newTail(), events(5, 6)), true), events(3, 4));
  expect(ids(tail.rows)).toEqual([6, 5, 4, 3]);
});

it('what is known already is not shown twice', () => {
  let tail = takeEvents(newTail(), events(1, 3));
  tail = takeEvents(tail, events(2, 4));
  expect(ids(tail.rows)).toEqual([4, 3, 2, 1]);
  expect(takeEvents(tail, events(1, 4))).toBe(tail);
});
