import type { ComponentChildren } from 'preact';
import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { isComposing } from '../lib/typing.ts';
import { Dialog } from './Dialog.tsx';
import { CloseIcon, SearchIcon } from './icons.tsx';

export interface Option {
  id: string;
  label: string;
  /** Heading it stands under; options of one group follow each other. */
  group?: string;
  /** Before the label. */
  lead?: ComponentChildren;
  /** At the other end of the row. */
  trail?: ComponentChildren;
  /** Indexes of the label's characters that matched what was typed. */
  marks?: readonly number[];
  isChecked?: boolean;
}

interface PickerProps<O extends Option> {
  label: string;
  placeholder: string;
  query: string;
  options: readonly O[];
  onQuery(query: string): void;
  onPick(option: O): void;
  onClose(): void;
  /** Several can be chosen one after the other. */
  isMultiple?: boolean;
  /** Shown when nothing fits. */
  empty: string;
  children?: ComponentChildren;
}

const steps: Record<string, (at: number, count: number) => number> = {
  ArrowDown: (at, count) => (at + 1) % count,
  ArrowUp: (at, count) => (at - 1 + count) % count,
  Home: () => 0,
  End: (_at, count) => count - 1,
  PageDown: (at, count) => Math.min(at + 8, count - 1),
  PageUp: (at) => Math.max(at - 8, 0),
};

/** A field with a list under it: type to narrow, arrows to move, Enter to take (ARIA combobox). */
export function Picker<O extends Option>(props: PickerProps<O>) {
  const { label, placeholder, query, options, onQuery, onPick, onClose, empty, children } = props;
  const listId = useId();
  const [active, setActive] = useState(0);
  const at = Math.min(active, Math.max(0, options.length - 1));
  const current = options[at];

  function onKeyDown(event: KeyboardEvent): void {
    if (isComposing(event)) return;
    const step = steps[event.key];
    if (step && options.length > 0) setActive(step(at, options.length));
    else if (event.key === 'Enter' && current) onPick(current);
    else return;
    event.preventDefault();
  }

  return (
    <Dialog label={label} onClose={onClose} kind="picker">
      <div class="picker-field">
        <SearchIcon size={20} />
        <input
          class="picker-input"
          role="combobox"
          aria-label={label}
          aria-expanded="true"
          aria-controls={listId}
          aria-autocomplete="list"
          aria-activedescendant={current ? `${listId}-${at}` : undefined}
          autofocus
          autocomplete="off"
          spellcheck={false}
          placeholder={placeholder}
          value={query}
          onKeyDown={onKeyDown}
          onInput={({ currentTarget }) => {
            setActive(0);
            onQuery(currentTarget.value);
          }}
        />
        <button type="button" class="picker-close" onClick={onClose}>
          <kbd>Esc</kbd>
          <CloseIcon />
          <span class="sr-only">, close</span>
        </button>
      </div>
      <OptionList {...props} listId={listId} active={at} onActive={setActive} />
      {options.length === 0 && (
        <p class="picker-empty" role="status">
          {empty}
        </p>
      )}
      {children}
    </Dialog>
  );
}

interface OptionListProps<O extends Option>
  extends Pick<PickerProps<O>, 'label' | 'options' | 'onPick' | 'isMultiple'> {
  listId: string;
  active: number;
  onActive(at: number): void;
}

function OptionList<O extends Option>({
  label,
  options,
  listId,
  active,
  ...rest
}: OptionListProps<O>) {
  const list = useRef<HTMLDivElement>(null);
  // Other options under the same number move it, too.
  useLayoutEffect(() => {
    list.current?.querySelector('[aria-selected=true]')?.scrollIntoView?.({ block: 'nearest' });
  }, [active, options]);
  const groups = [...new Set(options.map(({ group }) => group ?? ''))];
  return (
    <div
      ref={list}
      id={listId}
      class="picker-list"
      role="listbox"
      aria-label={label}
      aria-multiselectable={rest.isMultiple ? 'true' : undefined}
    >
      {groups.map((group) => (
        // biome-ignore lint/a11y/useSemanticElements: a listbox takes groups and no fieldsets
        <div role="group" aria-label={group || label} key={group} class="picker-group">
          {group && (
            <div class="picker-heading" aria-hidden="true">
              {group}
            </div>
          )}
          {options.map((option, at) =>
            (option.group ?? '') === group ? (
              <OptionRow
                key={option.id}
                id={`${listId}-${at}`}
                option={option}
                isActive={at === active}
                onPick={() => rest.onPick(option)}
                onActive={() => rest.onActive(at)}
              />
            ) : null,
          )}
        </div>
      ))}
    </div>
  );
}

interface OptionRowProps {
  id: string;
  option: Option;
  isActive: boolean;
  onPick(): void;
  onActive(): void;
}

function OptionRow({ id, option, isActive, onPick, onActive }: OptionRowProps) {
  const { label, lead, trail, marks, isChecked } = option;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the field above has the focus and takes the keys
    // biome-ignore lint/a11y/useFocusableInteractive: named by aria-activedescendant instead
    <div
      id={id}
      role="option"
      class="picker-option"
      aria-selected={isActive}
      aria-checked={isChecked}
      onClick={onPick}
      onMouseMove={() => {
        if (!isActive) onActive();
      }}
    >
      {lead && <span class="picker-lead">{lead}</span>}
      <span class="picker-label">
        <bdi>{marks && marks.length > 0 ? mark(label, marks) : label}</bdi>
      </span>
      {trail && <span class="picker-trail">{trail}</span>}
    </div>
  );
}

const mark = (label: string, marks: readonly number[]): ComponentChildren[] =>
  [...label.split('')].map((char, i) => (marks.includes(i) ? <mark>{char}</mark> : char));
