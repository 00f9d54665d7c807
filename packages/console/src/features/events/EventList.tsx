import type { CloudEvent } from '@throughline/shared/schema';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { logTime } from '../../lib/time.ts';
import { canLoadEarlier, type LiveTail, type TailState } from '../../store/live-tail.ts';
import type { EventFilter } from '../../store/place.ts';
import { ROWS_MAX } from '../../store/tail.ts';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Failed } from '../../ui/Failed.tsx';
import { PulseIcon, UpIcon } from '../../ui/icons.tsx';
import { Skeleton } from '../../ui/Skeleton.tsx';
import { useNow } from '../../ui/use-now.ts';
import { EventRow, type RowActions } from './EventRow.tsx';

interface EventListProps {
  state: TailState;
  tail: LiveTail;
  /** By the button; scrolling holds the list as well. */
  isPaused: boolean;
  openId: string | null;
  onPause(isPaused: boolean): void;
  onOpen(event: CloudEvent | null): void;
  onOnly(part: Partial<EventFilter>): void;
}

const MINUTE_MS = 60_000;
/** Further down than this, somebody is reading. */
const SCROLLED_PX = 8;

/** Newest on top. Whoever has scrolled keeps their place; what comes is counted meanwhile. */
export function EventList(props: EventListProps) {
  const { state, tail, isPaused, openId, onPause } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const actions = useActions(props);
  const now = useNow(MINUTE_MS);
  const look = () => tail.hold(isPaused || (scroller.current?.scrollTop ?? 0) > SCROLLED_PX);
  useEffect(() => {
    if (scroller.current) scroller.current.scrollTop = 0;
  }, [tail]);
  useEffect(look, [tail, isPaused]);
  const catchUp = () => {
    if (scroller.current) scroller.current.scrollTop = 0;
    tail.hold(false);
    onPause(false);
  };
  return (
    <div class="events">
      <Waiting count={state.waiting.length} onShow={catchUp} />
      <div ref={scroller} class="events-scroller" onScroll={look}>
        {state.rows.length === 0 ? (
          <NoRows state={state} tail={tail} />
        ) : (
          <ol class="events-rows" aria-label="Events, newest first" onKeyDown={moveFocus}>
            {state.rows.map((event, at) => (
              <EventRow
                key={event.id}
                event={event}
                when={logTime(Date.parse(event.time), now)}
                isOpen={event.id === openId}
                isStop={openId === null ? at === 0 : event.id === openId}
                actions={actions}
              />
            ))}
          </ol>
        )}
        {state.rows.length > 0 && <Earlier state={state} tail={tail} />}
      </div>
    </div>
  );
}

/** The same as long as the list lives: rows are drawn once. */
function useActions({ onOpen, onOnly }: EventListProps): RowActions {
  const latest = useRef({ onOpen, onOnly });
  latest.current = { onOpen, onOnly };
  return useMemo(
    () => ({
      open: (event) => latest.current.onOpen(event),
      only: (part) => latest.current.onOnly(part),
    }),
    [],
  );
}

/** Arrows go from row to row, and what they come to is shown when something is open. */
function moveFocus(event: KeyboardEvent): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || !(event.currentTarget instanceof HTMLElement)) return;
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>('.event-open')];
  const here = (document.activeElement as HTMLElement).closest('.event');
  const at = rows.findIndex((row) => row.closest('.event') === here);
  const next = rows[at + step];
  if (at === -1 || !next) return;
  event.preventDefault();
  next.focus();
  if (event.currentTarget.querySelector('[aria-pressed=true]')) next.click();
}

function Waiting({ count, onShow }: { count: number; onShow(): void }) {
  if (count === 0) return null;
  const text = count >= ROWS_MAX ? `${ROWS_MAX} or more new` : `${count} new`;
  return (
    <button type="button" class="waiting" onClick={onShow}>
      <UpIcon size={14} />
      {text}
    </button>
  );
}

function NoRows({
  state: { phase, fault, earlier },
  tail,
}: Pick<EventListProps, 'state' | 'tail'>) {
  if (phase === 'failed' || earlier === 'failed')
    return (
      <Failed
        title="The events could not be loaded."
        text={fault ?? ''}
        onRetry={() => void tail.restart()}
      />
    );
  if (phase === 'loading') return <Skeleton label="Loading events" rows={8} kind="line" />;
  return (
    <EmptyState icon={PulseIcon} title="Nothing like that has happened lately.">
      <p>As soon as it does, it appears here by itself.</p>
    </EmptyState>
  );
}

/** Below the last row: what was before. */
function Earlier({ state, tail }: Pick<EventListProps, 'state' | 'tail'>) {
  const { earlier, floor, rows } = state;
  if (!canLoadEarlier(state))
    return (
      <p class="events-end">
        {floor === 0 && rows.length < ROWS_MAX
          ? 'This is where it begins.'
          : `The last ${ROWS_MAX} are kept here. A filter shows what is further back.`}
      </p>
    );
  return (
    <div class="events-end">
      <Button disabled={earlier === 'loading'} onClick={() => void tail.loadEarlier()}>
        {earlier === 'loading' ? 'Loading…' : 'Load earlier'}
      </Button>
      {earlier === 'failed' && <span role="status">That did not work. {state.fault}</span>}
    </div>
  );
}
