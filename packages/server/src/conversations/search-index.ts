import { isTombstone } from '@throughline/shared/schema';
import type { LogRecord, Store, Tx } from '../store/store.ts';

async function index(tx: Tx, record: LogRecord): Promise<void> {
  if (isTombstone(record.data)) return;
  switch (record.type) {
    case 'message.created':
    case 'note.created':
      return tx.search.add(record.offset, record.data.text);
    case 'contact.identified': {
      const { name, email, externalId } = record.data;
      return tx.search.add(record.offset, [name, email, externalId].filter(Boolean).join(' '));
    }
    case 'message.updated': {
      const original = await tx.events.find(record.data.message);
      if (!original) return;
      await tx.search.remove(original.offset);
      return tx.search.add(original.offset, record.data.text);
    }
    case 'message.deleted': {
      const original = await tx.events.find(record.data.message);
      return original && tx.search.remove(original.offset);
    }
  }
}

export const SEARCH = 'search';

/** The follower that makes the log searchable: a batch and its cursor in one transaction. */
export const indexForSearch =
  (store: Store) =>
  (records: LogRecord[]): Promise<void> =>
    store.write(SEARCH, async (tx) => {
      for (const record of records) await index(tx, record);
      const last = records.at(-1);
      if (last) await tx.cursors.set(SEARCH, last.offset);
    });
