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

function choicesFor(query: string, chosen: readonly string[], known: readonly string[]): Choice[] {
  const wanted = query.trim().slice(0, LIMITS.tagChars);
  const tags = [...new Set([...chosen, ...known])];
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
  if (wanted === '' || tags.includes(wanted)) return choices;
  const created = {
    id: ` ${wanted}`,
    tag: wanted,
    label: `Create “${wanted}”`,
    isChecked: false,
    lead: <PlusIcon />,
  };
  return [...choices, created];
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
        if (isFull && !isChecked) return;
        const tags = isChecked ? chosen.filter((other) => other !== tag) : [...chosen, tag];
        setChosen(tags);
        setQuery('');
        outgoing.tag(tags);
      }}
      onClose={() => preferences.overlay(null)}
      isMultiple
      empty="No tags yet. Type one to create it."
    >
      <p class="picker-foot picker-hint">
        {isFull
          ? `${LIMITS.tags} tags are the most a conversation can have.`
          : 'Enter sets or removes. Esc closes.'}
      </p>
    </Picker>
  );
}
