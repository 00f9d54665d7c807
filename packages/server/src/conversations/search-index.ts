import { isTombstone } from '@throughline/shared/schema';
import { UNSEEN } from '../lib/unseen.ts';
import { pages } from '../store/pages.ts';
import type { LogRecord, Store, Tx } from '../store/store.ts';

/** A word with signs in it that nobody sees is found as it is read. */
export const findable = (text: string): string =>
  text.replace(UNSEEN, (sign) => (/\s/.test(sign) ? sign : ''));

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
    case 'conversation.erased':
      return forgetConversation(tx, texts, record);
    case 'contact.erased':
      return forgetContact(tx, texts, record);
    case 'message.updated':
    case 'message.deleted': {
      const original = await tx.events.find(record.data.message);
      if (original) texts.set(original.offset, 'text' in record.data ? record.data.text : '');
    }
  }
}

const PAGE = 500;
const START = { first: 0, limit: PAGE };

/** What was read before it was erased may have been made findable since. */
function forget(texts: Texts, records: LogRecord[]): void {
  for (const { offset, data } of records) if (isTombstone(data)) texts.set(offset, '');
}

async function forgetConversation(tx: Tx, texts: Texts, { conversation }: LogRecord) {
  if (conversation === null) return;
  const range = { conversation, limit: PAGE, publicOnly: false };
  const read = (position: number) => tx.events.forward({ ...range, position });
  for await (const page of pages(START, read, ({ seq }) => seq ?? 0)) forget(texts, page);
}

async function forgetContact(tx: Tx, texts: Texts, { contact }: LogRecord) {
  if (contact === null) return;
  for (const id of [contact, ...(await tx.contacts.partsOf(contact))]) {
    const read = (after: number) => tx.events.forwardOf(id, after, PAGE);
    for await (const page of pages(START, read, ({ offset }) => offset)) forget(texts, page);
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
      for (const [offset, text] of texts) texts.set(offset, findable(text));
      if (texts.size > 0) await tx.search.put(texts);
      const last = records.at(-1);
      if (last) await tx.cursors.set(SEARCH, last.offset);
    });
