import type { Site } from '@throughline/shared/schema';
import { useState } from 'preact/hooks';
import { useDesk } from '../../store/context.ts';
import { Button } from '../../ui/Button.tsx';
import { LineField, NumberField, SelectField, TextField } from '../../ui/inputs.tsx';
import { Secret } from '../../ui/Secret.tsx';
import { Section } from './parts.tsx';

interface ProofsProps {
  site: Site;
  onSaved(): void;
}

type Purpose = 'identity' | 'context';

/** What has a secret is saved by itself: a secret is told in the answer, this once. */
function useProof({ site, onSaved }: ProofsProps, purpose: Purpose) {
  const { relay, notices } = useDesk();
  const [secret, setSecret] = useState<string | null>(null);
  const path = `/v1/sites/${site.key}/${purpose}`;

  async function ask(method: 'PUT' | 'POST' | 'DELETE', to: string, body?: object): Promise<void> {
    const reply = await relay.ask<{ secret?: string } | null>({
      method,
      path: to,
      ...(body ? { body } : {}),
    });
    if (!reply.ok) return notices.say(`Not done: ${reply.message}`, { tone: 'warning' });
    setSecret(reply.data?.secret ?? null);
    notices.say('Saved.');
    onSaved();
  }
  return {
    secret,
    stored: () => setSecret(null),
    save: (body: object) => void ask('PUT', path, body),
    rotate: () => void ask('POST', `${path}/rotate`),
    remove: () => void ask('DELETE', path),
  };
}

/** How the business proves who visitors are. */
export function IdentityPart(props: ProofsProps) {
  const { identity } = props.site;
  const proof = useProof(props, 'identity');
  const [algorithm, setAlgorithm] = useState(identity?.algorithm ?? 'HS256');
  const [keys, setKeys] = useState(identity?.keys.join('\n') ?? '');
  const isShared = algorithm === 'HS256';
  return (
    <Section
      title="Who visitors are"
      text="Your backend signs it; a visitor nobody proved is shown as unverified. Saved by itself."
    >
      {proof.secret && (
        <Secret title="The identity secret" secret={proof.secret} onDone={proof.stored} />
      )}
      <SelectField
        label="Algorithm"
        options={[
          ['HS256', 'HS256: a secret both sides have'],
          ['ES256', 'ES256: a key of yours'],
          ['EdDSA', 'EdDSA: a key of yours'],
        ]}
        value={algorithm}
        onValue={(next) => setAlgorithm(next)}
      />
      {!isShared && (
        <TextField
          label="Public keys"
          hint="As PEM; the old one below the new one while you change it."
          value={keys}
          onValue={setKeys}
        />
      )}
      <div class="site-actions">
        <Button
          onClick={() => proof.save({ algorithm, ...(isShared ? {} : { keys: keysIn(keys) }) })}
        >
          {identity ? 'Save identity' : 'Switch on'}
        </Button>
        {identity?.algorithm === 'HS256' && <Button onClick={proof.rotate}>New secret</Button>}
        {identity && <Button onClick={proof.remove}>Switch off</Button>}
      </div>
    </Section>
  );
}

const keysIn = (text: string): string[] =>
  text.match(/-----BEGIN [^-]+-----[^-]+-----END [^-]+-----/g) ?? [];

/** Where the relay asks what the business knows of a contact. */
export function ContextPart(props: ProofsProps) {
  const { context } = props.site;
  const proof = useProof(props, 'context');
  const [url, setUrl] = useState(context?.url ?? '');
  const [ttlS, setTtlS] = useState((context?.ttlMs ?? 60_000) / 1000);
  return (
    <Section
      title="What is known of them"
      text="A system of yours that is asked about whoever writes. Saved by itself."
    >
      {proof.secret && (
        <Secret
          title="The secret questions are signed with"
          secret={proof.secret}
          onDone={proof.stored}
        />
      )}
      <div class="site-row">
        <LineField
          label="Address that is asked"
          placeholder="https://example.com/throughline/context"
          value={url}
          maxLength={2048}
          onValue={setUrl}
        />
        <NumberField
          label="Good for how many seconds"
          min={1}
          value={ttlS}
          onValue={(value) => setTtlS(value ?? 60)}
        />
      </div>
      <div class="site-actions">
        <Button
          disabled={url.trim() === ''}
          onClick={() => proof.save({ url: url.trim(), ttlMs: ttlS * 1000 })}
        >
          {context ? 'Save address' : 'Switch on'}
        </Button>
        {context && <Button onClick={proof.rotate}>New secret</Button>}
        {context && <Button onClick={proof.remove}>Switch off</Button>}
      </div>
    </Section>
  );
}
