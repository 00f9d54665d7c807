import { useState } from 'preact/hooks';
import { fuzzy } from '../../lib/fuzzy.ts';
import { useDesk, useStore } from '../../store/context.ts';
import { myId, openRow } from '../../store/state.ts';
import { Avatar } from '../../ui/Avatar.tsx';
import { CheckIcon, PersonIcon } from '../../ui/icons.tsx';
import { Kbd } from '../../ui/Kbd.tsx';
import { type Option, Picker } from '../../ui/Picker.tsx';

interface Choice extends Option {
  agent: string | null;
}

/** Who shall answer. */
export function AssignPicker() {
  const { outgoing, preferences } = useDesk();
  const me = useStore(myId);
  const team = useStore((state) => state.team);
  const online = useStore(({ presence }) => presence.online);
  const assignee = useStore((state) => openRow(state)?.assignee ?? null);
  const [query, setQuery] = useState('');
  const close = () => preferences.overlay(null);
  const isOnline = (id: string) => online.some((person) => person.id === id);
  const sorted = [...team].sort(
    (a, b) =>
      Number(b.id === me) - Number(a.id === me) ||
      Number(isOnline(b.id)) - Number(isOnline(a.id)) ||
      a.name.localeCompare(b.name),
  );
  const choices: Choice[] = [
    ...sorted.map(({ id, name }) => ({
      id,
      agent: id,
      label: id === me ? `${name} (you)` : name,
      lead: <Avatar id={id} name={name} size={24} isOnline={isOnline(id)} />,
      trail:
        id === assignee ? (
          <CheckIcon />
        ) : id === me ? (
          <Kbd keys="i" />
        ) : isOnline(id) ? (
          'Online'
        ) : null,
    })),
    ...(assignee
      ? [
          {
            id: 'nobody',
            agent: null,
            label: 'Nobody',
            lead: <PersonIcon size={20} />,
            trail: 'Unassign',
          },
        ]
      : []),
  ];
  return (
    <Picker
      label="Assign to"
      placeholder="Assign to…"
      query={query}
      options={choices.filter(({ label }) => fuzzy(query, label))}
      onQuery={setQuery}
      onPick={({ agent }) => {
        close();
        if (agent !== assignee) outgoing.assign(agent);
      }}
      onClose={close}
      empty="Nobody of that name is in the team."
    />
  );
}
