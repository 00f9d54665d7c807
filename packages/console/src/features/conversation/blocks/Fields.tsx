import { type BlockDraft, dayIn } from '../../../lib/block-draft.ts';
import { Button, IconButton } from '../../../ui/Button.tsx';
import { FormEditor } from '../../../ui/FormEditor.tsx';
import { BinIcon, PlusIcon } from '../../../ui/icons.tsx';
import { LineField, LinesField, TextField } from '../../../ui/inputs.tsx';
import { Segments } from '../../../ui/Segments.tsx';

type Of<K extends BlockDraft['kind']> = Extract<BlockDraft, { kind: K }>;

interface FieldsProps<D extends BlockDraft> {
  draft: D;
  onChange(draft: BlockDraft): void;
}

/** What each kind is made of. */
export function Fields({ draft, onChange }: FieldsProps<BlockDraft>) {
  switch (draft.kind) {
    case 'replies':
      return (
        <LinesField
          label="Replies"
          hint="One a line, up to ten. The visitor chooses one of them."
          value={draft.lines}
          onValue={(lines) => onChange({ ...draft, lines })}
        />
      );
    case 'buttons':
      return <Buttons draft={draft} onChange={onChange} />;
    case 'cards':
      return <CardFields draft={draft} onChange={onChange} />;
    case 'form':
      return <FormEditor form={draft.form} onChange={(form) => onChange({ ...draft, form })} />;
    case 'payment':
      return <PaymentFields draft={draft} onChange={onChange} />;
  }
}

type ButtonDraft = Of<'cards'>['button'];

interface ButtonProps {
  nth: number;
  button: ButtonDraft;
  onChange(button: ButtonDraft): void;
}

function ButtonFields({ nth, button, onChange }: ButtonProps) {
  return (
    <>
      <LineField
        label={`Button ${nth}`}
        value={button.label}
        maxLength={120}
        onValue={(label) => onChange({ ...button, label })}
      />
      <LineField
        label={`Leads to ${nth}`}
        placeholder="https://"
        value={button.url}
        maxLength={2048}
        onValue={(url) => onChange({ ...button, url })}
      />
    </>
  );
}

const BUTTONS_MAX = 6;

function Buttons({ draft, onChange }: FieldsProps<Of<'buttons'>>) {
  const { buttons } = draft;
  const put = (next: ButtonDraft[]) => onChange({ ...draft, buttons: next });
  return (
    <>
      {buttons.map((button, i) => (
        <div class="block-row" key={i}>
          <ButtonFields
            nth={i + 1}
            button={button}
            onChange={(next) => put(buttons.with(i, next))}
          />
          <IconButton
            label={`Remove button ${i + 1}`}
            icon={BinIcon}
            disabled={buttons.length === 1}
            onClick={() => put(buttons.toSpliced(i, 1))}
          />
        </div>
      ))}
      <p class="field-hint">Without an address, pressing it shows here and tells your programs.</p>
      <div>
        <Button
          icon={PlusIcon}
          disabled={buttons.length >= BUTTONS_MAX}
          onClick={() => put([...buttons, { label: '', url: '' }])}
        >
          Add a button
        </Button>
      </div>
    </>
  );
}

function CardFields({ draft, onChange }: FieldsProps<Of<'cards'>>) {
  return (
    <>
      <LineField
        label="Title"
        value={draft.title}
        maxLength={120}
        onValue={(title) => onChange({ ...draft, title })}
      />
      <TextField
        label="Text"
        value={draft.text}
        maxLength={500}
        onValue={(text) => onChange({ ...draft, text })}
      />
      <LineField
        label="Picture"
        placeholder="https://"
        hint="Its address. It is loaded once the visitor asks for it."
        value={draft.image}
        maxLength={2048}
        onValue={(image) => onChange({ ...draft, image })}
      />
      <div class="block-row">
        <ButtonFields
          nth={1}
          button={draft.button}
          onChange={(button) => onChange({ ...draft, button })}
        />
      </div>
    </>
  );
}

/** In so many days; empty: whenever they like. */
const DUE = [
  ['', 'Any time'],
  ['0', 'Today'],
  ['7', '7 days'],
  ['14', '14 days'],
  ['30', '30 days'],
] as const;

function PaymentFields({ draft, onChange }: FieldsProps<Of<'payment'>>) {
  const set = (change: Partial<Of<'payment'>>) => onChange({ ...draft, ...change });
  const now = Date.now();
  const chosen = DUE.find(([days]) => (days && dayIn(Number(days), now)) === draft.due)?.[0];
  return (
    <>
      <div class="block-sum">
        <LineField
          label="Amount"
          placeholder="49.90"
          value={draft.amount}
          onValue={(amount) => set({ amount })}
        />
        <LineField
          label="Currency"
          value={draft.currency}
          maxLength={3}
          onValue={(currency) => set({ currency: currency.toUpperCase() })}
        />
      </div>
      <div class="block-due">
        <div class="field">
          <p class="field-title">Due</p>
          <Segments
            label="Due"
            options={DUE}
            value={chosen ?? ('other' as never)}
            onChange={(days) => set({ due: days && dayIn(Number(days), now) })}
          />
        </div>
        <LineField label="On" type="date" value={draft.due} onValue={(due) => set({ due })} />
      </div>
      <LineField
        label="Page where it is paid"
        placeholder="https://"
        value={draft.url}
        maxLength={2048}
        onValue={(url) => set({ url })}
      />
      <div class="site-row">
        <LineField
          label="What for"
          value={draft.title}
          maxLength={120}
          onValue={(title) => set({ title })}
        />
        <LineField
          label="Your number for it"
          value={draft.reference}
          maxLength={100}
          onValue={(reference) => set({ reference })}
        />
      </div>
    </>
  );
}
