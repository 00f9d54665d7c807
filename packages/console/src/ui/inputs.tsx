import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

interface LabelledProps {
  label: string;
  hint?: string;
  children(id: string): ComponentChildren;
}

function Labelled({ label, hint, children }: LabelledProps) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children(id)}
      {hint && (
        <p id={`${id}-hint`} class="field-hint">
          {hint}
        </p>
      )}
    </div>
  );
}

interface ValueProps<T> {
  label: string;
  hint?: string;
  value: T;
  onValue(value: T): void;
}

const hintOf = (id: string, hint: string | undefined) =>
  hint ? { 'aria-describedby': `${id}-hint` } : {};

interface LineProps extends ValueProps<string> {
  type?: 'text' | 'date' | 'time' | 'color';
  placeholder?: string;
  maxLength?: number;
  list?: string;
}

/** One line of text, a date or a colour. */
export function LineField({ label, hint, value, onValue, type = 'text', ...rest }: LineProps) {
  return (
    <Labelled label={label} {...(hint ? { hint } : {})}>
      {(id) => (
        <input
          id={id}
          class={type === 'color' ? 'input input-colour' : 'input'}
          // Preact types every kind of input by itself and takes no union of them.
          type={type as 'text'}
          autocomplete="off"
          value={value}
          onInput={({ currentTarget }) => onValue(currentTarget.value)}
          {...hintOf(id, hint)}
          {...rest}
        />
      )}
    </Labelled>
  );
}

interface NumberProps extends ValueProps<number | undefined> {
  min?: number;
  max?: number;
}

/** A whole number, or none. */
export function NumberField({ label, hint, value, onValue, min = 0, max }: NumberProps) {
  return (
    <Labelled label={label} {...(hint ? { hint } : {})}>
      {(id) => (
        <input
          id={id}
          class="input"
          type="number"
          inputMode="numeric"
          min={min}
          max={max}
          step={1}
          value={value ?? ''}
          onInput={({ currentTarget: { value: text } }) =>
            onValue(text === '' ? undefined : Math.round(Number(text)))
          }
          {...hintOf(id, hint)}
        />
      )}
    </Labelled>
  );
}

/** Several lines of text. */
export function TextField({ label, hint, value, onValue, maxLength }: LineProps) {
  return (
    <Labelled label={label} {...(hint ? { hint } : {})}>
      {(id) => (
        <textarea
          id={id}
          class="input input-lines"
          dir="auto"
          rows={2}
          maxLength={maxLength}
          value={value}
          onInput={({ currentTarget }) => onValue(currentTarget.value)}
          {...hintOf(id, hint)}
        />
      )}
    </Labelled>
  );
}

/** One thing a line; kept as typed, handed on without what is empty. */
export function LinesField(props: ValueProps<string[]>) {
  const { value, onValue, ...rest } = props;
  return (
    <TextField
      {...rest}
      value={value.join('\n')}
      onValue={(text) => onValue(text === '' ? [] : text.split('\n'))}
    />
  );
}

interface SelectProps<T extends string> extends ValueProps<T> {
  options: readonly (readonly [value: T, label: string])[];
}

/** One of a few. */
export function SelectField<T extends string>(props: SelectProps<T>) {
  const { label, hint, value, onValue, options } = props;
  return (
    <Labelled label={label} {...(hint ? { hint } : {})}>
      {(id) => (
        <select
          id={id}
          class="input"
          value={value}
          onChange={({ currentTarget }) => onValue(currentTarget.value as T)}
          {...hintOf(id, hint)}
        >
          {options.map(([option, text]) => (
            <option key={option} value={option}>
              {text}
            </option>
          ))}
        </select>
      )}
    </Labelled>
  );
}

interface CheckProps {
  label: string;
  isOn: boolean;
  onChange(isOn: boolean): void;
}

/** Yes or no, in a line. */
export function CheckField({ label, isOn, onChange }: CheckProps) {
  return (
    <label class="check">
      <input
        type="checkbox"
        checked={isOn}
        onChange={({ currentTarget }) => onChange(currentTarget.checked)}
      />
      <span>{label}</span>
    </label>
  );
}
