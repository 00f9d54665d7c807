import { setImmediate as nextTurn } from 'node:timers/promises';
import { pages } from '../store/pages.ts';
import type { LogRecord, Reads, Store } from '../store/store.ts';

const PAGE = 500;

/** Page by page the places of what an erasure took out; none, where a record tells of no erasure. */
async function* placesErased(
  { events, contacts }: Reads,
  { type, conversation, contact }: LogRecord,
): AsyncGenerator<number[]> {
  if (type === 'conversation.erased' && conversation) {
    const read = (position: number) =>
      events.forward({ conversation, position, limit: PAGE, publicOnly: false });
    for await (const page of pages({ first: 0, limit: PAGE }, read, ({ seq }) => seq ?? 0))
      yield page.map(({ offset }) => offset);
  }
  if (type !== 'contact.erased' || !contact) return;
  for (const id of [contact, ...(await contacts.partsOf(contact))]) {
    const read = (after: number) => events.forwardOf(id, after, PAGE);
    for await (const page of pages({ first: 0, limit: PAGE }, read, ({ offset }) => offset))
      yield page.map(({ offset }) => offset);
  }
}

/** Whatever endpoints answered to what is erased goes with it: some answer with what they were sent. */
export async function forgetAnswers(
  { read, deliveries }: Pick<Store, 'read' | 'deliveries'>,
  records: LogRecord[],
  endpoints: string[],
): Promise<void> {
  if (endpoints.length === 0) return;
  for (const record of records)
    for await (const offsets of placesErased(read, record)) {
      await deliveries.forgetAnswers(endpoints, offsets);
      // A long conversation takes several pages: everybody else goes on between them.
      await nextTurn();
    }
}
