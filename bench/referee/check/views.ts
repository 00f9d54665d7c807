import type { Logged, Of } from '../history.ts';
import {
  around,
  byKey,
  type Check,
  type Evidence,
  erased,
  messages,
  only,
  positionFor,
  restoredAt,
  type Violation,
  violation,
} from './evidence.ts';

type Deliver = Of<'deliver'>;

/** C5: each observer's view is the log's, in order, without a gap, across all its sessions. */
export const views: Check = (evidence) => {
  const { history, log } = evidence;
  const expected = Map.groupBy(messages(log), ({ conv }) => conv);
  for (const there of expected.values()) there.sort((a, b) => Number(a.seq) - Number(b.seq));
  const closed = new Set(only(history, 'close').map(({ proc }) => proc));
  const since = restoredAt(history);
  const seen = Map.groupBy(only(history, 'deliver'), (it) => `${it.proc} ${it.conv}`);
  return [...seen.values()].flatMap((delivered) => {
    const inverted = delivered.findIndex(({ at }, i) => i > 0 && at <= (delivered[i - 1]?.at ?? 0));
    if (inverted !== -1)
      return violation(
        'C5',
        'INVERSION or REPEAT on one screen',
        ...around(history, delivered[inverted] as Deliver),
      );
    const [first] = delivered as [Deliver];
    if (first.i < since) return [];
    const upTo = closed.has(first.proc) ? 0 : (evidence.settledTo ?? 0);
    return missing(delivered, expected.get(first.conv) ?? [], { upTo, evidence });
  });
};

interface Asked {
  /** What is there up to this place in the log had to arrive, not only a beginning of it. */
  upTo: number;
  evidence: Evidence;
}

function missing(delivered: Deliver[], there: Logged[], { upTo, evidence }: Asked): Violation[] {
  const due = there.filter(({ place }) => place <= upTo).length;
  const length = Math.max(due, Math.min(delivered.length, there.length));
  const at = there.slice(0, length).findIndex(({ key }, i) => key !== delivered[i]?.key);
  if (at === -1) return [];
  const near = delivered[at] ?? (delivered.at(-1) as Deliver);
  const what = `SKIP: ${near.proc} misses a message`;
  return [violation('C5', what, there[at], ...around(evidence.history, near))];
}

/** C5: what a screen shows from top to bottom is the order of the log. */
export const screens: Check = ({ history, log }) => {
  const known = byKey(log);
  return only(history, 'screen').flatMap((shown) => {
    const places = shown.keys.flatMap((key) => known.get(key)?.seq ?? []);
    const at = places.findIndex((seq, i) => i > 0 && seq <= (places[i - 1] ?? 0));
    if (at === -1) return [];
    const near = shown.keys.slice(Math.max(0, at - 3), at + 3).map((key) => known.get(key));
    return violation('C5', `INVERSION: ${shown.proc} shows another order`, ...near);
  });
};

/** C8: nobody sees another message at a place than the log has there. */
export const agreement: Check = ({ history, log }) => {
  const known = byKey(log);
  const gone = erased(history);
  const since = restoredAt(history);
  return only(history, 'deliver').flatMap((seen) => {
    const record = known.get(seen.key);
    if (!record || seen.i < since) return [];
    const isSame = record.text === seen.text || gone.has(seen.key);
    return positionFor(seen.proc, record) === seen.at && isSame
      ? []
      : violation('C8', 'DIVERGENT: another message or place on a screen', seen, record);
  });
};

/** C8: within an epoch a place has one message for all who count alike, and heads only rise. */
export const oneLine: Check = ({ history }) => {
  const at = new Map<string, Deliver>();
  const heads = new Map<string, Of<'resume'>>();
  const kindOf = (proc: string) => proc.split('-')[0];
  const diverging = only(history, 'deliver').flatMap((seen) => {
    const place = `${seen.epoch} ${seen.conv} ${kindOf(seen.proc)} ${seen.at}`;
    const other = at.get(place);
    at.set(place, other ?? seen);
    return other && other.key !== seen.key
      ? violation('C8', 'DIVERGENT: two messages at one place of an epoch', other, seen)
      : [];
  });
  const sinking = only(history, 'resume').flatMap((page) => {
    const line = `${page.proc} ${page.epoch} ${page.conv}`;
    const before = heads.get(line);
    heads.set(line, page);
    return before && page.head < before.head
      ? violation('C8', 'HEAD went back without a new epoch', before, page)
      : [];
  });
  return [...diverging, ...sinking];
};
