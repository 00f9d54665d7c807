import type { RelayApi } from '../relay-api.ts';
import { type Action, Refusal } from '../web-server.ts';
import type { Follower } from './follower.ts';
import { people } from './people.ts';

/**
 * What the page's buttons do. They change nothing here: the relay is told, and what comes of it comes
 * back as an event like everything else. Each press has an `id`, so that it has one effect.
 */
export function actionsOn(relay: RelayApi, follower: Follower): Record<string, Action> {
  const tell = async (path: string, id: unknown, body: object): Promise<void> => {
    await relay(path, { method: 'POST', once: String(id), body });
  };
  const contactIn = ({ contact }: Record<string, unknown>): string =>
    `/contacts/${encodeURIComponent(String(contact))}`;

  return {
    async note({ id, contact, text }) {
      const person = people(follower.view()).find((one) => one.id === contact);
      const [newest] = person?.conversations ?? [];
      if (!newest) throw new Refusal(409, 'There is no conversation to put a note in.');
      await tell(`/conversations/${newest.id}/notes`, id, { text });
    },

    /** No plan takes back what was said before. */
    plan: (input) =>
      tell(`${contactIn(input)}/facts`, input.id, {
        facts: [{ name: 'plan', value: input.plan || null, observedAt: input.at }],
      }),

    /** They have picked a time. */
    booked: (input) =>
      tell(`${contactIn(input)}/events`, input.id, { name: 'call.booked', properties: {} }),

    /** They have signed. */
    won: (input) =>
      tell(`${contactIn(input)}/events`, input.id, { name: 'deal.won', properties: {} }),

    shipped: (input) =>
      tell(`${contactIn(input)}/events`, input.id, {
        name: 'order.shipped',
        properties: { order: orderOf(String(input.id)), carrier: 'Nordpost' },
      }),
  };
}

/** The demo has no warehouse; the same press names the same order. */
const orderOf = (id: string): number => 90_500 + (Number.parseInt(id.slice(0, 4), 16) % 500);
