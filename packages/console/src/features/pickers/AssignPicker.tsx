import type { RoutingBoard } from '@throughline/shared/schema';
import { useEffect, useState } from 'preact/hooks';
import { fuzzy } from '../../lib/fuzzy.ts';
import { statusOf } from '../../store/availability.ts';
import { useDesk, useStore } from '../../store/context.ts';
import { myId, openRow, type Passed } from '../../store/state.ts';
import { Avatar } from '../../ui/Avatar.tsx';
import { CheckIcon, PersonIcon, QueueIcon } from '../../ui/icons.tsx';
import { Kbd } from '../../ui/Kbd.tsx';
import { type Option, Picker } from '../../ui/Picker.tsx';
import { MoveDialog } from './MoveDialog.tsx';

type Seat = RoutingBoard['agents'][number];

const order: readonly (Seat['status'] | undefined)[] = ['available', 'away'];

/** What is known of somebody before one passes something on to them. */
function remark(status: Seat['status'] | undefined, seat: Seat | undefined): string | null {
  const words = { available: 'Available', away: 'Away', offline: seat ? 'Offline' : null };
  const load = seat && `${seat.load} of ${seat.capacity}`;
  return [status && words[status], load].filter(Boolean).join(' · ') || null;
}

/** Somebody, nobody, or a queue. */
type Choice = Option & ({ agent: string | null } | { queue: string });

const nobody: Choice = {
  ...{ id: 'nobody', agent: null, label: 'Nobody', trail: 'Unassign' },
  lead: <PersonIcon size={20} />,
};

/** Where it can wait instead of where it is. */
const queueChoices = (queues: RoutingBoard['queues'], here: string | null): Choice[] =>
  queues.map(({ id, name, waiting }) => ({
    ...{ id: `queue ${id}`, queue: id, label: name, group: 'Move to a queue' },
    lead: <QueueIcon size={20} />,
    trail: id === here ? <CheckIcon /> : `${waiting} waiting`,
  }));

interface PassProps {
  passed: Passed;
  onClose(): void;
}

/** Who shall answer, or where it is to wait; for a queue there is a note to write. */
export function AssignPicker() {
  const { preferences } = useDesk();
  const passed = useStore((state) => state.passed ?? openRow(state));
  const [queue, setQueue] = useState<string>();
  const onClose = () => preferences.overlay(null);
  if (!passed) return null;
  return queue === undefined ? (
    <Choosing passed={passed} onClose={onClose} onQueue={setQueue} />
  ) : (
    <MoveDialog passed={passed} queue={queue} onClose={onClose} />
  );
}

function Choosing({ passed, onClose, onQueue }: PassProps & { onQueue(queue: string): void }) {
  const { outgoing, board, store } = useDesk();
  const { assignee, queue: here } = passed;
  const me = useStore(myId);
  const team = useStore((state) => state.team);
  const { agents: seats, queues } = useStore((state) => state.board);
  const isOpen = ['open', 'waiting'].includes(passed.status);
  useStore(({ presence }) => presence.online);
  const [query, setQuery] = useState('');
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
    ...(assignee ? [nobody] : []),
    ...(isOpen ? queueChoices(queues, here) : []),
  ];
  return (
    <Picker
      label="Assign to"
      placeholder="Assign to, or move to a queue…"
      query={query}
      options={choices.filter(({ label }) => fuzzy(query, label))}
      onQuery={setQuery}
      onPick={(choice) => {
        if ('queue' in choice && choice.queue !== here) return onQueue(choice.queue);
        onClose();
        if ('agent' in choice && choice.agent !== assignee) outgoing.assign(choice.agent, passed);
      }}
      onClose={onClose}
      empty="Nobody in the team and no queue has that name."
    />
  );
}
