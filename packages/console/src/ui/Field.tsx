import { useId } from 'preact/hooks';

interface FieldProps {
  label: string;
  type: 'text' | 'email' | 'password';
  value: string;
  onValue(value: string): void;
  autocomplete: string;
  hint?: string;
  minLength?: number;
  isReadOnly?: boolean;
  isFirst?: boolean;
}

export function Field({ label, type, value, onValue, hint, ...rest }: FieldProps) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        class="input"
        // Preact types every kind of input by itself and takes no union of them.
        type={type as 'text'}
        required
        value={value}
        autocomplete={rest.autocomplete}
        minLength={rest.minLength}
        readOnly={rest.isReadOnly}
        autofocus={rest.isFirst}
        aria-describedby={hint ? `${id}-hint` : undefined}
        onInput={({ currentTarget }) => onValue(currentTarget.value)}
      />
      {hint && (
        <p id={`${id}-hint`} class="field-hint">
          {hint}
        </p>
      )}
    </div>
  );
}
