import { live } from '../store/contact.ts';
import { eraseRecords } from '../store/erase.ts';
import { pages } from '../store/pages.ts';
import { answerRepeat, type Outcome, once, receiptOf, refuse, unwritten } from '../store/repeat.ts';
import type { Contact, Reads, Store, Tx } from '../store/store.ts';
import { append, type Stamp } from './append.ts';

const PAGE = 500;

export interface Erasure {
  contact: string;
  /** What was taken out of their conversations before. */
  conversations: number;
  events: number;
  files: number;
}

export interface Begun {
  id: string;
  isDone: boolean;
}

type Timed = Stamp & { time: number };

const COUNTS = ['conversations', 'events', 'files'];

/**
 * Shuts somebody out and forgets who they are, and all who became part of them: rows, facts and browsers. From here
 * on nothing is taken about them, so that nothing comes behind what is taken out of the log. Their id, which is
 * nobody's, and whether all was done before; undefined: there is nobody.
 */
export const beginErasure = (store: Store, stamp: Timed, id: string): Promise<Begun | undefined> =>
  store.write(id, async (tx) => {
    const contact = await live(tx, id);
    if (!contact) return undefined;
    if (contact.erasure === 'done') return { id: contact.id, isDone: true };
    for (const part of await allOf(tx, contact.id)) await blank(tx, part);
    if (!contact.blocked)
      await append(tx, stamp, { contact, said: { type: 'contact.blocked', data: {} } });
    return { id: contact.id, isDone: false };
  });

const allOf = async ({ contacts }: Pick<Reads, 'contacts'>, id: string): Promise<string[]> => [
  id,
  ...(await contacts.partsOf(id)),
];

async function blank(tx: Tx, id: string): Promise<void> {
  const contact = await tx.contacts.get(id);
  if (!contact) return;
  const nobody: Partial<Contact> = { externalId: null, verified: false, name: null, email: null };
  const erased = { ...nobody, context: {}, blocked: true, erasure: 'begun' } as const;
  await tx.contacts.save({ ...contact, ...erased });
  await tx.contacts.removeDevicesOf(id);
  await tx.facts.removeOf(id);
}

/** Takes out what happened to them beside their conversations, and says that it is done. */
export async function finishErasure(
  store: Store,
  { time, ...stamp }: Timed,
  { contact: id, ...counts }: Erasure,
): Promise<Outcome> {
  const parts = await allOf(store.read, id);
  let { events } = counts;
  for (const part of parts) events += await eraseEvents(store, part);
  return store.write(id, (tx) =>
    once(tx, {
      id: stamp.id,
      read: () => tx.contacts.get(id),
      async run(contact) {
        if (!contact) return refuse('not_found');
        if (contact.erasure === 'done') return { ok: true, data: unwritten(stamp.id, time) };
        for (const part of parts) await close(tx, part);
        const said = { type: 'contact.erased', data: { ...counts, events } } as const;
        const record = await append(tx, { ...stamp, time }, { contact, said });
        return { ok: true, data: receiptOf(record) };
      },
      repeat: (prior) =>
        answerRepeat(prior, { ...stamp, types: ['contact.erased'], input: {}, unasked: COUNTS }),
    }),
  );
}

/** What was said of them outside of conversations, page by page. */
async function eraseEvents(store: Store, contact: string): Promise<number> {
  let events = 0;
  const read = (after: number) => store.read.events.forwardOf(contact, after, PAGE);
  for await (const page of pages({ first: 0, limit: PAGE }, read, ({ offset }) => offset))
    events += await store.write(contact, (tx) => eraseRecords(tx, page));
  return events;
}

async function close(tx: Tx, id: string): Promise<void> {
  const contact = await tx.contacts.get(id);
  if (contact) await tx.contacts.save({ ...contact, erasure: 'done' });
}
