import { randomUUIDv7 } from 'node:crypto';
import type { Actor } from '@throughline/shared/schema';
import { appendOutside } from './outside.ts';
import type { Contact, Draft, Reads, Tx } from './store.ts';

/** A contact nobody knows anything about yet. */
export const stranger = (id: string, site: string, now: number): Contact => ({
  id,
  site,
  externalId: null,
  verified: false,
  name: null,
  email: null,
  context: {},
  blocked: false,
  mergedInto: null,
  erasure: null,
  createdAt: now,
});

/** Somebody who did something for the first time, and the browser it was done with. */
export interface Newcomer {
  contact: Contact;
  tokenHash: string;
  /** Of the tokens it came with, which nobody knew then. */
  cameWith?: readonly string[] | undefined;
}

/**
 * Whether it is not new after all: what it wrote at another relay was under way when it came here, and was
 * given another token, which is from now on the only one of the same contact.
 */
export async function recognise(
  { contacts }: { contacts: Pick<Tx['contacts'], 'ofDevice' | 'addDevice' | 'removeDevice'> },
  { contact, tokenHash, cameWith }: Newcomer,
): Promise<boolean> {
  for (const known of cameWith ? [tokenHash, ...cameWith] : []) {
    const id = await contacts.ofDevice(known, contact.site);
    if (id === undefined || id === contact.id) continue;
    if (known === tokenHash) return true;
    await contacts.removeDevice(known);
    await contacts.addDevice(tokenHash, { ...contact, id });
    return true;
  }
  return false;
}

/** Writes a contact and its device unless they are there, and says so in the log if they were not. */
export async function introduce(tx: Tx, { contact, tokenHash }: Newcomer): Promise<void> {
  if (!(await tx.contacts.insert(contact))) return;
  // Only now: a browser that was logged out a moment ago must not come back with a late command.
  await tx.contacts.addDevice(tokenHash, contact);
  await announce(tx, contact, { actor: { kind: 'visitor', id: contact.id } });
}

/** Says that there is a new contact. */
export async function announce(
  tx: Tx,
  contact: Contact,
  {
    id = randomUUIDv7(),
    actor,
    cause = null,
  }: { actor: Actor } & Partial<Pick<Draft, 'id' | 'cause'>>,
): Promise<void> {
  const { externalId, name, email } = contact;
  const known = Object.entries({ externalId, name, email }).filter(([, value]) => value !== null);
  await appendOutside(tx, {
    id,
    type: 'contact.created',
    site: contact.site,
    contact: contact.id,
    time: contact.createdAt,
    actor,
    cause,
    data: Object.fromEntries(known),
  });
}

/** The contact, or the one it became part of. */
export async function live(
  { contacts }: { contacts: Pick<Reads['contacts'], 'get'> },
  id: string,
): Promise<Contact | undefined> {
  const found = await contacts.get(id);
  return found?.mergedInto ? live({ contacts }, found.mergedInto) : found;
}

/** The contact with this id of the business’s, or the one it became part of. */
export async function named(
  { contacts }: { contacts: Pick<Reads['contacts'], 'get' | 'byExternalId'> },
  site: string,
  externalId: string,
): Promise<Contact | undefined> {
  const found = await contacts.byExternalId(site, externalId);
  return found && live({ contacts }, found.id);
}

/**
 * Who acts now, as a record names them: a visitor who became part of another contact is still the one who
 * wrote what they wrote before.
 */
export async function asAuthor(
  tx: { contacts: Pick<Reads['contacts'], 'get'> },
  author: Actor,
  actor: Actor,
): Promise<Actor> {
  const isOther = author.kind === 'visitor' && actor.kind === 'visitor' && author.id !== actor.id;
  if (!isOther) return actor;
  const [was, is] = [await live(tx, author.id), await live(tx, actor.id)];
  return was && was.id === is?.id ? author : actor;
}
