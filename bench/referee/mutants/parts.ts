import type { Store } from '@throughline/server';
import { view } from '../nemesis/failpoints.ts';

/** The turn of a bot ends by itself in here, before its relay hears that somebody has taken over. */
const DEAF_MS = 250;

/** What a turn would have said is said, although it came too late to count. */
export const speaksLate = (store: Store): Store => ({
  ...view(store),
  onCommit: (listener) => store.onCommit((ours) => void setTimeout(listener, DEAF_MS, ours)),
  write: (key, work) =>
    store.write(key, (tx) => {
      const append: typeof tx.events.append = (draft) => {
        const isLate = draft.type === 'bot.superseded' && 'draft' in draft.data;
        const text = isLate && 'draft' in draft.data ? draft.data.draft?.[0] : undefined;
        return tx.events.append(
          text === undefined
            ? draft
            : ({ ...draft, type: 'message.created', data: { text } } as typeof draft),
        );
      };
      return work({ ...tx, events: { ...tx.events, append } });
    }),
});

/** What was sent is kept, as if it were only an address; also by the face of the deliveries whoever leads has. */
const keptWith = (store: Store, deliveries: Store['deliveries']): Store['deliveries'] => ({
  ...deliveries,
  under: (term) => keptWith(store, deliveries.under(term)),
  async settle(delivery, attempt) {
    const [record] = await store.read.events.log(delivery.offset - 1, 1);
    const request = `${attempt.request}\n\n${JSON.stringify(record?.data)}`;
    return deliveries.settle(delivery, { ...attempt, request });
  },
});

export const keepsPayload = (store: Store): Store => ({
  ...view(store),
  deliveries: keptWith(store, store.deliveries),
});
