import type { IssuedKey, KeySummary } from '@throughline/shared/schema';
import { useState } from 'preact/hooks';
import { useDesk } from '../../store/context.ts';
import { type Asked, useAsked } from '../../store/use-asked.ts';
import { Button } from '../../ui/Button.tsx';
import { Code } from '../../ui/Code.tsx';
import { Confirm } from '../../ui/Confirm.tsx';
import { CopyButton } from '../../ui/CopyButton.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Failed } from '../../ui/Failed.tsx';
import { KeyIcon, PlusIcon } from '../../ui/icons.tsx';
import { Page } from '../../ui/Page.tsx';
import { Secret } from '../../ui/Secret.tsx';
import { Skeleton } from '../../ui/Skeleton.tsx';
import { useNow } from '../../ui/use-now.ts';
import { KeyForm } from './KeyForm.tsx';
import { KeyRow } from './KeyRow.tsx';
import { curlFor } from './words.ts';
import '../../styles/admin/index.css';

type KeyList = Asked<{ data: KeySummary[] }>;

interface Issued {
  key: IssuedKey;
  how: 'made' | 'rotated';
}

/** What lets programs in. */
export function Keys() {
  const list: KeyList = useAsked('/v1/keys');
  const [isMaking, setMaking] = useState(false);
  const [issued, setIssued] = useState<Issued | null>(null);
  const isEmpty = list.data?.data.length === 0 && !isMaking && !issued;
  const take = (key: IssuedKey, how: Issued['how']) => {
    setMaking(false);
    setIssued({ key, how });
    void list.reload();
  };
  return (
    <Page
      title="API keys"
      line="With a key, a program reads and writes what you allow it."
      actions={
        !isMaking &&
        !isEmpty && (
          <Button kind="primary" icon={PlusIcon} onClick={() => setMaking(true)}>
            New key
          </Button>
        )
      }
    >
      <div class="page-body">
        <div class="column">
          {isMaking && (
            <KeyForm onCreated={(key) => take(key, 'made')} onCancel={() => setMaking(false)} />
          )}
          {issued && <IssuedSecret issued={issued} onDone={() => setIssued(null)} />}
          {isEmpty ? (
            <NoKeys onMake={() => setMaking(true)} />
          ) : (
            <KeyCards list={list} onRotated={(key) => take(key, 'rotated')} />
          )}
        </div>
      </div>
    </Page>
  );
}

function IssuedSecret({ issued: { key, how }, onDone }: { issued: Issued; onDone(): void }) {
  const { name, secret, scopes } = key;
  const line = curlFor(scopes, location.origin);
  const verb = how === 'made' ? 'The secret' : 'The new secret';
  return (
    <Secret title={`${verb} of “${name}”`} secret={secret} onDone={onDone}>
      {how === 'rotated' && (
        <p>The secret before is good for 24 hours more, so that nothing stops meanwhile.</p>
      )}
      <p>With the secret in the variable THROUGHLINE_KEY, this tries it:</p>
      <Code label="A line to try the key with" isWrapped>
        {line}
      </Code>
      <div>
        <CopyButton text={() => line}>Copy line</CopyButton>
      </div>
    </Secret>
  );
}

function NoKeys({ onMake }: { onMake(): void }) {
  return (
    <EmptyState icon={KeyIcon} title="No program has a key yet.">
      <p>Make one to read events, or to let another system answer and look people up.</p>
      <Button kind="primary" icon={PlusIcon} onClick={onMake}>
        New key
      </Button>
    </EmptyState>
  );
}

const NOW_MS = 30_000;

function KeyCards({ list, onRotated }: { list: KeyList; onRotated(key: IssuedKey): void }) {
  const { relay, notices } = useDesk();
  const now = useNow(NOW_MS);
  const [asking, setAsking] = useState<{ about: 'rotate' | 'revoke'; key: KeySummary } | null>(
    null,
  );
  const { data, fault, reload } = list;

  async function rotate({ id }: KeySummary): Promise<void> {
    const reply = await relay.ask<IssuedKey>({ method: 'POST', path: `/v1/keys/${id}/rotate` });
    if (reply.ok) return onRotated(reply.data);
    notices.say(`Not rotated: ${reply.message}`, { tone: 'warning' });
    await reload();
  }
  async function revoke({ id, name }: KeySummary): Promise<void> {
    const reply = await relay.ask({ method: 'DELETE', path: `/v1/keys/${id}` });
    if (reply.ok) notices.say(`Revoked “${name}”.`);
    else notices.say(`Not revoked: ${reply.message}`, { tone: 'warning' });
    await reload();
  }

  if (!data && fault)
    return (
      <Failed
        title="The keys could not be loaded."
        text={fault.message}
        onRetry={() => void reload()}
      />
    );
  if (!data) return <Skeleton label="Loading keys" rows={4} kind="line" />;
  return (
    <>
      <ul class="cards">
        {data.data.map((key) => (
          <KeyRow
            key={key.id}
            apiKey={key}
            now={now}
            onRotate={() => setAsking({ about: 'rotate', key })}
            onRevoke={() => setAsking({ about: 'revoke', key })}
          />
        ))}
      </ul>
      {asking?.about === 'rotate' && (
        <Confirm
          title={`Rotate “${asking.key.name}”?`}
          text="You get a new secret. The one in use is good for 24 hours more; until then, no other rotation can begin."
          verb="Rotate"
          isHarmless
          onConfirm={() => void rotate(asking.key)}
          onClose={() => setAsking(null)}
        />
      )}
      {asking?.about === 'revoke' && (
        <Confirm
          title={`Revoke “${asking.key.name}”?`}
          text="Programs that use it are refused at once. This cannot be undone."
          verb="Revoke"
          onConfirm={() => void revoke(asking.key)}
          onClose={() => setAsking(null)}
        />
      )}
    </>
  );
}
