import type { EndpointSummary } from '@throughline/shared/schema';
import { useState } from 'preact/hooks';
import { useDesk } from '../../store/context.ts';
import { Page } from '../../ui/Page.tsx';
import { type Draft, EndpointForm } from './EndpointForm.tsx';
import type { OneEndpoint } from './use-endpoint.ts';
import { titleOf } from './words.ts';

interface EditEndpointProps {
  one: OneEndpoint;
  endpoint: EndpointSummary;
  onDone(): void;
}

const MEANWHILE =
  'Somebody changed this endpoint while you were at it. The form shows how it is now; make your change again.';

/** What is saved replaces what one saw, and nothing else. */
export function EditEndpoint({ one, endpoint, onDone }: EditEndpointProps) {
  const { notices } = useDesk();
  const { etag } = one.asked;
  /** The version the form began with; a later one comes only when somebody else was faster. */
  const [base, setBase] = useState({ endpoint, etag, nth: 0 });
  const [isStale, setStale] = useState(false);
  const { url, description, types, pii, order } = base.endpoint;

  if (isStale && etag !== base.etag) {
    setStale(false);
    setBase({ endpoint, etag, nth: base.nth + 1 });
  }

  async function save(draft: Draft) {
    const reply = await one.change(draft, base.etag ?? '');
    if (reply.ok) {
      notices.say('Saved.');
      onDone();
    } else if (reply.code === 'changed_meanwhile') setStale(true);
    return reply;
  }

  return (
    <Page
      title={`Edit ${titleOf(endpoint)}`}
      back={{ label: 'Back to the endpoint', onBack: onDone }}
    >
      <div class="page-body">
        <div class="column">
          <EndpointForm
            key={base.nth}
            title="Edit endpoint"
            verb="Save"
            draft={{ url, description, types, pii, order }}
            notice={base.nth > 0 ? MEANWHILE : null}
            onSave={save}
            onCancel={onDone}
          />
        </div>
      </div>
    </Page>
  );
}
