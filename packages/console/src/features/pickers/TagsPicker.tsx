import { LIMITS } from '@throughline/shared';
import { useState } from 'preact/hooks';
import { fuzzy } from '../../lib/fuzzy.ts';
import { useDesk, useStore } from '../../store/context.ts';
import { knownTags } from '../../store/select.ts';
import { openRow } from '../../store/state.ts';
import { CheckIcon, PlusIcon, TagIcon } from '../../ui/icons.tsx';
import { type Option, Picker } from '../../ui/Picker.tsx';

interface Choice extends Option {
  tag: string;
}

/** What can be set or taken off; once no more fit, only the latter. */
function choicesFor(query: string, chosen: readonly string[], known: readonly string[]): Choice[] {
  const wanted = query.trim();
  const isFull = chosen.length >= LIMITS.tags;
  const tags = isFull ? chosen : [...new Set([...chosen, ...known])];
  const choices = tags
    .filter((tag) => fuzzy(query, tag))
    .map((tag) => {
      const isChecked = chosen.includes(tag);
      return {
        id: tag,
        tag,
        label: tag,
        isChecked,
        lead: <TagIcon />,
        trail: isChecked && <CheckIcon />,
      };
    });
  const isNew = wanted !== '' && !tags.includes(wanted);
  if (!isNew || isFull || wanted.length > LIMITS.tagChars) return choices;
  const created = {
    id: ` ${wanted}`,
    tag: wanted,
    label: `Create “${wanted}”`,
    isChecked: false,
    lead: <PlusIcon />,
  };
  return [...choices, created];
}

function whyNone(query: string, isFull: boolean): string {
  const { length } = query.trim();
  if (isFull) return 'Take one off before you add another.';
  return length > LIMITS.tagChars
    ? `A tag has ${LIMITS.tagChars} characters at most; this has ${length}.`
    : 'No tags yet. Type one to create it.';
}

/** Tags, each set or taken off at once; the list stays open for the next. */
export function TagsPicker() {
  const { outgoing, preferences, store } = useDesk();
  const known = useStore(knownTags);
  // What was chosen here counts; the row follows a moment later.
  const [chosen, setChosen] = useState(() => openRow(store.getState())?.tags ?? []);
  const [query, setQuery] = useState('');
  const isFull = chosen.length >= LIMITS.tags;
  return (
    <Picker
      label="Tags"
      placeholder="Add or remove a tag…"
      query={query}
      options={choicesFor(query, chosen, known)}
      onQuery={setQuery}
      onPick={({ tag, isChecked }) => {
        const tags = isChecked ? chosen.filter((other) => other !== tag) : [...chosen, tag];
        setChosen(tags);
        setQuery('');
        outgoing.tag(tags);
      }}
      onClose={() => preferences.overlay(null)}
      isMultiple
      empty={whyNone(query, isFull)}
    >
      <p class="picker-foot picker-hint">
        {isFull
          ? `${LIMITS.tags} tags are the most a conversation can have.`
          : 'Enter sets or removes. Esc closes.'}
      </p>
    </Picker>
  );
}
