import { useMemo, useState } from 'preact/hooks';
import { useDesk, useStore } from '../../store/context.ts';
import { Kbd } from '../../ui/Kbd.tsx';
import { Picker } from '../../ui/Picker.tsx';
import { type Entry, entriesOf, search } from './entries.ts';
import { leadOf } from './lead.tsx';

/** Everything one can do, and the conversations one was in, by a few letters of their names. */
export function Palette() {
  const desk = useDesk();
  const { store, preferences } = desk;
  const inbox = useStore((state) => state.inbox);
  const [query, setQuery] = useState('');
  // Rows are among what is offered, so the list follows the inbox.
  const options = useMemo(
    () =>
      search(entriesOf(store.getState(), query), query).map((entry) => ({
        ...entry,
        lead: leadOf(entry),
        trail: entry.keys ? <Kbd keys={entry.keys} /> : entry.remark,
      })),
    [query, inbox, store],
  );
  const close = () => preferences.overlay(null);
  return (
    <Picker<(typeof options)[number] & Entry>
      label="Commands and conversations"
      placeholder="What do you want to do?"
      query={query}
      options={options}
      onQuery={setQuery}
      onPick={({ run }) => {
        close();
        run(desk);
      }}
      onClose={close}
      empty="Nothing like that. Try fewer letters."
    />
  );
}
