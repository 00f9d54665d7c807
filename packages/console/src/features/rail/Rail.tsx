import type { View } from '@throughline/shared/schema';
import { useDesk, useStore } from '../../store/context.ts';
import { countOf } from '../../store/inbox.ts';
import { VIEWS } from '../../store/route.ts';
import { myId } from '../../store/state.ts';
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
      <Colleagues />
      <AccountMenu />
    </nav>
  );
}

function ViewLink({ view }: { view: View }) {
  const { go } = useDesk();
  const isHere = useStore((state) => state.route.view === view && state.route.query === '');
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
