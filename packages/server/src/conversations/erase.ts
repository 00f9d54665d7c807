import { randomUUIDv7 } from 'node:crypto';
import { eraseRecords } from '../store/erase.ts';
import type { Conversation, Draft, Store, Tx } from '../store/store.ts';
import { setDue, setExpiry } from './alarms.ts';
import { evolve } from './evolve.ts';

const PAGE = 500;
/** All of them, however many. */
const EVERY = Number.MAX_SAFE_INTEGER;

/** How much was taken out. */
export interface Erased {
  conversations: number;
  events: number;
  files: number;
}

interface Erasing extends Pick<Draft, 'actor' | 'time' | 'cause'> {
  /** Nobody is to write in it any more. */
  close(conversation: string): Promise<unknown>;
}

/**
 * Takes everything out of a contact's conversations that says something of a person: words, files, facts, and what
 * rows keep of them. Numbers, times and who had them stay, and so do places: nothing is renumbered (rule P9).
 */
export async function eraseConversations(
  store: Store,
  contact: string,
  erasing: Erasing,
): Promise<Erased> {
  const sum: Erased = { conversations: 0, events: 0, files: 0 };
  /** Where each ended. */
  const done = new Map<string, number>();
  for (;;) {
    const all = await store.read.conversations.ofContact(contact, EVERY);
    // One that was under way as they were shut out is there the second time, and so is what an agent says meanwhile.
    const left = all.filter(({ id, seq }) => done.get(id) !== seq);
    if (left.length === 0) return { ...sum, conversations: done.size };
    for (const { id } of left) {
      await erasing.close(id);
      const { events, files, seq } = await eraseOne(store, id, erasing);
      sum.events += events;
      sum.files += files;
      done.set(id, seq);
    }
  }
}

type Counts = Pick<Erased, 'events' | 'files'> & { seq: number };

/** A long one takes several transactions; killed in between, the same again goes on. */
async function eraseOne(store: Store, id: string, erasing: Erasing): Promise<Counts> {
  let [events, position] = [0, 0];
  for (;;) {
    const page = await store.write(id, async (tx) => {
      // First its row: whoever writes in it has it, and what they write is read behind them.
      await tx.conversations.get(id);
      const range = { conversation: id, position, limit: PAGE, publicOnly: false };
      const records = await tx.events.forward(range);
      const found = await eraseRecords(tx, records);
      const isLast = records.length < PAGE;
      const sum = events + found;
      const end = isLast ? await eraseRow(tx, id, { ...erasing, events: sum }) : undefined;
      return { sum, end, last: records.at(-1) };
    });
    events = page.sum;
    position = page.last?.seq ?? position;
    if (page.end) return { events, ...page.end };
  }
}

/**
 * What is kept beside the log, and the event that says so, at `seq`; how many files there were. Where it was said and
 * nothing has come since, it is not said again: another relay that erases the same would take that for something new.
 */
async function eraseRow(
  tx: Tx,
  id: string,
  { actor, time, cause, events }: Erasing & Pick<Erased, 'events'>,
): Promise<Omit<Counts, 'events'>> {
  const row = await tx.conversations.get(id);
  if (!row) return { files: 0, seq: 0 };
  const files = await tx.files.releaseOf(id);
  await tx.facts.removeOf(id);
  const { site, contact, seq } = row;
  if (events + files === 0 && (await isErased(tx, row))) return { files, seq };
  const said = { type: 'conversation.erased', data: { events, files } } as const;
  const record = await tx.events.append({
    ...{ id: randomUUIDv7(), actor, time, cause, site, contact, conversation: id, ...said },
    ...{ seq: seq + 1, pub: null },
  });
  const after = evolve(row, record);
  await setDue(tx, row, after);
  await setExpiry(tx, row, after);
  await tx.conversations.save(after);
  return { files, seq: after.seq };
}

async function isErased(tx: Tx, { id, seq }: Conversation): Promise<boolean> {
  const range = { conversation: id, position: seq + 1, limit: 1, publicOnly: false };
  const [last] = await tx.events.backward(range);
  return last?.type === 'conversation.erased';
}
