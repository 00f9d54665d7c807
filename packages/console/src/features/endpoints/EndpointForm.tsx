import type { EndpointSummary } from '@throughline/shared/schema';
import { useState } from 'preact/hooks';
import type { Reply } from '../../store/relay.ts';
import { useAsked } from '../../store/use-asked.ts';
import { Button } from '../../ui/Button.tsx';
import { Radios } from '../../ui/Choices.tsx';
import { Field } from '../../ui/Field.tsx';
import { LevelChoice } from '../../ui/LevelChoice.tsx';
import { type Suggestion, TypesField, withFamilies } from '../../ui/TypesField.tsx';
import { ORDERS } from './words.ts';

export type Draft = Pick<EndpointSummary, 'url' | 'description' | 'types' | 'pii' | 'order'>;

interface EndpointFormProps {
  title: string;
  verb: string;
  /** What it begins with. */
  draft: Draft;
  /** Why it is shown anew. */
  notice?: string | null;
  onSave(draft: Draft): Promise<Reply<unknown>>;
  onCancel(): void;
}

const URL_MAX = 2048;
const DESCRIPTION_MAX = 200;
const EVERYTHING: Suggestion = { name: '*', about: 'Everything there is and will be' };

export const EMPTY: Draft = { url: '', description: '', types: ['*'], pii: 'none', order: 'any' };

interface Fault {
  text: string;
  field: string | null;
}

const isAddress = (text: string): boolean => /^https?:\/\/\S+$/.test(text) && URL.canParse(text);

/** The relay knows the field of what breaks the schema, and says in its own way that it may not call an address. */
const fieldOf = ({ code, field }: Extract<Reply<unknown>, { ok: false }>): string | null =>
  code === 'address_not_allowed' ? 'url' : field;

/** Beside everything there is nothing to name, and who names something does not want everything. */
const narrowed = (before: readonly string[], types: string[]): string[] => {
  if (types.length < 2 || !types.includes(EVERYTHING.name)) return types;
  return before.includes(EVERYTHING.name)
    ? types.filter((type) => type !== EVERYTHING.name)
    : [EVERYTHING.name];
};

/** Why it cannot be asked for yet. */
function complaint({ url, types }: Draft): Fault | null {
  if (!isAddress(url))
    return { text: 'The address has to be a whole one, beginning with https://', field: 'url' };
  if (types.length === 0) return { text: 'Choose at least one kind of event.', field: 'types' };
  return null;
}

/** Everything one decides about an endpoint. */
export function EndpointForm(props: EndpointFormProps) {
  const { title, verb, notice, onSave, onCancel } = props;
  const [draft, setDraft] = useState(props.draft);
  const [fault, setFault] = useState<Fault | null>(null);
  const [isBusy, setBusy] = useState(false);
  const set = (change: Partial<Draft>) => {
    setDraft((before) => ({ ...before, ...change }));
    setFault(null);
  };

  async function save(): Promise<void> {
    const tidy = { ...draft, url: draft.url.trim(), description: draft.description.trim() };
    const wrong = complaint(tidy);
    setFault(wrong);
    if (wrong || isBusy) return;
    setBusy(true);
    const reply = await onSave(tidy);
    setBusy(false);
    if (!reply.ok) setFault({ text: reply.message, field: fieldOf(reply) });
  }

  return (
    <form
      class="form"
      noValidate
      aria-label={title}
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      {notice && (
        <p class="form-notice" role="status">
          {notice}
        </p>
      )}
      <Where draft={draft} fault={fault} onChange={set} />
      <What draft={draft} fault={fault} onChange={set} />
      <div class="form-foot">
        <p class="form-fault" role="status">
          {fault?.text}
        </p>
        <Button onClick={onCancel}>Cancel</Button>
        <Button kind="primary" type="submit" disabled={isBusy}>
          {isBusy ? 'Saving…' : verb}
        </Button>
      </div>
    </form>
  );
}

interface PartProps {
  draft: Draft;
  fault: Fault | null;
  onChange(change: Partial<Draft>): void;
}

function Where({ draft, fault, onChange }: PartProps) {
  return (
    <>
      <Field
        label="Address"
        name="url"
        type="url"
        placeholder="https://example.com/hooks/throughline"
        hint="The relay sends events here, one POST each."
        value={draft.url}
        onValue={(url) => onChange({ url })}
        autocomplete="off"
        maxLength={URL_MAX}
        isInvalid={fault?.field === 'url'}
        isFirst
      />
      <Field
        label="Description"
        name="description"
        type="text"
        hint="What is behind it, for your colleagues."
        isOptional
        value={draft.description}
        onValue={(description) => onChange({ description })}
        autocomplete="off"
        maxLength={DESCRIPTION_MAX}
        isInvalid={fault?.field === 'description'}
      />
    </>
  );
}

function What({ draft, fault, onChange }: PartProps) {
  const { data } = useAsked<{ data: Suggestion[] }>('/v1/event-types');
  return (
    <>
      <TypesField
        label="Events"
        hint="Names, or their beginnings: conversation.* is everything about conversations, * is all there is."
        placeholder="message.created, conversation.*"
        patterns={draft.types}
        suggestions={[EVERYTHING, ...withFamilies(data?.data ?? [])]}
        onChange={(types) => onChange({ types: narrowed(draft.types, types) })}
        isInvalid={fault?.field === 'types'}
      />
      <LevelChoice
        hint="How much of people stands in what is sent."
        warning="Whoever runs this address can read every message and note. Choose it only where that is meant."
        value={draft.pii}
        onChange={(pii) => onChange({ pii })}
      />
      <Radios
        label="Order"
        choices={ORDERS}
        value={draft.order}
        onChange={(order) => onChange({ order })}
      />
    </>
  );
}
