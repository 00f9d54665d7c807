import { setImmediate as nextTurn } from 'node:timers/promises';
import { type EventFilter, fits } from './filter.ts';
import type { Log, LogRecord } from './log.ts';

/** Records looked at for one page; where few fit it comes back short, or empty, and further on. */
const SCAN_MAX = 20_000;
/** Records read at a time at least; everybody else has a turn before the next ones. */
const STEP = 200;

export interface EventPage {
  records: LogRecord[];
  /** Where the next page begins. */
  offset: number;
  /** Whether the log goes on. */
  hasMore: boolean;
}

interface PageOptions {
  after: number;
  limit: number;
  filter: EventFilter;
}

/** What fits, from `after` on, in the order of the log. */
export async function readPage(
  log: Log,
  { after, limit, filter }: PageOptions,
): Promise<EventPage> {
  const isWanted = fits(filter);
  const records: LogRecord[] = [];
  let offset = after;
  while (records.length < limit && offset - after < SCAN_MAX) {
    if (offset > after) await nextTurn();
    const step = await log.read(offset, Math.max(limit, STEP));
    if (step.length === 0) return { records, offset, hasMore: false };
    for (const record of step) {
      if (records.length === limit) break;
      offset = record.offset;
      if (isWanted(record)) records.push(record);
    }
  }
  return { records, offset, hasMore: offset < (await log.head()) };
}
