import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { shortAge } from '../../lib/time.ts';
import { useDesk, useStore } from '../../store/context.ts';
import { belongsTo } from '../../store/inbox.ts';
import { begunElsewhere, listed, unsentIn } from '../../store/select.ts';
import { myId, type State } from '../../store/state.ts';
import { useNow } from '../../ui/use-now.ts';
import { ConversationRow } from './ConversationRow.tsx';
import { ListEnd, ListState } from './ListState.tsx';
import { SearchField } from './SearchField.tsx';
import { standingOf } from './standing.ts';

const titles: Record<State['route']['view'], string> = {
  mine: 'Mine',
  unassigned: 'Unassigned',
  all: 'All',
  snoozed: 'Snoozed',
  resolved: 'Resolved',
};

const AGE_MS = 15_000;

export function Inbox() {
  const view = useStore(({ route }) => route.view);
  const isSearching = useStore(({ search }) => search !== null);
  return (
    <section class="inbox" aria-label={isSearching ? 'Search results' : titles[view]}>
      <header class="inbox-head">
        <h2>{isSearching ? 'Search' : titles[view]}</h2>
        <SearchField />
      </header>
      <Rows />
    </section>
  );
}

function Rows() {
  const rows = useStore(listed);
  const team = useStore((state) => state.team);
  const chosen = useStore(({ route }) => route.conversation);
  const view = useStore(({ route }) => route.view);
  const me = useStore(myId);
  const unsent = useStore(unsentIn);
  const drafts = useStore(begunElsewhere);
  const isSearching = useStore(({ search }) => search !== null);
  const now = useNow(AGE_MS);
  // Names of queues come with it.
  useStore(({ board }) => board);
  const { store } = useDesk();
  return (
    <ListScroller chosen={chosen}>
      {rows.length === 0 ? (
        <ListState />
      ) : (
        <ul class="rows" onKeyDown={moveFocus}>
          {rows.map((row) => (
            <ConversationRow
              key={row.id}
              row={row}
              isChosen={row.id === chosen}
              isUnsent={unsent.has(row.id)}
              draft={drafts.get(row.id)}
              hasStatus={isSearching || !belongsTo(row, view, me)}
              owner={team.find(({ id }) => id === row.assignee)?.name ?? null}
              isMine={row.assignee === me}
              view={view}
              age={shortAge(row.activeAt, now)}
              standing={standingOf(row, store.getState(), now)}
            />
          ))}
        </ul>
      )}
      {rows.length > 0 && <ListEnd />}
    </ListScroller>
  );
}

/** Arrows move the focus from row to row; J and K open what they come to. */
function moveFocus(event: KeyboardEvent): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || !(event.currentTarget instanceof HTMLElement)) return;
  const links = [...event.currentTarget.querySelectorAll<HTMLElement>('a.row')];
  const at = links.indexOf(document.activeElement as HTMLElement);
  const next = links[at + step];
  if (at === -1 || !next) return;
  event.preventDefault();
  next.focus();
}

interface ScrollerProps {
  chosen: string | null;
  children: ComponentChildren;
}

function ListScroller({ chosen, children }: ScrollerProps) {
  const ref = useRef<HTMLDivElement>(null);
  const { lists } = useDesk();
  const view = useStore(({ route }) => route.view);
  // Another view begins at its top.
  useEffect(() => {
    if (ref.current) ref.current.scrollTop = 0;
  }, [view]);
  // The row chosen by key may be out of sight.
  useEffect(() => {
    ref.current?.querySelector('[aria-current]')?.scrollIntoView?.({ block: 'nearest' });
  }, [chosen]);
  return (
    <div
      class="rows-scroller"
      ref={ref}
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
        if (scrollHeight - scrollTop - clientHeight < 600) lists.more();
      }}
    >
      {children}
    </div>
  );
}
