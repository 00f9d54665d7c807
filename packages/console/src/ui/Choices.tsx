import { useId } from 'preact/hooks';

export interface Choice<T> {
  value: T;
  title: string;
  text?: string;
}

interface GroupProps<T> {
  label: string;
  hint?: string;
  choices: readonly Choice<T>[];
}

interface RadioProps<T> extends GroupProps<T> {
  value: T;
  onChange(value: T): void;
}

/** One of several, each with a sentence about it. */
export function Radios<T extends string>({ value, onChange, ...group }: RadioProps<T>) {
  return (
    <Group
      {...group}
      type="radio"
      isTaken={(choice) => choice === value}
      onTake={(choice) => onChange(choice)}
    />
  );
}

interface ChecksProps<T> extends GroupProps<T> {
  values: readonly T[];
  onChange(values: T[]): void;
}

/** Any of several. */
export function Checks<T extends string>({ values, onChange, ...group }: ChecksProps<T>) {
  return (
    <Group
      {...group}
      type="checkbox"
      isTaken={(choice) => values.includes(choice)}
      onTake={(choice) =>
        onChange(
          values.includes(choice) ? values.filter((it) => it !== choice) : [...values, choice],
        )
      }
    />
  );
}

interface AllProps<T> extends GroupProps<T> {
  type: 'radio' | 'checkbox';
  isTaken(choice: T): boolean;
  onTake(choice: T): void;
}

function Group<T extends string>({ label, hint, choices, type, isTaken, onTake }: AllProps<T>) {
  const id = useId();
  return (
    <fieldset class="choices" aria-describedby={hint ? `${id}-hint` : undefined}>
      <legend>{label}</legend>
      {hint && (
        <p class="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      <div class="choices-list">
        {choices.map(({ value, title, text }) => (
          <label key={value} class="choice">
            <input
              // Preact types every kind of input by itself and takes no union of them.
              type={type as 'radio'}
              name={id}
              value={value}
              checked={isTaken(value)}
              aria-describedby={text ? `${id}-${value}` : undefined}
              aria-labelledby={`${id}-${value}-title`}
              onChange={() => onTake(value)}
            />
            <span class="choice-title" id={`${id}-${value}-title`}>
              {title}
            </span>
            {text && (
              <span class="choice-text" id={`${id}-${value}`}>
                {text}
              </span>
            )}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
