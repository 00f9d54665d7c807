import { useId, useState } from 'preact/hooks';
import { isPattern } from '../lib/patterns.ts';
import { isComposing } from '../lib/typing.ts';
import { CloseIcon } from './icons.tsx';

export interface Suggestion {
  name: string;
  about: string;
}

interface TypesFieldProps {
  label: string;
  hint?: string;
  placeholder?: string;
  patterns: readonly string[];
  suggestions: readonly Suggestion[];
  onChange(patterns: string[]): void;
  isInvalid?: boolean;
}

const SHOWN = 60;

const familyOf = (name: string): string => `${name.split('.')[0]}.*`;

/** What the catalogue names, each family before its members. */
export const withFamilies = (types: readonly Suggestion[]): Suggestion[] => {
  const families = [...new Set(types.map(({ name }) => familyOf(name)))];
  return families.flatMap((family) => [
    { name: family, about: `Everything that begins with “${family.slice(0, -1)}”` },
    ...types.filter(({ name }) => familyOf(name) === family),
  ]);
};

const isGlob = (text: string): boolean => isPattern(text) && text.endsWith('*');

/** Half a word names nothing; a beginning may well be one the catalogue has no example for. */
const isMeant = (text: string, { suggestions }: TypesFieldProps): boolean =>
  isGlob(text) || suggestions.some(({ name }) => name === text);

function offers(text: string, { patterns, suggestions }: TypesFieldProps): Suggestion[] {
  const wanted = text.trim().toLowerCase();
  const found = suggestions
    .filter(({ name }) => name.includes(wanted) && !patterns.includes(name))
    .slice(0, SHOWN);
  const isNew = isGlob(wanted) && !suggestions.some(({ name }) => name === wanted);
  return isNew && !patterns.includes(wanted)
    ? [...found, { name: wanted, about: 'As typed' }]
    : found;
}

interface Typing {
  text: string;
  options: readonly Suggestion[];
  /** Which option Enter takes; -1: none. */
  at: number;
  type(text: string): void;
  add(name: string): void;
  open(isOpen: boolean): void;
  onKeyDown(event: KeyboardEvent): void;
}

/** What is typed, what it could become, and what keys do about it. */
function useTyping(props: TypesFieldProps): Typing {
  const { patterns, onChange } = props;
  const [text, setText] = useState('');
  const [isOpen, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const options = isOpen ? offers(text, props) : [];
  const at = Math.min(active, options.length - 1);

  const type = (value: string) => {
    setText(value);
    setActive(value.trim() === '' ? -1 : 0);
    setOpen(true);
  };
  const add = (name: string) => {
    if (!isMeant(name, props)) return;
    if (!patterns.includes(name)) onChange([...patterns, name]);
    type('');
    setOpen(false);
  };
  const move = (to: number) => {
    setOpen(true);
    setActive(to);
  };
  /** Each says whether the key was meant for the field. */
  const keys: Record<string, () => boolean> = {
    ArrowDown() {
      move(at + 1 < options.length ? at + 1 : 0);
      return true;
    },
    ArrowUp() {
      move(at > 0 ? at - 1 : options.length - 1);
      return true;
    },
    Enter() {
      const name = options[at]?.name ?? text.trim();
      add(name);
      return name !== '';
    },
    ','() {
      add(text.trim());
      return true;
    },
    Escape() {
      setOpen(false);
      return options.length > 0;
    },
    Backspace() {
      if (text !== '' || patterns.length === 0) return false;
      onChange(patterns.slice(0, -1));
      return true;
    },
  };
  return {
    text,
    options,
    at,
    type,
    add,
    open(isOpen) {
      setOpen(isOpen);
      setActive(-1);
    },
    onKeyDown(event) {
      if (isComposing(event) || !keys[event.key]?.()) return;
      event.preventDefault();
      event.stopPropagation();
    },
  };
}

/** Names of events, or their beginnings, one after the other (ARIA combobox). */
export function TypesField(props: TypesFieldProps) {
  const { label, hint, placeholder, patterns, onChange, isInvalid } = props;
  const id = useId();
  const { text, options, at, type, add, open, onKeyDown } = useTyping(props);
  return (
    <div class="field types">
      <label for={id}>{label}</label>
      <div class="types-box">
        {patterns.map((name) => (
          <Chip
            key={name}
            name={name}
            onRemove={() => onChange(patterns.filter((it) => it !== name))}
          />
        ))}
        <input
          id={id}
          class="types-input"
          role="combobox"
          aria-expanded={options.length > 0}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={options[at] ? `${id}-${at}` : undefined}
          aria-describedby={hint ? `${id}-hint` : undefined}
          aria-invalid={isInvalid}
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          placeholder={patterns.length === 0 ? placeholder : undefined}
          value={text}
          onInput={({ currentTarget }) => type(currentTarget.value)}
          onClick={() => open(true)}
          onBlur={() => {
            add(text.trim());
            open(false);
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <Offers id={id} label={label} options={options} active={at} onPick={add} />
      {hint && (
        <p class="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}

function Chip({ name, onRemove }: { name: string; onRemove(): void }) {
  return (
    <span class="type-chip">
      <bdi>{name}</bdi>
      <button type="button" aria-label={`Remove ${name}`} onClick={onRemove}>
        <CloseIcon size={14} />
      </button>
    </span>
  );
}

interface OffersProps {
  id: string;
  label: string;
  options: readonly Suggestion[];
  active: number;
  onPick(name: string): void;
}

function Offers({ id, label, options, active, onPick }: OffersProps) {
  return (
    <div
      id={`${id}-list`}
      class="types-list"
      role="listbox"
      aria-label={label}
      hidden={options.length === 0}
      // The field keeps the focus, and with it what is typed in it.
      onMouseDown={(event) => event.preventDefault()}
    >
      {options.map(({ name, about }, at) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the field above has the focus and takes the keys
        // biome-ignore lint/a11y/useFocusableInteractive: named by aria-activedescendant instead
        <div
          key={name}
          id={`${id}-${at}`}
          role="option"
          class="types-option"
          aria-selected={at === active}
          ref={at === active ? reveal : null}
          onClick={() => onPick(name)}
        >
          <span class="types-name">{name}</span>
          <span class="types-about">{about}</span>
        </div>
      ))}
    </div>
  );
}

const reveal = (option: HTMLElement | null): void => option?.scrollIntoView?.({ block: 'nearest' });
