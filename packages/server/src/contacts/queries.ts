import type { ContactSummary } from '@throughline/shared/schema';
import { fingerprint } from '../lib/fingerprint.ts';
import { live, named } from '../store/contact.ts';
import { type Viewer, visibleTo } from '../store/facts.ts';
import type { Contact, LogRecord, Store } from '../store/store.ts';

export { forPeople } from '../store/facts.ts';

const PAGE = 500;

export interface ContactQueries {
  /** The contact, or the one it became part of, with all that is said about it. */
  summary(id: string, viewer: Viewer): Promise<ContactSummary | undefined>;
  isBlocked(id: string): Promise<boolean>;
  /** The one the business itself knows under this id. */
  byExternalId(site: string, externalId: string): Promise<Contact | undefined>;
  /** Whether nothing of theirs is there: they were erased, or never were. */
  isErased(id: string): Promise<boolean>;
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
    const { mergedInto: _, ...rest } = contact;
    return { ...rest, facts };
  },
  isBlocked: async (id) => read.contacts.isBlocked(id),
  byExternalId: (site, externalId) => named(read, site, externalId),
  async isErased(id) {
    if (!(await live(read, id))) return true;
    for (let before = Number.MAX_SAFE_INTEGER; ; ) {
      const records = await read.events.ofContact(id, before, PAGE);
      if (records.some(({ type }) => type === 'contact.erased')) return true;
      const last = records.at(-1);
      if (!last) return false;
      before = last.offset;
    }
  },
  async timeline(id, before, limit) {
    const all = [id, ...(await read.contacts.partsOf(id))];
    const found = await Promise.all(all.map((one) => read.events.ofContact(one, before, limit)));
    return found
      .flat()
      .sort((a, b) => b.offset - a.offset)
      .slice(0, limit);
  },
});
