import type { EventReads, LogRecord } from '../store.ts';
import type { Db } from './db.ts';

/** Everything behind which somebody may still be: passed once all of them are over. */
interface Barrier {
  /** Holes below this offset are in question. */
  upTo: number;
  /** Transactions that were under way when they were seen: whoever may fill one is among them. */
  writers: readonly string[];
}

/**
 * Transactions commit in another order than they took their offsets in, so the log can have holes that are
 * about to be filled, and holes that never will be, by what was undone. Whoever reads on past the first
 * kind loses an event; the second kind must not stop anybody. So reading ends at a hole until everybody who
 * was writing to the log when it was seen is over: whoever owns the hole is one of them, since an INSERT
 * locks its table before it takes an offset, and lets go only after its rows can be seen (decision 0026).
 */
export function createFence(db: Db, plain: Pick<EventReads, 'log'>) {
  /** Holes up to here are empty for ever. */
  let settled = 0;
  let barrier: Barrier | undefined;

  function settle(offset: number): void {
    settled = Math.max(settled, offset);
    if (barrier && barrier.upTo <= settled) barrier = undefined;
  }

  /** As far as nothing is in question; `known`: what was settled when they were asked for. */
  function sound(records: LogRecord[], after: number, known: number): LogRecord[] {
    let last = after;
    const end = records.findIndex(({ offset }) => {
      const isNext = offset === last + 1 || offset <= known;
      if (isNext) last = offset;
      return !isNext;
    });
    if (after <= known) settle(last);
    return end < 0 ? records : records.slice(0, end);
  }

  /** Whether the hole before `next` is known to be empty now; everything up to `seen` was seen before. */
  async function passes(hole: { next: number; seen: number }): Promise<boolean> {
    const writers = await writersOf(db);
    const at = barrier ?? { upTo: hole.seen, writers };
    barrier ??= at;
    if (at.writers.some((writer) => writers.includes(writer))) return false;
    settle(at.upTo);
    return at.upTo >= hole.next || passes(hole);
  }

  async function log(after: number, limit: number): Promise<LogRecord[]> {
    // What somebody else settles while these are on their way may have been filled behind them.
    const known = settled;
    const records = await plain.log(after, limit);
    const first = sound(records, after, known);
    const next = records[first.length]?.offset;
    const seen = records.at(-1)?.offset ?? 0;
    if (next === undefined || !(await passes({ next, seen }))) return first;
    // What was in question is decided, perhaps by a commit that came after these were read.
    return log(after, limit);
  }

  /** The end of what is sound: whoever begins here misses nothing. */
  async function head(): Promise<number> {
    const found = await db.row<Run>(FIRST_RUN, [settled]);
    if (!found) return settled;
    settle(found.last);
    const { next, seen } = found;
    return next !== null && (await passes({ next, seen })) ? head() : settled;
  }

  return {
    log,
    head,
    /** Somebody was held up: what frees them may be no commit of ours. */
    get isHolding() {
      return barrier !== undefined;
    },
  };
}

/**
 * Transactions that write to this log, by names that are never used again. Those of other schemas and
 * databases hold up nobody here, however long they take.
 */
async function writersOf(db: Db): Promise<string[]> {
  const found = await db.rows<{ writer: string }>(
    `SELECT virtualtransaction AS writer FROM pg_locks
     WHERE relation = 'event'::regclass AND mode = 'RowExclusiveLock' AND granted
       AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
  );
  return found.map(({ writer }) => writer);
}

interface Run {
  last: number;
  next: number | null;
  seen: number;
}

/** The last offset before the first hole behind $1, the first one behind that hole, and the last of all. */
const FIRST_RUN = `WITH known AS (
    SELECT $1::bigint AS log_offset UNION ALL SELECT log_offset FROM event WHERE log_offset > $1)
  SELECT log_offset AS last, next, seen FROM (
    SELECT log_offset, lead(log_offset) OVER (ORDER BY log_offset) AS next,
      max(log_offset) OVER () AS seen FROM known) run
  WHERE next IS DISTINCT FROM log_offset + 1 ORDER BY log_offset LIMIT 1`;
