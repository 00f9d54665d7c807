import { isTombstone } from '@throughline/shared/schema';
import type { LogRecord, Store, Tx } from '../store/store.ts';

/** What is to be found under records, by their offset; nothing any more: empty. */
type Texts = Map<number, string>;

/** What a record makes findable, and under which it is found. */
async function learn(tx: Tx, texts: Texts, record: LogRecord): Promise<void> {
  if (isTombstone(record.data)) return;
  switch (record.type) {
    case 'message.created':
    case 'note.created':
      texts.set(record.offset, record.data.text);
      return;
    case 'contact.identified': {
      const { name, email, externalId } = record.data;
      texts.set(record.offset, [name, email, externalId].filter(Boolean).join(' '));
      return;
    }
    case 'message.updated':
    case 'message.deleted': {
      const original = await tx.events.find(record.data.message);
      if (original) texts.set(original.offset, 'text' in record.data ? record.data.text : '');
    }
  }
}

export const SEARCH = 'search';

/** The follower that makes the log searchable: a batch and its cursor in one transaction. */
export const indexForSearch =
  (store: Store) =>
  (records: LogRecord[]): Promise<void> =>
    store.write(SEARCH, async (tx) => {
      const texts: Texts = new Map();
      for (const record of records) await learn(tx, texts, record);
      if (texts.size > 0) await tx.search.put(texts);
      const last = records.at(-1);
      if (last) await tx.cursors.set(SEARCH, last.offset);
    });
