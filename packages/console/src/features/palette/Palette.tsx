import { useMemo, useState } from 'preact/hooks';
import { useDesk, useStore } from '../../store/context.ts';
import type { State } from '../../store/state.ts';
import { Kbd } from '../../ui/Kbd.tsx';
import { Picker } from '../../ui/Picker.tsx';
import { actions, type Entry, offers } from './entries.ts';
import { leadOf } from './lead.tsx';

/** Everything one can do, and the conversations one was in, by a few letters of their names. */
export const Palette = () => <Commands label="Commands and conversations" entriesOf={offers} />;

/** What can be done with the open conversation, where there is no room for a button each. */
export const Actions = () => <Commands label="Actions" entriesOf={actions} />;

interface CommandsProps {
  label: string;
  entriesOf(state: State, query: string): Entry[];
}

function Commands({ label, entriesOf }: CommandsProps) {
  const desk = useDesk();
  const { store, preferences } = desk;
  const inbox = useStore((state) => state.inbox);
  const [query, setQuery] = useState('');
  // Rows are among what is offered, so the list follows the inbox.
  const options = useMemo(
    () =>
      entriesOf(store.getState(), query).map((entry) => ({
        ...entry,
        lead: leadOf(entry),
        trail: entry.keys ? <Kbd keys={entry.keys} /> : entry.remark,
      })),
    [query, inbox, store, entriesOf],
  );
  const close = () => preferences.overlay(null);
  return (
    <Picker<(typeof options)[number] & Entry>
      label={label}
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
