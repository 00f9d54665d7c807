import type { ContactSummary } from '@throughline/shared/schema';
import { fingerprint } from '../lib/fingerprint.ts';
import { live, named } from '../store/contact.ts';
import { type Viewer, visibleTo } from '../store/facts.ts';
import type { Contact, LogRecord, Store } from '../store/store.ts';

export { forPeople } from '../store/facts.ts';

export interface ContactQueries {
  /** The contact, or the one it became part of, with all that is said about it. */
  summary(id: string, viewer: Viewer): Promise<ContactSummary | undefined>;
  isBlocked(id: string): Promise<boolean>;
  /** The one the business itself knows under this id. */
  byExternalId(site: string, externalId: string): Promise<Contact | undefined>;
  /** How far their erasure is; of whom nothing is there, it is done. */
  erasureOf(id: string): Promise<Contact['erasure']>;
  /** Those whose erasure is not finished. */
  erasing(): Promise<string[]>;
  /** All who became part of them. */
  partsOf(id: string): Promise<string[]>;
  /** What concerns the contact, or who became part of it, and no conversation, newest first. */
  timeline(id: string, before: number, limit: number): Promise<LogRecord[]>;
}

/** Changes whenever something about the contact does that people edit. */
export const versionOf = ({
  externalId,
  name,
  email,
}: Pick<ContactSummary, 'externalId' | 'name' | 'email'>): string =>
  fingerprint(JSON.stringify([externalId, name, email]));

export const contactQueries = ({ read }: Store): ContactQueries => ({
  async summary(id, viewer) {
    const contact = await live(read, id);
    if (!contact) return undefined;
    const facts = visibleTo(viewer, await read.facts.of(contact.id));
    const { mergedInto: _, erasure: __, ...rest } = contact;
    return { ...rest, facts };
  },
  isBlocked: async (id) => read.contacts.isBlocked(id),
  byExternalId: (site, externalId) => named(read, site, externalId),
  async erasureOf(id) {
    const contact = await live(read, id);
    return contact ? contact.erasure : 'done';
  },
  erasing: async () => read.contacts.erasing(),
  partsOf: async (id) => read.contacts.partsOf(id),
  async timeline(id, before, limit) {
    const all = [id, ...(await read.contacts.partsOf(id))];
    const found = await Promise.all(all.map((one) => read.events.ofContact(one, before, limit)));
    return found
      .flat()
      .sort((a, b) => b.offset - a.offset)
      .slice(0, limit);
  },
});
