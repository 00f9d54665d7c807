import type { IssuedEndpoint } from '@throughline/shared/schema';
import { useState } from 'preact/hooks';
import { useDesk, useStore } from '../../store/context.ts';
import { NEW, placeOf } from '../../store/place.ts';
import { Page } from '../../ui/Page.tsx';
import { EMPTY, EndpointForm } from './EndpointForm.tsx';
import { EndpointList } from './EndpointList.tsx';
import { EndpointPage } from './EndpointPage.tsx';
import type { Issued } from './use-endpoint.ts';
import '../../styles/admin/index.css';

const LIST = placeOf('endpoints');

/** Webhooks: all of them, a new one, or one with its deliveries. */
export function Endpoints() {
  const place = useStore(({ route }) => route.place);
  const [issued, setIssued] = useState<Issued | null>(null);
  if (place?.page !== 'endpoints' || place.endpoint === null) return <EndpointList />;
  const { endpoint, state, delivery } = place;
  if (endpoint === NEW) return <NewEndpoint onIssued={setIssued} />;
  return (
    <EndpointPage
      key={endpoint}
      id={endpoint}
      state={state}
      delivery={delivery}
      issued={issued?.id === endpoint ? issued : null}
      onIssued={setIssued}
    />
  );
}

function NewEndpoint({ onIssued }: { onIssued(issued: Issued): void }) {
  const { go, relay } = useDesk();
  const leave = () => go.place(LIST);
  return (
    <Page title="New endpoint" back={{ label: 'Back to the endpoints', onBack: leave }}>
      <div class="page-body">
        <div class="column">
          <EndpointForm
            title="New endpoint"
            verb="Create endpoint"
            draft={EMPTY}
            onCancel={leave}
            onSave={async (body) => {
              const reply = await relay.ask<IssuedEndpoint>({
                method: 'POST',
                path: '/v1/endpoints',
                body,
              });
              if (reply.ok) {
                const { id, secret } = reply.data;
                onIssued({ id, secret, how: 'made' });
                go.place({ page: 'endpoints', endpoint: id, state: null, delivery: null });
              }
              return reply;
            }}
          />
        </div>
      </div>
    </Page>
  );
}
