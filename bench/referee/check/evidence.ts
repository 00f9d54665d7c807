import type { Logged, Of, Recorded } from '../history.ts';

/** What the checks judge: what was seen, and what is there. */
export interface Evidence {
  history: readonly Recorded[];
  /** The whole log, read from the database after the last relay ended. */
  log: readonly Logged[];
  /** Deliveries that were given up and are shown as such, by place in the log. */
  dead: ReadonlySet<number>;
  /** Words found in files or tables although they were erased, and where. */
  remains: readonly { text: string; where: string }[];
  /** From this place in the log on, sinks were to get everything. */
  sinksFrom: number;
  /**
   * Up to this place in the log everything had to come to everybody. Undefined: a broken relay need not heal,
   * and what never came is then no fault of its own.
   */
  settledTo: number | undefined;
}

export interface Violation {
  check: string;
  what: string;
  /** Records around the first sign of it, twenty at most. */
  witness: unknown[];
}

export type Check = (evidence: Evidence) => Violation[];

const WITNESS_MAX = 20;

export const violation = (check: string, what: string, ...witness: unknown[]): Violation => ({
  check,
  what,
  witness: witness.filter((it) => it !== undefined).slice(0, WITNESS_MAX),
});

/** The records about the same conversation next to some record of it. */
export function around(history: readonly Recorded[], { i, conv }: { i: number; conv: string }) {
  const same = (entry: Recorded) =>
    entry.f === 'nemesis' || ('conv' in entry && entry.conv === conv);
  const half = WITNESS_MAX / 2;
  const before = history
    .slice(Math.max(0, i - 2000), i)
    .filter(same)
    .slice(-half);
  return [
    ...before,
    ...history
      .slice(i, i + 2000)
      .filter(same)
      .slice(0, half - 2),
  ];
}

export const only = <F extends Recorded['f']>(history: readonly Recorded[], f: F): Of<F>[] =>
  history.filter((entry): entry is Of<F> => entry.f === f);

export const messages = (log: readonly Logged[]): Logged[] =>
  log.filter(({ type }) => type === 'message.created');

export const byKey = (log: readonly Logged[]): Map<string, Logged> =>
  new Map(log.map((record) => [record.key, record]));

export const isVisitor = (proc: string): boolean => proc.startsWith('visitor');

/** The position a process of that name counts by: visitors see `pub`, agents `seq`. */
export const positionFor = (proc: string, record: Logged): number | null =>
  isVisitor(proc) ? record.pub : record.seq;

/** Whoever it is, whichever life of theirs. */
export const nameOf = (proc: string): string => proc.split('#')[0] ?? '';

/** Where the log was restored last: what was promised before need not be there any more. */
export const restoredAt = (history: readonly Recorded[]): number =>
  history.findLastIndex(({ f }) => f === 'restore');

/** Texts of messages that somebody asked to be gone: the log has a tombstone, or nothing has happened yet. */
export const erased = (history: readonly Recorded[]): Set<string> =>
  new Set(only(history, 'erase').map(({ message }) => message));
