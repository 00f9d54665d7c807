import type { RoutingBoard } from '@throughline/shared/schema';
import { useEffect, useState } from 'preact/hooks';
import { fuzzy } from '../../lib/fuzzy.ts';
import { statusOf } from '../../store/availability.ts';
import { useDesk, useStore } from '../../store/context.ts';
import { myId, openRow } from '../../store/state.ts';
import { Avatar } from '../../ui/Avatar.tsx';
import { CheckIcon, PersonIcon } from '../../ui/icons.tsx';
import { Kbd } from '../../ui/Kbd.tsx';
import { type Option, Picker } from '../../ui/Picker.tsx';

type Seat = RoutingBoard['agents'][number];

const order: readonly (Seat['status'] | undefined)[] = ['available', 'away'];

/** What is known of somebody before one passes something on to them. */
function remark(status: Seat['status'] | undefined, seat: Seat | undefined): string | null {
  const words = { available: 'Available', away: 'Away', offline: seat ? 'Offline' : null };
  const load = seat && `${seat.load} of ${seat.capacity}`;
  return [status && words[status], load].filter(Boolean).join(' · ') || null;
}

interface Choice extends Option {
  agent: string | null;
}

/** Who shall answer. */
export function AssignPicker() {
  const { outgoing, preferences, board, store } = useDesk();
  const me = useStore(myId);
  const team = useStore((state) => state.team);
  const seats = useStore((state) => state.board.agents);
  useStore(({ presence }) => presence.online);
  const assignee = useStore((state) => openRow(state)?.assignee ?? null);
  const [query, setQuery] = useState('');
  const close = () => preferences.overlay(null);
  useEffect(() => void board.load(), [board]);
  const statusIn = (id: string) => statusOf(store.getState(), id);
  const rank = (id: string) => {
    const at = order.indexOf(statusIn(id));
    return at === -1 ? order.length : at;
  };
  const sorted = [...team].sort(
    (a, b) =>
      Number(b.id === me) - Number(a.id === me) ||
      rank(a.id) - rank(b.id) ||
      a.name.localeCompare(b.name),
  );
  const choices: Choice[] = [
    ...sorted.map(({ id, name }) => ({
      id,
      agent: id,
      label: id === me ? `${name} (you)` : name,
      lead: <Avatar id={id} name={name} size={24} status={statusIn(id)} />,
      trail:
        id === assignee ? (
          <CheckIcon />
        ) : id === me ? (
          <Kbd keys="i" />
        ) : (
          remark(
            statusIn(id),
            seats.find((seat) => seat.id === id),
          )
        ),
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
