import { live } from '../store/contact.ts';
import { eraseRecords } from '../store/erase.ts';
import { answerRepeat, type Outcome, once, receiptOf, refuse } from '../store/repeat.ts';
import type { Contact, Store, Tx } from '../store/store.ts';
import { append, type Stamp } from './append.ts';

const PAGE = 500;

export interface Erasure {
  contact: string;
  /** What was taken out of their conversations before. */
  conversations: number;
  events: number;
  files: number;
}

type Timed = Stamp & { time: number };

const COUNTS = ['conversations', 'events', 'files'];

/**
 * Takes out what is known of a contact beside its conversations: who they are, what was said of them, their
 * browsers, and of all who became part of them. The id stays, and is nobody's.
 */
export async function eraseContact(
  store: Store,
  { time, ...stamp }: Timed,
  { contact: id, ...counts }: Erasure,
): Promise<Outcome> {
  const found = await live(store.read, id);
  if (!found) return refuse('not_found');
  const parts = [found.id, ...(await store.read.contacts.partsOf(found.id))];
  let { events } = counts;
  for (const part of parts) events += await eraseEvents(store, part);
  return store.write(found.id, (tx) =>
    once(tx, {
      id: stamp.id,
      read: () => live(tx, id),
      async run(contact) {
        if (!contact) return refuse('not_found');
        for (const part of parts) await blank(tx, part);
        const said = { type: 'contact.erased', data: { ...counts, events } } as const;
        return {
          ok: true,
          data: receiptOf(await append(tx, { ...stamp, time }, { contact, said })),
        };
      },
      repeat: (prior) =>
        answerRepeat(prior, { ...stamp, types: ['contact.erased'], input: {}, unasked: COUNTS }),
    }),
  );
}

/** What was said of them outside of conversations, page by page. */
async function eraseEvents(store: Store, contact: string): Promise<number> {
  let [events, before] = [0, Number.MAX_SAFE_INTEGER];
  for (;;) {
    const records = await store.read.events.ofContact(contact, before, PAGE);
    const last = records.at(-1);
    if (!last) return events;
    events += await store.write(contact, (tx) => eraseRecords(tx, records));
    before = last.offset;
  }
}

async function blank(tx: Tx, id: string): Promise<void> {
  const contact = await tx.contacts.get(id);
  if (!contact) return;
  const nobody: Partial<Contact> = { externalId: null, verified: false, name: null, email: null };
  await tx.contacts.save({ ...contact, ...nobody, context: {} });
  await tx.contacts.removeDevicesOf(id);
  await tx.facts.removeOf(id);
}
