import type { ConversationSummary } from '@throughline/shared/schema';
import type { Core } from './core.ts';
import { createSelector } from './selector.ts';
import { myId } from './state.ts';
import { decisionIn } from './why.ts';

/** A conversation one may take for a while. */
export type Offered = ConversationSummary & { offer: NonNullable<ConversationSummary['offer']> };

/** What is offered to oneself and was not declined a moment ago, what ends first before the rest. */
export const offersToMe = createSelector(
  (state) => [state.inbox.rows, state.outbox, myId(state)],
  (state): readonly Offered[] => {
    const me = myId(state);
    const declined = state.outbox.flatMap((entry) =>
      entry.name === 'offer:decline' && entry.state !== 'failed' ? entry.input.offer : [],
    );
    return Object.values(state.inbox.rows)
      .filter((row): row is Offered => row.offer?.agent === me && !declined.includes(row.offer.id))
      .sort((a, b) => a.offer.until - b.offer.until);
  },
);

/** Tells of every offer once, and asks why it was made. */
export function watchOffers({ store, api }: Core, tell: (offers: Offered[]) => void): void {
  async function ask({ id, seq, offer }: Offered): Promise<void> {
    const answer = await api.history(id, seq + 1);
    const why = answer?.ok ? decisionIn(answer.data.events)?.why : undefined;
    if (why) store.setState(({ whys }) => ({ whys: { ...whys, [offer.id]: why } }));
  }
  const told = new Set<string>();
  store.subscribe((now, before) => {
    if (now.inbox.rows === before.inbox.rows) return;
    const fresh = offersToMe(now).filter(({ offer }) => !told.has(offer.id));
    if (fresh.length === 0) return;
    for (const { offer } of fresh) told.add(offer.id);
    tell(fresh);
    for (const offered of fresh) void ask(offered);
  });
}
