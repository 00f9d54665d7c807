import type { View } from '@throughline/shared/schema';
import { useDesk, useStore } from '../../store/context.ts';
import { countOf } from '../../store/inbox.ts';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import {
  AlertIcon,
  CheckCircleIcon,
  ClockIcon,
  type Icon,
  PersonIcon,
  SearchIcon,
  StackIcon,
  TrayIcon,
} from '../../ui/icons.tsx';
import { Skeleton } from '../../ui/Skeleton.tsx';

const empties: Record<View, { icon: Icon; title: string; text: string }> = {
  mine: {
    icon: PersonIcon,
    title: 'Nothing is waiting for you.',
    text: 'Conversations assigned to you appear here.',
  },
  unassigned: {
    icon: TrayIcon,
    title: 'Nobody is waiting. Nice.',
    text: 'New conversations appear here until somebody takes them.',
  },
  all: {
    icon: StackIcon,
    title: 'No open conversations.',
    text: 'As soon as somebody writes on your site, it is here.',
  },
  snoozed: {
    icon: ClockIcon,
    title: 'Nothing is asleep.',
    text: 'Snooze a conversation, and it comes back when you want it.',
  },
  resolved: {
    icon: CheckCircleIcon,
    title: 'Nothing resolved yet.',
    text: 'What you bring to an end is kept here.',
  },
};

/** What stands in place of rows. */
export function ListState() {
  const search = useStore((state) => state.search);
  const isLoaded = useStore(({ inbox, route }) => inbox.views[route.view] !== undefined);
  const hasFailed = useStore((state) => state.listFailed);
  if (search) return <SearchState />;
  if (isLoaded) return <EmptyView />;
  return hasFailed ? (
    <FailedList />
  ) : (
    <Skeleton label="Loading conversations" rows={7} kind="row" />
  );
}

function EmptyView() {
  const { go } = useDesk();
  const view = useStore(({ route }) => route.view);
  const unassigned = useStore(({ inbox }) => countOf(inbox.counts, 'unassigned', '') ?? 0);
  const { icon, title, text } = empties[view];
  return (
    <EmptyState icon={icon} title={title}>
      <p>{text}</p>
      {view === 'mine' && unassigned > 0 && (
        <Button onClick={() => go.view('unassigned')}>
          {unassigned === 1 ? 'Look at the 1 unassigned' : `Look at the ${unassigned} unassigned`}
        </Button>
      )}
    </EmptyState>
  );
}

function SearchState() {
  const { go, lists } = useDesk();
  const search = useStore((state) => state.search);
  if (search?.phase === 'loading') return <Skeleton label="Searching" rows={4} kind="row" />;
  if (search?.phase === 'failed')
    return (
      <EmptyState icon={AlertIcon} title="The search got no answer.">
        <Button onClick={() => lists.search()}>Try again</Button>
      </EmptyState>
    );
  return (
    <EmptyState icon={SearchIcon} title="Nothing found.">
      <p>Messages, notes, names and addresses were searched, in every view.</p>
      <Button onClick={() => go.search('')}>Clear search</Button>
    </EmptyState>
  );
}

function FailedList() {
  const { lists } = useDesk();
  return (
    <EmptyState icon={AlertIcon} title="The list could not be loaded.">
      <p>It is tried again as soon as the relay answers.</p>
      <Button onClick={() => void lists.reload()}>Try now</Button>
    </EmptyState>
  );
}

/** Below the last row: more is coming, could not come, or that was all. */
export function ListEnd() {
  const { lists } = useDesk();
  const extent = useStore(({ inbox, route, search }) =>
    search ? undefined : inbox.views[route.view],
  );
  if (extent?.more === 'failed')
    return (
      <div class="rows-end">
        <Button onClick={() => lists.more()}>Load more</Button>
      </div>
    );
  if (extent?.cursor) return <Skeleton label="Loading more" rows={2} kind="row" />;
  return null;
}
