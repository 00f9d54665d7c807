import { useId, useLayoutEffect, useRef } from 'preact/hooks';

interface FieldProps {
  label: string;
  name: string;
  type: 'text' | 'email' | 'password' | 'url';
  value: string;
  onValue(value: string): void;
  autocomplete: string;
  placeholder?: string;
  isOptional?: boolean;
  maxLength?: number;
  hint?: string;
  minLength?: number;
  isReadOnly?: boolean;
  isInvalid?: boolean;
  /** Takes the focus when it appears. */
  isFirst?: boolean;
}

export function Field({ label, type, value, onValue, hint, ...rest }: FieldProps) {
  const id = useId();
  const ref = useRef<HTMLInputElement>(null);
  const { isFirst = false } = rest;
  // The browser's own `autofocus` works once a page.
  useLayoutEffect(() => {
    if (isFirst) ref.current?.focus();
  }, [isFirst]);
  return (
    <div class="field">
      <label for={id}>
        {label}
        {rest.isOptional && <span class="field-optional"> (optional)</span>}
      </label>
      <input
        id={id}
        ref={ref}
        class="input"
        name={rest.name}
        // Preact types every kind of input by itself and takes no union of them.
        type={type as 'text'}
        required={!rest.isOptional}
        value={value}
        autocomplete={rest.autocomplete}
        placeholder={rest.placeholder}
        minLength={rest.minLength}
        maxLength={rest.maxLength}
        readOnly={rest.isReadOnly}
        aria-invalid={rest.isInvalid}
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
