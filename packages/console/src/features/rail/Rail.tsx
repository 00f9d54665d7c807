import type { View } from '@throughline/shared/schema';
import { useDesk, useStore } from '../../store/context.ts';
import { countOf } from '../../store/inbox.ts';
import { formatPlace, PAGES, type PageName, placeOf } from '../../store/place.ts';
import { VIEWS } from '../../store/route.ts';
import { mayOpen, myId, type State } from '../../store/state.ts';
import {
  CheckCircleIcon,
  ClockIcon,
  type Icon,
  Mark,
  PersonIcon,
  StackIcon,
  TrayIcon,
} from '../../ui/icons.tsx';
import { AccountMenu } from './AccountMenu.tsx';
import { Colleagues } from './Colleagues.tsx';
import { pages } from './pages.ts';
import { StatusSwitch } from './StatusSwitch.tsx';

const about: Record<View, { title: string; icon: Icon }> = {
  mine: { title: 'Mine', icon: PersonIcon },
  unassigned: { title: 'Unassigned', icon: TrayIcon },
  all: { title: 'All', icon: StackIcon },
  snoozed: { title: 'Snoozed', icon: ClockIcon },
  resolved: { title: 'Resolved', icon: CheckCircleIcon },
};

/** Beyond this the relay does not count. */
const COUNTED = 999;

/** Where a number asks somebody to do something. */
const isPressing = (view: View): boolean => view === 'mine' || view === 'unassigned';

const spellCount = (count: number): string => (count > COUNTED ? `${COUNTED}+` : String(count));

export function Rail() {
  return (
    <nav class="rail" aria-label="Views">
      <p class="brand">
        <Mark />
        <span class="rail-label">Throughline</span>
      </p>
      <ul class="rail-views">
        {VIEWS.map((view) => (
          <ViewLink key={view} view={view} />
        ))}
      </ul>
      <Pages />
      <Colleagues />
      <StatusSwitch />
      <AccountMenu />
    </nav>
  );
}

const inView = ({ route }: State, view: View): boolean =>
  route.place === null && route.view === view && route.query === '';

/** Beside the conversations: most of it only administrators see. */
function Pages() {
  const hasAny = useStore((state) => PAGES.some((page) => mayOpen(state, page)));
  if (!hasAny) return null;
  return (
    <ul class="rail-views rail-pages">
      {PAGES.map((page) => (
        <PageLink key={page} page={page} />
      ))}
    </ul>
  );
}

function PageLink({ page }: { page: PageName }) {
  const { go } = useDesk();
  const isHere = useStore(({ route }) => route.place?.page === page);
  const isThere = useStore((state) => mayOpen(state, page));
  const { title, icon: Glyph } = pages[page];
  if (!isThere) return null;
  return (
    <li>
      <a
        class="rail-view"
        href={formatPlace(placeOf(page))}
        aria-current={isHere ? 'page' : undefined}
        title={title}
        onClick={(event) => {
          if (event.metaKey || event.ctrlKey || event.shiftKey) return;
          event.preventDefault();
          go.place(placeOf(page));
        }}
      >
        <Glyph size={20} />
        <span class="rail-label">{title}</span>
      </a>
    </li>
  );
}

function ViewLink({ view }: { view: View }) {
  const { go } = useDesk();
  const isHere = useStore((state) => inView(state, view));
  const count = useStore((state) => countOf(state.inbox.counts, view, myId(state)));
  const { title, icon: Glyph } = about[view];
  return (
    <li>
      <a
        class="rail-view"
        href={`/console/${view}`}
        aria-current={isHere ? 'page' : undefined}
        title={title}
        onClick={(event) => {
          if (event.metaKey || event.ctrlKey || event.shiftKey) return;
          event.preventDefault();
          go.view(view);
        }}
      >
        <Glyph size={20} />
        <span class="rail-label">{title}</span>
        {count !== null && count > 0 && (
          <span class={`rail-count ${isPressing(view) ? 'rail-count-pressing' : ''}`}>
            {spellCount(count)}
            <span class="sr-only"> conversations</span>
          </span>
        )}
      </a>
    </li>
  );
}
