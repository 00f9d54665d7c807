import type { RoutingBoard } from '@throughline/shared/schema';
import { useStore } from '../../store/context.ts';
import { myId, teamName } from '../../store/state.ts';
import { Avatar } from '../../ui/Avatar.tsx';

type Seat = RoutingBoard['agents'][number];

const order: readonly Seat['status'][] = ['available', 'away', 'offline'];
const words: Record<Seat['status'], string> = {
  available: 'Available',
  away: 'Away',
  offline: 'Offline',
};
/** Beyond this the number says more than a row of dots. */
const PIPS_MAX = 10;

/** Who may be given conversations, those with most room first. */
export function People({ agents }: { agents: readonly Seat[] }) {
  const sorted = [...agents].sort(
    (a, b) =>
      order.indexOf(a.status) - order.indexOf(b.status) ||
      a.load / a.capacity - b.load / b.capacity,
  );
  return (
    <section class="board-part" aria-labelledby="board-people">
      <h2 id="board-people">People</h2>
      {sorted.length === 0 && <p class="board-none">Nobody of the routing has an account.</p>}
      <ul>
        {sorted.map((seat) => (
          <PersonRow key={seat.id} seat={seat} />
        ))}
      </ul>
    </section>
  );
}

function PersonRow({ seat: { id, status, load, capacity } }: { seat: Seat }) {
  const name = useStore((state) => teamName(state, id)) ?? 'A colleague';
  const isMe = useStore(myId) === id;
  return (
    <li class={`seat seat-${status}`}>
      <Avatar id={id} name={name} size={28} status={status} />
      <span class="seat-words">
        <span class="seat-name">
          <bdi>{name}</bdi>
          {isMe && ' (you)'}
        </span>
        <span class="seat-status">{words[status]}</span>
      </span>
      {capacity <= PIPS_MAX && <Pips load={load} capacity={capacity} />}
      <span class={`seat-load ${load >= capacity ? 'is-full' : ''}`}>
        {load} of {capacity}
      </span>
    </li>
  );
}

function Pips({ load, capacity }: Pick<Seat, 'load' | 'capacity'>) {
  return (
    <span class="pips" aria-hidden="true">
      {Array.from({ length: capacity }, (_, i) => (
        <i key={i} class={i < load ? 'is-taken' : ''} />
      ))}
    </span>
  );
}
