import type { View } from './view.ts';

type Conversation = View['conversations'][string];

export type Person = View['contacts'][string] & {
  /** Newest first. */
  conversations: Conversation[];
  /** When something last happened, RFC 3339; empty: never. */
  activeAt: string;
};

const activeAt = ({ messages }: Conversation): string => messages.at(-1)?.time ?? '';

const newestFirst = (a: string, b: string): number => (a < b ? 1 : -1);

/** The view as the page shows it: who was active last comes first. */
export function people({ contacts, conversations }: View): Person[] {
  const all = Object.values(conversations).sort((a, b) => newestFirst(activeAt(a), activeAt(b)));
  return Object.values(contacts)
    .map((contact) => {
      const own = all.filter(({ contact: id }) => id === contact.id);
      const times = [...own.map(activeAt), contact.activity.at(-1)?.time ?? ''];
      return { ...contact, conversations: own, activeAt: times.sort().at(-1) ?? '' };
    })
    .sort((a, b) => newestFirst(a.activeAt, b.activeAt));
}
