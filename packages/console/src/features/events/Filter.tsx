import { useEffect, useId, useState } from 'preact/hooks';
import { isId } from '../../lib/patterns.ts';
import { type EventFilter, NO_FILTER } from '../../store/place.ts';
import { Button } from '../../ui/Button.tsx';
import { type Suggestion, TypesField, withFamilies } from '../../ui/TypesField.tsx';

interface FilterProps {
  filter: EventFilter;
  catalogue: readonly Suggestion[];
  onChange(filter: EventFilter): void;
}

/** Which events are shown; the address bar says the same, so that a link keeps it. */
export function Filter({ filter, catalogue, onChange }: FilterProps) {
  const isSet = filter.types.length > 0 || filter.contact !== null || filter.conversation !== null;
  return (
    <search class="filter" aria-label="Filter">
      <TypesField
        label="Types"
        placeholder="All; type for message.*, contact.identified…"
        patterns={filter.types}
        suggestions={withFamilies(catalogue)}
        onChange={(types) => onChange({ ...filter, types })}
      />
      <IdField
        label="Conversation"
        value={filter.conversation}
        onChange={(conversation) => onChange({ ...filter, conversation })}
      />
      <IdField
        label="Contact"
        value={filter.contact}
        onChange={(contact) => onChange({ ...filter, contact })}
      />
      <span class="filter-clear">
        <Button disabled={!isSet} onClick={() => onChange(NO_FILTER)}>
          Clear
        </Button>
      </span>
    </search>
  );
}

interface IdFieldProps {
  label: string;
  value: string | null;
  onChange(value: string | null): void;
}

/** Takes an id as soon as it is whole. */
function IdField({ label, value, onChange }: IdFieldProps) {
  const id = useId();
  const [text, setText] = useState(value ?? '');
  useEffect(() => setText(value ?? ''), [value]);
  const isWrong = text !== '' && !isId(text);
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        class="input filter-id"
        type="text"
        placeholder="Any; paste an id"
        autocomplete="off"
        spellcheck={false}
        value={text}
        aria-invalid={isWrong}
        onInput={({ currentTarget }) => {
          const typed = currentTarget.value.trim().toLowerCase();
          setText(typed);
          if (typed === '') onChange(null);
          else if (isId(typed)) onChange(typed);
        }}
        onBlur={() => {
          if (isWrong) setText(value ?? '');
        }}
      />
    </div>
  );
}
