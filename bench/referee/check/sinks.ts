import type { Logged, Of } from '../history.ts';
import { type Check, only, restoredAt, type Violation, violation } from './evidence.ts';

type Received = Of<'hook_recv'> | Of<'stream_recv'>;

const isAccepted = (it: Received): boolean => it.f === 'stream_recv' || it.status < 300;

/** Every committed event came, or ended where somebody can see it. */
function missing(received: Received[], expected: readonly Logged[], by: string): Violation[] {
  const came = new Set(received.filter(isAccepted).map(({ key }) => key));
  const gone = expected.filter(({ key }) => !came.has(key));
  return gone.length === 0
    ? []
    : [violation('C10', `MISSING at the ${by}: ${gone.length} events`, ...gone)];
}

function phantoms(received: Received[], log: readonly Logged[], by: string): Violation[] {
  const places = new Map(log.map(({ key, place }) => [key, place]));
  return received.flatMap((it) => {
    const place = places.get(it.key);
    if (place === undefined) return violation('C10', `PHANTOM-EVENT at the ${by}`, it);
    const said = `another place in the log at the ${by}`;
    return place === it.place ? [] : violation('C10', said, it);
  });
}

/** Strict within the whole log, so also within each conversation; a repeat goes back, and then on without a gap. */
function streamOrder(received: Of<'stream_recv'>[], expected: readonly Logged[]): Violation[] {
  const nth = new Map(expected.map(({ key }, i) => [key, i]));
  let high = -1;
  return received.flatMap((it) => {
    const n = nth.get(it.key);
    if (n === undefined) return [];
    const isNext = n <= high + 1;
    high = Math.max(high, n);
    return isNext ? [] : violation('C10', 'stream order broken', expected[n - 1], it);
  });
}

/** C10: what is committed goes out, once at least, in order where order is promised; nothing else does. */
export const eventsOut: Check = ({ history, log, dead, sinksFrom, settledTo }) => {
  const since = restoredAt(history);
  const hooks = only(history, 'hook_recv').filter(({ i }) => i > since);
  const stream = only(history, 'stream_recv').filter(({ i }) => i > since);
  const expected = log.filter(({ place }) => place > sinksFrom).sort((a, b) => a.place - b.place);
  const found = [
    ...phantoms(hooks, log, 'endpoint'),
    ...phantoms(stream, log, 'stream'),
    ...streamOrder(stream, expected),
  ];
  if (settledTo === undefined || since !== -1) return found;
  const due = expected.filter(({ place }) => place <= settledTo);
  const alive = due.filter(({ place }) => !dead.has(place));
  return [...found, ...missing(hooks, alive, 'endpoint'), ...missing(stream, due, 'stream')];
};
