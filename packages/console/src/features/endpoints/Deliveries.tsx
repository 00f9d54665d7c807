import type { DeliverySummary, EndpointSummary } from '@throughline/shared/schema';
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { useDesk } from '../../store/context.ts';
import type { DeliveryState } from '../../store/place.ts';
import { useAsked } from '../../store/use-asked.ts';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Failed } from '../../ui/Failed.tsx';
import { SendIcon, WakeIcon } from '../../ui/icons.tsx';
import { Segments } from '../../ui/Segments.tsx';
import { Skeleton } from '../../ui/Skeleton.tsx';
import { DeliveryPane } from './DeliveryPane.tsx';
import { DeliveryRow } from './DeliveryRow.tsx';
import { Stale } from './parts.tsx';
import { ReplayDialog } from './ReplayDialog.tsx';

interface DeliveriesProps {
  endpoint: EndpointSummary;
  now: number;
  state: DeliveryState | null;
  /** The offset of the one that is open. */
  open: number | null;
  /** What stands above the list. */
  children: ComponentChildren;
}

interface Found {
  data: DeliverySummary[];
  next: number | null;
}

const POLL_MS = 2000;
const PAGE = 50;

const filters = [
  ['all', 'All'],
  ['pending', 'Waiting'],
  ['delivered', 'Delivered'],
  ['dead', 'Given up'],
] as const;

const queryOf = (values: Record<string, string | number | null | undefined>): string =>
  new URLSearchParams(
    Object.entries(values).flatMap(([name, value]) => (value ? [[name, String(value)]] : [])),
  ).toString();

/** What was sent, newest first, a page at a time; the page that is open follows what happens. */
export function Deliveries({ endpoint, now, state, open, children }: DeliveriesProps) {
  const { go } = useDesk();
  /** Where each page began that was left behind. */
  const [pages, setPages] = useState<number[]>([]);
  const [isReplaying, setReplaying] = useState(false);
  const path = `/v1/endpoints/${endpoint.id}/deliveries`;
  const query = queryOf({ state, before: pages.at(-1), limit: PAGE });
  const list = useAsked<Found>(`${path}?${query}`, POLL_MS);
  useEffect(() => setPages([]), [state]);
  const show = (change: { state?: DeliveryState | null; delivery?: number | null }) =>
    go.place({ page: 'endpoints', endpoint: endpoint.id, state, delivery: open, ...change });
  return (
    <div class={`split ${open === null ? '' : 'is-split'}`}>
      <div class="page-body">
        <div class="column">
          {children}
          <section class="deliveries" aria-label="Deliveries">
            <header class="deliveries-head">
              <h2>Deliveries</h2>
              <Segments
                label="Which deliveries"
                options={filters}
                value={state ?? 'all'}
                onChange={(value) => show({ state: value === 'all' ? null : value })}
              />
              <Button icon={WakeIcon} onClick={() => setReplaying(true)}>
                Replay…
              </Button>
            </header>
            <Rows
              list={list}
              now={now}
              state={state}
              open={open}
              onOpen={(delivery) => show({ delivery })}
            />
            <Pager next={list.data?.next ?? null} pages={pages} onGo={setPages} />
          </section>
        </div>
      </div>
      {open !== null && (
        <DeliveryPane
          key={open}
          endpoint={endpoint.id}
          offset={open}
          now={now}
          onClose={() => show({ delivery: null })}
          onReplayed={() => void list.reload()}
        />
      )}
      {isReplaying && (
        <ReplayDialog
          endpoint={endpoint.id}
          dead={endpoint.deliveries.dead}
          onClose={() => setReplaying(false)}
          onReplayed={() => void list.reload()}
        />
      )}
    </div>
  );
}

interface RowsProps extends Pick<DeliveriesProps, 'now' | 'state' | 'open'> {
  list: ReturnType<typeof useAsked<Found>>;
  onOpen(offset: number): void;
}

const nothing: Record<DeliveryState | 'all', string> = {
  all: 'Nothing was sent yet.',
  pending: 'Nothing is waiting.',
  delivered: 'Nothing was delivered yet.',
  dead: 'Nothing was given up.',
};

function Rows({ list: { data, fault, reload }, now, state, open, onOpen }: RowsProps) {
  if (!data && fault)
    return (
      <Failed
        title="The deliveries could not be loaded."
        text={fault.message}
        onRetry={() => void reload()}
      />
    );
  if (!data) return <Skeleton label="Loading deliveries" rows={5} kind="line" />;
  if (data.data.length === 0)
    return (
      <EmptyState icon={SendIcon} title={nothing[state ?? 'all']}>
        {state === null && <p>A ping shows at once whether the address answers.</p>}
      </EmptyState>
    );
  return (
    <>
      {fault && <Stale text={fault.message} />}
      <ul class="delivery-rows" aria-label="Deliveries, newest first">
        {data.data.map((delivery) => (
          <DeliveryRow
            key={delivery.offset}
            delivery={delivery}
            now={now}
            isOpen={delivery.offset === open}
            onOpen={onOpen}
          />
        ))}
      </ul>
    </>
  );
}

interface PagerProps {
  next: number | null;
  pages: readonly number[];
  onGo(pages: number[]): void;
}

function Pager({ next, pages, onGo }: PagerProps) {
  if (next === null && pages.length === 0) return null;
  return (
    <nav class="pager" aria-label="Pages of deliveries">
      <Button disabled={pages.length === 0} onClick={() => onGo(pages.slice(0, -1))}>
        Newer
      </Button>
      <Button
        disabled={next === null}
        onClick={() => {
          if (next !== null) onGo([...pages, next]);
        }}
      >
        Older
      </Button>
    </nav>
  );
}
