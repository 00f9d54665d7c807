import { randomUUIDv7 } from 'node:crypto';
import {
  createAgents,
  createConversations,
  createSites,
  openBlueprint,
  type Store,
  stranger,
} from '@throughline/server';

/** `EVENTS=20000` for a look. */
export const EVENTS = Number(process.env.EVENTS ?? 1_000_000);
export const CONVERSATIONS = EVENTS / 50;
export const ADMIN = { email: 'agent@bench.example', password: 'a password for benches' };
export const SITE = { key: 'bench', origin: 'https://bench.example' };
const BATCH = 2000;

/** A store as it looks after years: many conversations of some fifty messages each, interleaved. */
export async function fill(store: Store): Promise<string[]> {
  const now = Date.now();
  await createAgents(store, Date.now).bootstrap(ADMIN);
  const look = { accent: '#3457d5', greeting: '', language: null, position: 'right' as const };
  const sites = createSites(await openBlueprint(store, Date.now));
  await sites.put({ key: SITE.key, name: 'Bench', origins: [SITE.origin], ...look }, 'bench');
  const conversations = createConversations(store, Date.now);
  const begun = Array.from({ length: CONVERSATIONS }, () => ({
    who: { kind: 'visitor' as const, id: randomUUIDv7(), site: 'bench' },
    conversation: randomUUIDv7(),
  }));
  for (let i = 0; i < begun.length; i += BATCH)
    await Promise.all(
      begun
        .slice(i, i + BATCH)
        .map(({ who, conversation }) =>
          conversations.start(
            who,
            { id: randomUUIDv7(), conversation },
            { contact: stranger(who.id, 'bench', now), tokenHash: who.id },
          ),
        ),
    );
  for (let n = CONVERSATIONS; n < EVENTS; n += BATCH)
    await Promise.all(
      Array.from({ length: BATCH }, (_, i) => {
        const { who, conversation } = begun[
          ((n + i) * 7919) % CONVERSATIONS
        ] as (typeof begun)[number];
        const words = `Message ${n + i} about an order, a parcel and what became of it on the way`;
        return conversations.run(who, 'message:send', {
          id: randomUUIDv7(),
          conversation,
          text: words,
        });
      }),
    );
  return begun.map(({ conversation }) => conversation);
}
