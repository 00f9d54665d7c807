import type { CloudEvent } from '@throughline/shared/schema';

/** The end of the log as it is shown, newest first. */
export interface Tail {
  rows: readonly CloudEvent[];
  /** What came while the list was held, newest first. */
  waiting: readonly CloudEvent[];
  isHeld: boolean;
}

/** More than anybody reads, and little enough to stay quick. */
export const ROWS_MAX = 500;

export const newTail = (): Tail => ({ rows: [], waiting: [], isHeld: false });

/** A stream that begins again may repeat its last events. */
function unknownOf({ rows, waiting }: Tail, events: readonly CloudEvent[]): CloudEvent[] {
  const known = new Set([...rows, ...waiting].map(({ id }) => id));
  return events.filter(({ id }) => !known.has(id));
}

/** What happened, in the order of the log; the oldest rows make room. */
export function takeEvents(tail: Tail, events: readonly CloudEvent[]): Tail {
  const fresh = unknownOf(tail, events).reverse();
  if (fresh.length === 0) return tail;
  const place = tail.isHeld ? 'waiting' : 'rows';
  return { ...tail, [place]: [...fresh, ...tail[place]].slice(0, ROWS_MAX) };
}

/** Keeps the rows where they are, or shows what has come since. */
export function hold(tail: Tail, isHeld: boolean): Tail {
  if (isHeld === tail.isHeld) return tail;
  if (isHeld) return { ...tail, isHeld };
  return { isHeld, waiting: [], rows: [...tail.waiting, ...tail.rows].slice(0, ROWS_MAX) };
}

/** What happened before, in the order of the log, below what is shown. */
export const takeEarlier = (tail: Tail, events: readonly CloudEvent[]): Tail => ({
  ...tail,
  rows: [...tail.rows, ...unknownOf(tail, events).reverse()].slice(0, ROWS_MAX),
});
