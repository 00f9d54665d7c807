import type { Core } from './core.ts';
import type { About } from './state.ts';

export interface AboutContacts {
  /** Asks what is known, again if it was asked before. */
  load(contact: string): Promise<void>;
  /** Older entries of the timeline. */
  more(contact: string): Promise<void>;
  /** Something was learnt of these: whoever is looked at is asked about again. */
  learnt(contacts: readonly string[]): void;
}

export function createAbout({ api, store }: Core): AboutContacts {
  const known = (contact: string): About =>
    store.getState().about[contact] ?? { timeline: [], next: null, card: null };
  const put = (contact: string, change: Partial<About>): void =>
    store.setState(({ about }) => ({
      about: { ...about, [contact]: { ...known(contact), ...change } },
    }));

  async function loadTimeline(contact: string): Promise<void> {
    const answer = await api.timeline(contact);
    if (!answer?.ok) return;
    const { data: timeline, next } = answer.data;
    const isErased = timeline.some(({ type }) => type === 'contact.erased');
    put(contact, { timeline, next, ...(isErased && { card: null }) });
  }

  async function loadCard(contact: string): Promise<void> {
    const answer = await api.card(contact);
    if (answer?.ok) put(contact, { card: answer.data });
  }

  return {
    load: async (contact) => {
      await Promise.all([loadTimeline(contact), loadCard(contact)]);
    },
    async more(contact) {
      const { next, timeline } = known(contact);
      if (next === null) return;
      const answer = await api.timeline(contact, next);
      if (answer?.ok)
        put(contact, { timeline: [...timeline, ...answer.data.data], next: answer.data.next });
    },
    learnt(contacts) {
      for (const contact of contacts)
        if (store.getState().about[contact]) void loadTimeline(contact);
    },
  };
}
