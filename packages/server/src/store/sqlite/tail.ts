import type { LogRecord } from '../store.ts';

const KEPT = 2048;

/**
 * The newest records, as they were committed, so that followers who keep up never read them back from
 * disk. Holds a run without holes or nothing: another program's write in between empties it.
 */
export function createTail() {
  let records: LogRecord[] = [];
  return {
    push(committed: LogRecord[]): void {
      const first = committed[0];
      if (!first) return;
      const last = records.at(-1);
      if (last && first.offset !== last.offset + 1) records = [];
      records.push(...committed);
      if (records.length > 2 * KEPT) records = records.slice(-KEPT);
    },
    /** Undefined where the tail cannot tell. */
    read(after: number, limit: number): LogRecord[] | undefined {
      const first = records[0];
      if (!first || after + 1 < first.offset) return undefined;
      const start = after + 1 - first.offset;
      // At or past the end: only the database knows what another program may have added.
      if (start >= records.length) return undefined;
      return records.slice(start, start + limit);
    },
  };
}
