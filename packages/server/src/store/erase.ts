import { eventTypes, personalTypes } from '@throughline/shared/schema';
import type { LogRecord, Tx } from './store.ts';

const known: ReadonlySet<string> = new Set(eventTypes);

/** Of a kind that only a newer relay knows, nobody here can tell what is in it. */
const saysSomething = ({ type, data }: LogRecord): boolean =>
  !('redacted' in data) && (personalTypes.has(type) || !known.has(type));

/** Takes what these records say of a person out of the log, and makes nothing findable under them; how many did. */
export async function eraseRecords(tx: Tx, records: LogRecord[]): Promise<number> {
  const offsets = records.filter(saysSomething).map(({ offset }) => offset);
  if (offsets.length === 0) return 0;
  await tx.events.redact(offsets);
  await tx.search.put(new Map(offsets.map((offset) => [offset, ''])));
  return offsets.length;
}
