interface Conversation {
  id: string;
  contact: string;
}

/** Of more conversations nobody asks at a time; the one told longest ago is forgotten. */
const CONVERSATIONS_MAX = 10_000;

/** How far each conversation has reached the console of any agent, as its visitor counts. */
export function createDelivered(changed: (conversation: Conversation, pub: number) => void) {
  const heads = new Map<string, number>();
  const of = (id: string): number => heads.get(id) ?? 0;
  return {
    of,
    reach(conversation: Conversation, pub: number): void {
      const { id } = conversation;
      if (pub <= of(id)) return;
      heads.delete(id);
      heads.set(id, pub);
      const [oldest = ''] = heads.keys();
      if (heads.size > CONVERSATIONS_MAX) heads.delete(oldest);
      changed(conversation, pub);
    },
  };
}
