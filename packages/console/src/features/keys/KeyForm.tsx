import type { IssuedKey, PiiLevel, Scope } from '@throughline/shared/schema';
import { useState } from 'preact/hooks';
import { useDesk } from '../../store/context.ts';
import { Button } from '../../ui/Button.tsx';
import { Checks } from '../../ui/Choices.tsx';
import { Field } from '../../ui/Field.tsx';
import { LevelChoice } from '../../ui/LevelChoice.tsx';
import { lackOf, SCOPES } from './words.ts';

interface KeyFormProps {
  onCreated(key: IssuedKey): void;
  onCancel(): void;
}

const NAME_MAX = 200;

interface Fault {
  text: string;
  field: string | null;
}

/** Why it cannot be asked for yet. */
function complaint(name: string, scopes: readonly Scope[]): Fault | null {
  if (name.trim() === '') return { text: 'Give the key a name.', field: 'name' };
  if (scopes.length === 0)
    return { text: 'Choose at least one thing the key may do.', field: 'scopes' };
  return null;
}

export function KeyForm({ onCreated, onCancel }: KeyFormProps) {
  const { relay } = useDesk();
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<Scope[]>(['events:read']);
  const [pii, setPii] = useState<PiiLevel>('none');
  const [fault, setFault] = useState<Fault | null>(null);
  const [isBusy, setBusy] = useState(false);

  const takeScopes = (chosen: Scope[]) => {
    setScopes(chosen);
    setFault(null);
  };
  async function create(): Promise<void> {
    const wrong = complaint(name, scopes);
    setFault(wrong);
    if (wrong || isBusy) return;
    setBusy(true);
    const body = { name: name.trim(), scopes, pii };
    const reply = await relay.ask<IssuedKey>({ method: 'POST', path: '/v1/keys', body });
    setBusy(false);
    if (reply.ok) onCreated(reply.data);
    else setFault({ text: reply.message, field: reply.field });
  }

  return (
    <form
      class="form"
      noValidate
      aria-label="New key"
      onSubmit={(event) => {
        event.preventDefault();
        void create();
      }}
    >
      <h2>New key</h2>
      <Field
        label="Name"
        name="key-name"
        type="text"
        hint="Which program has it, so that everybody knows later what revoking it ends."
        value={name}
        onValue={(value) => {
          setName(value);
          setFault(null);
        }}
        autocomplete="off"
        maxLength={NAME_MAX}
        isInvalid={fault?.field === 'name'}
        isFirst
      />
      <Checks label="What it may do" choices={SCOPES} values={scopes} onChange={takeScopes} />
      <LevelChoice
        hint="How much of people the program is shown in what it reads."
        warning="Whoever has this key can read every message and note. Choose it only where that is meant."
        value={pii}
        onChange={setPii}
        lack={lackOf(scopes, pii)}
      />
      <div class="form-foot">
        <p class="form-fault" role="status">
          {fault?.text}
        </p>
        <Button onClick={onCancel}>Cancel</Button>
        <Button kind="primary" type="submit" disabled={isBusy}>
          {isBusy ? 'Creating…' : 'Create key'}
        </Button>
      </div>
    </form>
  );
}
