import type { Logged, Recorded } from './history.ts';

export interface Violation {
  check: string;
  what: string;
  /** Records around the first sign of it. */
  witness: unknown[];
}

export interface Evidence {
  history: readonly Recorded[];
  /** The whole log, read from the database after the last relay ended. */
  log: readonly Logged[];
}

type Send = Extract<Recorded, { f: 'send' }>;
type Deliver = Extract<Recorded, { f: 'deliver' }>;
type Resume = Extract<Recorded, { f: 'resume' }>;
type Check = (evidence: Evidence) => Violation[];

const only = <F extends Recorded['f']>(history: readonly Recorded[], f: F) =>
  history.filter((entry): entry is Extract<Recorded, { f: F }> => entry.f === f);

const sends = (history: readonly Recorded[], type: Send['type']): Send[] =>
  only(history, 'send').filter((entry) => entry.type === type);

const messages = (log: readonly Logged[]): Logged[] =>
  log.filter(({ type }) => type === 'message.created');

const groupBy = <T>(list: readonly T[], key: (item: T) => string): Map<string, T[]> =>
  Map.groupBy(list, key) as Map<string, T[]>;

const byKey = (log: readonly Logged[]): Map<string, Logged> =>
  new Map(log.map((record) => [record.key, record]));

const violation = (check: string, what: string, ...witness: unknown[]): Violation => ({
  check,
  what,
  witness,
});

/** The position a process of that name counts by: visitors see `pub`, agents `seq`. */
const positionFor = (proc: string, record: Logged): number | null =>
  proc.startsWith('visitor') ? record.pub : record.seq;

/** C1: what was acknowledged is there, at the acknowledged place, with the same words. */
const acknowledged: Check = ({ history, log }) => {
  const known = byKey(messages(log));
  const asked = new Map(sends(history, 'invoke').map((send) => [send.key, send]));
  return sends(history, 'ok').flatMap((ok) => {
    const record = known.get(ok.key);
    if (!record) return violation('C1', 'LOST: acknowledged and gone', ok);
    const same = positionFor(ok.proc, record) === ok.at && record.text === asked.get(ok.key)?.text;
    return same ? [] : violation('C1', 'ACK-MISMATCH: another place or other words', ok, record);
  });
};

/** C2: what is there was asked for and was not refused; what was shown is there. */
const invoked: Check = ({ history, log }) => {
  const asked = new Set(sends(history, 'invoke').map(({ key }) => key));
  const refused = new Set(sends(history, 'fail').map(({ key }) => key));
  const there = new Set(log.map(({ key }) => key));
  return [
    ...messages(log).flatMap((record) => {
      if (!asked.has(record.key)) return violation('C2', 'PHANTOM: nobody sent it', record);
      return refused.has(record.key) ? violation('C2', 'RESURRECTED: it was refused', record) : [];
    }),
    ...only(history, 'deliver').flatMap((seen) =>
      there.has(seen.key) ? [] : violation('C2', 'PHANTOM: shown and never committed', seen),
    ),
  ];
};

/** C3: one record for each key, and each message on each screen once. */
const once: Check = ({ history, log }) => [
  ...[...groupBy(log, ({ key }) => key).values()].flatMap((same) =>
    same.length > 1 ? violation('C3', 'DUPLICATE in the log', ...same) : [],
  ),
  ...[...groupBy(messages(log), ({ text }) => text ?? '').values()].flatMap((same) =>
    same.length > 1 ? violation('C3', 'DUPLICATE: the same words twice', ...same) : [],
  ),
  ...[...groupBy(only(history, 'deliver'), (d) => `${d.proc} ${d.key}`).values()].flatMap((same) =>
    same.length > 1 ? violation('C3', 'DUPLICATE on a screen', ...same) : [],
  ),
];

/** C4: both numberings run 1, 2, 3 … without holes. */
const numbering: Check = ({ log }) =>
  [...groupBy(log, ({ conv }) => conv)].flatMap(([conv, records]) => {
    const dense = (numbers: number[]) => numbers.every((n, i) => n === i + 1);
    const seqs = records.map(({ seq }) => seq).sort((a, b) => a - b);
    const pubs = records.flatMap(({ pub }) => pub ?? []).sort((a, b) => a - b);
    return dense(seqs) && dense(pubs)
      ? []
      : violation('C4', `HOLE or REUSED number in ${conv}`, { seqs, pubs });
  });

/** C5: each observer's view is the log's, in order, without a gap, across all its sessions. */
const views: Check = ({ history, log }) => {
  const expected = groupBy(messages(log), ({ conv }) => conv);
  const closed = new Set(only(history, 'close').map(({ proc }) => proc));
  const seen = groupBy(only(history, 'deliver'), (d) => `${d.proc} ${d.conv}`);
  return [...seen.values()].flatMap((delivered) => {
    const inverted = delivered.findIndex(({ at }, i) => i > 0 && at <= (delivered[i - 1]?.at ?? 0));
    if (inverted !== -1)
      return violation(
        'C5',
        'INVERSION or REPEAT on one screen',
        ...delivered.slice(inverted - 3, inverted + 3),
      );
    const [{ proc, conv }] = delivered as [Deliver, ...Deliver[]];
    return missing(delivered, expected.get(conv) ?? [], closed.has(proc));
  });
};

function missing(delivered: Deliver[], there: Logged[], isClosed: boolean): Violation[] {
  const expected = there.sort((a, b) => a.seq - b.seq);
  const length = isClosed ? delivered.length : expected.length;
  const at = expected.slice(0, length).findIndex(({ key }, i) => key !== delivered[i]?.key);
  return at === -1
    ? []
    : [
        violation(
          'C5',
          `SKIP: ${delivered[0]?.proc} misses a message`,
          expected[at],
          delivered[at],
        ),
      ];
}

/** C6: one sender's messages keep the order in which they were asked for. */
const senderOrder: Check = ({ history, log }) => {
  const known = byKey(messages(log));
  return [...groupBy(sends(history, 'invoke'), (s) => `${s.proc} ${s.conv}`).values()].flatMap(
    (asked) => {
      const seqs = asked.flatMap(({ key }) => known.get(key)?.seq ?? []);
      const swapped = seqs.findIndex((seq, i) => i > 0 && seq < (seqs[i - 1] ?? 0));
      return swapped === -1
        ? []
        : violation('C6', 'two sends of one sender swapped', asked[swapped - 1], asked[swapped]);
    },
  );
};

/** C7: what was acknowledged before another was asked for stands before it. */
const realTime: Check = ({ history, log }) => {
  const known = byKey(messages(log));
  return [...groupBy(only(history, 'send'), ({ conv }) => conv).values()].flatMap((events) => {
    let high = 0;
    let by: Send | undefined;
    return events.flatMap((event) => {
      const seq = known.get(event.key)?.seq;
      if (seq === undefined) return [];
      if (event.type === 'ok' && seq > high) [high, by] = [seq, event];
      return event.type === 'invoke' && seq < high
        ? violation('C7', 'asked for later and placed before', by, event)
        : [];
    });
  });
};

/** C8: nobody sees another message at a place than the log has there. */
const agreement: Check = ({ history, log }) => {
  const known = byKey(log);
  return only(history, 'deliver').flatMap((seen) => {
    const record = known.get(seen.key);
    if (!record) return [];
    return positionFor(seen.proc, record) === seen.at && record.text === seen.text
      ? []
      : violation('C8', 'DIVERGENT: another message or place on a screen', seen, record);
  });
};

const isContiguous = ({ cursor, got }: Resume): boolean =>
  got.every((n, i) => n === (cursor ?? 0) + 1 + i);

/** C9: `recovered` has no hole, and `reset` has a reason that holds. */
const honesty: Check = ({ history }) =>
  only(history, 'resume').flatMap((page) => {
    if (page.state === 'recovered') {
      const last = page.got.at(-1) ?? page.cursor ?? 0;
      const isWhole = isContiguous(page) && (!page.end || last === page.head);
      return isWhole ? [] : violation('C9', 'FALSE-RECOVERED: a hole in the replay', page);
    }
    // Nobody restores a backup here, so every cursor a client holds can be served.
    return page.cursor === null ? [] : violation('C9', `NEEDLESS-RESET: ${page.reason}`, page);
  });

const checks: Check[] = [
  acknowledged,
  invoked,
  once,
  numbering,
  views,
  senderOrder,
  realTime,
  agreement,
  honesty,
];

/** Every check over the whole run; one of each kind is enough to know. */
export const judge = (evidence: Evidence): Violation[] =>
  checks.flatMap((check) => check(evidence).slice(0, 3));
