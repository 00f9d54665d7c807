import type { LogRecord } from '../store.ts';
import { TOMBSTONE } from './events.ts';
import type { LogChange } from './lane.ts';

const KEPT = 2048;

/**
 * The newest records, as they were committed, so that followers who keep up never read them back from
 * disk. Holds a run without holes or nothing: another program's write in between empties it.
 */
export function createTail() {
  let records: LogRecord[] = [];

  function redact(offset: number): void {
    const at = offset - (records[0]?.offset ?? 0);
    const found = records[at];
    if (found) records[at] = { ...found, data: TOMBSTONE };
  }

  return {
    push({ appended, redacted }: LogChange): void {
      const next = appended[0];
      const last = records.at(-1);
      if (next && last && next.offset !== last.offset + 1) records = [];
      records.push(...appended);
      if (records.length > 2 * KEPT) records = records.slice(-KEPT);
      for (const offset of redacted) redact(offset);
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
