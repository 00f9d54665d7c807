import type { EndpointSummary } from '@throughline/shared/schema';
import { useState } from 'preact/hooks';
import { levelTitle } from '../../lib/levels.ts';
import { endOf } from '../../lib/time.ts';
import { useDesk } from '../../store/context.ts';
import { type DeliveryState, placeOf } from '../../store/place.ts';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Failed } from '../../ui/Failed.tsx';
import { HookIcon } from '../../ui/icons.tsx';
import { Page } from '../../ui/Page.tsx';
import { Secret } from '../../ui/Secret.tsx';
import { Skeleton } from '../../ui/Skeleton.tsx';
import { useNow } from '../../ui/use-now.ts';
import { Deliveries } from './Deliveries.tsx';
import { EditEndpoint } from './EditEndpoint.tsx';
import { EndpointActions } from './EndpointActions.tsx';
import { Stale, StateMark } from './parts.tsx';
import { type Issued, type OneEndpoint, useEndpoint } from './use-endpoint.ts';
import { orderTitle, stateOf, titleOf, typesTitle } from './words.ts';

interface EndpointPageProps {
  id: string;
  /** Which deliveries are shown, and which one is open. */
  state: DeliveryState | null;
  delivery: number | null;
  issued: Issued | null;
  onIssued(issued: Issued | null): void;
}

const NOW_MS = 5000;

/** One endpoint: how it stands, what can be done about it, what was sent. */
export function EndpointPage(props: EndpointPageProps) {
  const { id } = props;
  const { go } = useDesk();
  const one = useEndpoint(id);
  const { data, fault, reload } = one.asked;
  const back = { label: 'Back to the endpoints', onBack: () => go.place(placeOf('endpoints')) };
  if (fault?.code === 'not_found')
    return (
      <Page title="Endpoint" back={back}>
        <EmptyState icon={HookIcon} title="This endpoint does not exist.">
          <p>Perhaps somebody removed it.</p>
          <Button onClick={back.onBack}>Back to the endpoints</Button>
        </EmptyState>
      </Page>
    );
  if (data) return <Loaded {...props} one={one} endpoint={data} back={back} />;
  return (
    <Page title="Endpoint" back={back}>
      {fault ? (
        <Failed
          title="The endpoint could not be loaded."
          text={fault.message}
          onRetry={() => void reload()}
        />
      ) : (
        <div class="page-body">
          <Skeleton label="Loading the endpoint" rows={4} kind="line" />
        </div>
      )}
    </Page>
  );
}

interface LoadedProps extends EndpointPageProps {
  one: OneEndpoint;
  endpoint: EndpointSummary;
  back: { label: string; onBack(): void };
}

function Loaded({ one, endpoint, back, issued, onIssued, ...props }: LoadedProps) {
  const [isEditing, setEditing] = useState(false);
  const now = useNow(NOW_MS);
  if (isEditing)
    return <EditEndpoint one={one} endpoint={endpoint} onDone={() => setEditing(false)} />;
  return (
    <Page
      title={titleOf(endpoint)}
      back={back}
      line={<StateMark {...stateOf(endpoint, now)} />}
      actions={
        <EndpointActions
          one={one}
          endpoint={endpoint}
          now={now}
          onEdit={() => setEditing(true)}
          onRotated={(secret) => onIssued({ id: endpoint.id, secret, how: 'rotated' })}
          onRemoved={back.onBack}
        />
      }
    >
      <Deliveries endpoint={endpoint} now={now} state={props.state} open={props.delivery}>
        {one.asked.fault && <Stale text={one.asked.fault.message} />}
        {issued && <SigningSecret issued={issued} onDone={() => onIssued(null)} />}
        <About endpoint={endpoint} now={now} />
      </Deliveries>
    </Page>
  );
}

function SigningSecret({ issued, onDone }: { issued: Issued; onDone(): void }) {
  const isNew = issued.how === 'made';
  return (
    <Secret
      title={isNew ? 'The signing secret' : 'The new signing secret'}
      secret={issued.secret}
      onDone={onDone}
    >
      <p>
        {isNew
          ? 'With it your receiver checks that a delivery comes from this relay.'
          : 'For 24 hours both secrets sign every delivery; give the new one to your receiver meanwhile.'}
      </p>
    </Secret>
  );
}

function About({ endpoint, now }: { endpoint: EndpointSummary; now: number }) {
  const { url, types, pii, order, previousUntil } = endpoint;
  return (
    <>
      <dl class="about">
        <div class="about-wide">
          <dt>Address</dt>
          <dd>
            <bdi>{url}</bdi>
          </dd>
        </div>
        <div>
          <dt>Events</dt>
          <dd>{typesTitle(types)}</dd>
        </div>
        <div>
          <dt>Personal data</dt>
          <dd>{levelTitle(pii)}</dd>
        </div>
        <div>
          <dt>Order</dt>
          <dd>{orderTitle(order)}</dd>
        </div>
      </dl>
      {previousUntil !== null && previousUntil > now && (
        <p class="card-note">
          The secret before the rotation signs too until {endOf(previousUntil, now)}.
        </p>
      )}
    </>
  );
}
