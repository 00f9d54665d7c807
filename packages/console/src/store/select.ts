import type { ConversationSummary } from '@throughline/shared/schema';
import { type Inbox, rowsIn } from './inbox.ts';
import { createSelector } from './selector.ts';
import { myId, type Search, type State } from './state.ts';

const found = ({ rows }: Inbox, { ids }: Search): readonly ConversationSummary[] =>
  ids.flatMap((id) => rows[id] ?? []);

/** The rows on screen: what was found, or the view's. */
export const listed = createSelector(
  (state) => [state.inbox.rows, state.inbox.views, state.search, state.route.view, myId(state)],
  (state) =>
    state.search
      ? found(state.inbox, state.search)
      : rowsIn(state.inbox, state.route.view, myId(state)),
);

/** Every tag in use among the conversations held here, most used first. */
export const knownTags = createSelector(
  ({ inbox }) => [inbox.rows],
  ({ inbox }): readonly string[] => {
    const uses = new Map<string, number>();
    for (const { tags } of Object.values(inbox.rows))
      for (const tag of tags) uses.set(tag, (uses.get(tag) ?? 0) + 1);
    return [...uses].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([tag]) => tag);
  },
);

/** How many of one's own and of nobody's conversations wait to be read. */
export const unreadCount = createSelector(
  (state) => [state.inbox.rows, myId(state)],
  (state) => {
    const me = myId(state);
    return Object.values(state.inbox.rows).filter(
      ({ unread, assignee, status }) =>
        unread && status !== 'resolved' && (assignee === null || assignee === me),
    ).length;
  },
);

/** Conversations in which something written could not be sent. */
export const unsentIn = createSelector(
  ({ outbox }) => [outbox],
  ({ outbox }): ReadonlySet<string> =>
    new Set(
      outbox.flatMap(({ state, input }) =>
        state === 'failed' && 'conversation' in input ? input.conversation : [],
      ),
    ),
);

const draftsElsewhere = ({ drafts, route }: State): [key: string, text: string][] =>
  Object.entries(drafts).filter(([key]) => !key.startsWith(`${route.conversation}/`));

/** What is begun in the composers of other conversations; the same as long as one types in the open one. */
export const begunElsewhere = createSelector(
  (state) => draftsElsewhere(state).flat(),
  (state): ReadonlyMap<string, string> =>
    new Map(draftsElsewhere(state).map(([key, text]) => [key.split('/')[0] ?? '', text])),
);
