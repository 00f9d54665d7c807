import type { EndpointSummary } from '@throughline/shared/schema';
import { useDesk } from '../../store/context.ts';
import { formatPlace, NEW, type Place } from '../../store/place.ts';
import { useAsked } from '../../store/use-asked.ts';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Failed } from '../../ui/Failed.tsx';
import { HookIcon, PlusIcon } from '../../ui/icons.tsx';
import { Page } from '../../ui/Page.tsx';
import { Skeleton } from '../../ui/Skeleton.tsx';
import { useNow } from '../../ui/use-now.ts';
import { Stale, StateMark } from './parts.tsx';
import { spellCount, stateOf, titleOf, typesTitle } from './words.ts';

const POLL_MS = 2000;
const NOW_MS = 30_000;

/** An endpoint's own page. */
const placeOfOne = (endpoint: string): Place => ({
  page: 'endpoints',
  endpoint,
  state: null,
  delivery: null,
});

/** Where the business receives events, and how each of them does. */
export function EndpointList() {
  const { go } = useDesk();
  const { data, fault, reload } = useAsked<{ data: EndpointSummary[] }>('/v1/endpoints', POLL_MS);
  const now = useNow(NOW_MS);
  const add = () => go.place(placeOfOne(NEW));
  const isEmpty = data?.data.length === 0;
  return (
    <Page
      title="Endpoints"
      line="Where your own systems receive events, as webhooks."
      actions={
        !isEmpty && (
          <Button kind="primary" icon={PlusIcon} onClick={add}>
            New endpoint
          </Button>
        )
      }
    >
      <div class="page-body">
        <div class="column">
          {data && fault && <Stale text={fault.message} />}
          {!data && fault && (
            <Failed
              title="The endpoints could not be loaded."
              text={fault.message}
              onRetry={() => void reload()}
            />
          )}
          {!data && !fault && <Skeleton label="Loading endpoints" rows={4} kind="line" />}
          {isEmpty && <NoEndpoints onAdd={add} />}
          {data && !isEmpty && (
            <ul class="cards">
              {data.data.map((endpoint) => (
                <EndpointCard key={endpoint.id} endpoint={endpoint} now={now} />
              ))}
            </ul>
          )}
        </div>
      </div>
    </Page>
  );
}

function NoEndpoints({ onAdd }: { onAdd(): void }) {
  return (
    <EmptyState icon={HookIcon} title="Nothing receives events yet.">
      <p>Name an address of yours; the relay sends it a test at once, and then what happens.</p>
      <Button kind="primary" icon={PlusIcon} onClick={onAdd}>
        New endpoint
      </Button>
    </EmptyState>
  );
}

function EndpointCard({ endpoint, now }: { endpoint: EndpointSummary; now: number }) {
  const { go } = useDesk();
  const place = placeOfOne(endpoint.id);
  const { url, types, deliveries } = endpoint;
  return (
    <li class="card card-link">
      <div class="card-main">
        <h2 class="card-title">
          <a
            href={formatPlace(place)}
            onClick={(event) => {
              if (event.metaKey || event.ctrlKey || event.shiftKey) return;
              event.preventDefault();
              go.place(place);
            }}
          >
            <bdi>{titleOf(endpoint)}</bdi>
          </a>
        </h2>
        <p class="card-text card-address">
          <bdi>{url}</bdi>
        </p>
        <p class="card-text">
          <StateMark {...stateOf(endpoint, now)} />
          <span class="card-types">{typesTitle(types)}</span>
        </p>
      </div>
      <dl class="counts">
        <Count label="delivered" count={deliveries.delivered} />
        <Count label="waiting" count={deliveries.pending} />
        <Count label="given up" count={deliveries.dead} isBad />
      </dl>
    </li>
  );
}

interface CountProps {
  label: string;
  count: number;
  isBad?: boolean;
}

function Count({ label, count, isBad = false }: CountProps) {
  return (
    <div class={isBad && count > 0 ? 'count-bad' : ''}>
      <dt>{label}</dt>
      <dd>{spellCount(count)}</dd>
    </div>
  );
}
