import type { Mistake } from '@throughline/shared/form';
import type { FormField, FormValues } from '@throughline/shared/schema';
import type { JSX, VNode } from 'preact';
import { blockWords } from '../../i18n/words/block.ts';
import { useTexts } from '../context.ts';

export type Wrong = Mistake;
type Value = FormValues[string];

interface Props {
  id: string;
  field: FormField;
  value: Value | undefined;
  wrong: Wrong | undefined;
  /** Undefined: it is empty. */
  onWrite(value: Value | undefined): void;
}

/** A label, what is asked for, and what is wrong with it, tied to each other. */
export function Field({ id, field, value, wrong, onWrite }: Props): VNode {
  const w = useTexts(blockWords);
  const { label, hint, required } = field;
  const described = [hint && `${id}-hint`, wrong && `${id}-wrong`].filter(Boolean).join(' ');
  const common = {
    id,
    name: field.name,
    'aria-invalid': wrong !== undefined,
    ...(described && { 'aria-describedby': described }),
    ...(required && { 'aria-required': true }),
  };
  const bounds = {
    min: 'min' in field ? (field.min ?? '') : '',
    max: 'max' in field ? (field.max ?? '') : '',
  };
  return (
    <div class="field" data-type={field.type}>
      <label for={id}>
        <bdi>{label}</bdi> {!required && <small>({w('optional')})</small>}
      </label>
      <Input field={field} value={value} common={common} onWrite={onWrite} />
      {hint && (
        <small id={`${id}-hint`} dir="auto">
          {hint}
        </small>
      )}
      {wrong && (
        <p class="wrong" id={`${id}-wrong`}>
          {w(wrong, bounds)}
        </p>
      )}
    </div>
  );
}

interface InputProps extends Pick<Props, 'field' | 'value' | 'onWrite'> {
  common: Record<string, string | boolean>;
}

const kinds: Partial<Record<FormField['type'], JSX.IntrinsicElements['input']>> = {
  email: { type: 'email', autocomplete: 'email' },
  phone: { type: 'tel', autocomplete: 'tel' },
  number: { inputMode: 'decimal' },
  date: { type: 'date' },
};

function Input({ field, value, common, onWrite }: InputProps): VNode {
  const w = useTexts(blockWords);
  const write = (text: string) => onWrite(text === '' ? undefined : text);
  if (field.type === 'checkbox')
    return (
      <input
        {...common}
        type="checkbox"
        checked={value === true}
        onChange={({ currentTarget }) => onWrite(currentTarget.checked)}
      />
    );
  if (field.type === 'select')
    return (
      <select
        {...common}
        value={`${value ?? ''}`}
        onChange={(event) => write(event.currentTarget.value)}
      >
        <option value="">{w('choose')}</option>
        {field.options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    );
  if (field.type === 'textarea')
    return (
      <textarea
        {...common}
        rows={3}
        dir="auto"
        value={`${value ?? ''}`}
        onInput={(event) => write(event.currentTarget.value)}
      />
    );
  const named = field.fact === 'name' ? { autocomplete: 'name' as const } : {};
  const { min, max } = field.type === 'date' ? field : {};
  return (
    <input
      {...common}
      {...named}
      {...kinds[field.type]}
      {...(min && { min })}
      {...(max && { max })}
      dir="auto"
      value={`${value ?? ''}`}
      onInput={(event) => write(event.currentTarget.value)}
    />
  );
}
