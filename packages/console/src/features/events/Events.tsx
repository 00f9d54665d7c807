import type { CloudEvent } from '@throughline/shared/schema';
import { useMemo, useState } from 'preact/hooks';
import { useDesk, useStore } from '../../store/context.ts';
import type { TailState } from '../../store/live-tail.ts';
import { type EventFilter, NO_FILTER } from '../../store/place.ts';
import { useAsked } from '../../store/use-asked.ts';
import { Button } from '../../ui/Button.tsx';
import { Failed } from '../../ui/Failed.tsx';
import { PauseIcon, PlayIcon } from '../../ui/icons.tsx';
import { Page } from '../../ui/Page.tsx';
import { Skeleton } from '../../ui/Skeleton.tsx';
import type { Suggestion } from '../../ui/TypesField.tsx';
import { EventList } from './EventList.tsx';
import { EventPane } from './EventPane.tsx';
import { Filter } from './Filter.tsx';
import { useTail } from './use-tail.ts';
import '../../styles/admin/index.css';

/** What happens, while it happens. */
export function Events() {
  const catalogue = useAsked<{ data: Suggestion[] }>('/v1/event-types');
  const { data, fault, reload } = catalogue;
  if (data) return <Live catalogue={data.data} />;
  return (
    <Page title="Events">
      {fault ? (
        <Failed
          title="The events could not be loaded."
          text={fault.message}
          onRetry={() => void reload()}
        />
      ) : (
        <Skeleton label="Loading events" rows={8} kind="line" />
      )}
    </Page>
  );
}

function Live({ catalogue }: { catalogue: readonly Suggestion[] }) {
  const { go } = useDesk();
  const place = useStore(({ route }) => route.place);
  const filter: EventFilter = place?.page === 'events' ? place : NO_FILTER;
  const names = useMemo(() => catalogue.map(({ name }) => name), [catalogue]);
  const [state, tail] = useTail(filter, names);
  const [isPaused, setPaused] = useState(false);
  const [open, setOpen] = useState<CloudEvent | null>(null);
  const show = (change: Partial<EventFilter>) => go.place({ page: 'events', ...filter, ...change });
  return (
    <Page
      title="Events"
      line={<LiveState state={state} />}
      actions={
        <Button icon={isPaused ? PlayIcon : PauseIcon} onClick={() => setPaused(!isPaused)}>
          {isPaused ? 'Resume' : 'Pause'}
        </Button>
      }
    >
      <Filter filter={filter} catalogue={catalogue} onChange={show} />
      <div class={`split ${open ? 'is-split' : ''}`}>
        <EventList
          state={state}
          tail={tail}
          isPaused={isPaused}
          openId={open?.id ?? null}
          onPause={setPaused}
          onOpen={setOpen}
          onOnly={show}
        />
        {open && (
          <EventPane
            key={open.id}
            event={open}
            about={catalogue.find(({ name }) => open.type.endsWith(`.${name}`))}
            onClose={() => setOpen(null)}
          />
        )}
      </div>
    </Page>
  );
}

/** Read out when it changes by itself, and only then: every event would be too much. */
function LiveState({ state: { isLive, isHeld, fault, phase } }: { state: TailState }) {
  const [kind, text] = !isLive
    ? ['away', fault ?? (phase === 'loading' ? 'Connecting…' : 'Reconnecting…')]
    : isHeld
      ? ['held', 'Paused']
      : ['live', 'Live'];
  return (
    <span role="status" class={`mark-line mark-${kind}`}>
      {text}
    </span>
  );
}
