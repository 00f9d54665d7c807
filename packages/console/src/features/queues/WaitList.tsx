import type { RoutingBoard } from '@throughline/shared/schema';
import { nameOf } from '../../lib/person.ts';
import { waitText } from '../../lib/wait.ts';
import { useDesk, useStore } from '../../store/context.ts';
import { myId, type State, teamName } from '../../store/state.ts';
import { Avatar } from '../../ui/Avatar.tsx';
import { Button } from '../../ui/Button.tsx';
import { ConversationLink } from './ConversationLink.tsx';

type Queue = RoutingBoard['queues'][number];
type First = Queue['first'][number];

interface WaitListProps {
  queue: Queue;
  now: number;
}

/** Whose turn is next, and what can be done about it by hand. */
export function WaitList({ queue: { id, name, first, waiting }, now }: WaitListProps) {
  const { preferences } = useDesk();
  if (first.length === 0) return null;
  const more = waiting - first.length;
  return (
    <>
      <ol class="waits" aria-label={`Next in ${name}`}>
        {first.map((it) => (
          <WaitRow
            key={it.conversation}
            first={it}
            now={now}
            onPass={() =>
              preferences.pass({ ...seenOf(it), assignee: null, queue: id, status: 'open' })
            }
          />
        ))}
      </ol>
      {more > 0 && <p class="board-none">{more} more after them.</p>}
    </>
  );
}

const seenOf = ({ conversation: id, epoch }: First) => ({ id, epoch });

/** Why it still waits, as far as it is more than that nobody was free. */
function reasonsFor({ offeredTo, heldFor, declined, need }: First, state: State): string[] {
  const name = (agent: string): string => teamName(state, agent) ?? 'a colleague';
  const needs = Object.entries(need).map(([what, value]) => `${what}: ${value}`);
  return [
    offeredTo && `offered to ${name(offeredTo)}`,
    !offeredTo && heldFor && `waits for ${name(heldFor)} first`,
    declined > 0 && `declined ${declined === 1 ? 'once' : `${declined} times`}`,
    needs.length > 0 && `needs ${needs.join(', ')}`,
  ].filter((it) => typeof it === 'string');
}

const targetWords = ({ dueAt, soonAt }: First, now: number): string | undefined => {
  if (dueAt !== null && dueAt <= now) return `past its target for ${waitText(dueAt, now)}`;
  return dueAt !== null && soonAt !== null && soonAt <= now
    ? `${waitText(now, dueAt)} left to its target`
    : undefined;
};

interface WaitRowProps {
  first: First;
  now: number;
  onPass(): void;
}

function WaitRow({ first, now, onPass }: WaitRowProps) {
  const { conversation, contact, since, dueAt } = first;
  const { outgoing, store } = useDesk();
  const me = useStore(myId);
  useStore(({ team }) => team);
  const target = targetWords(first, now);
  const name = nameOf(contact);
  const words = [target, ...reasonsFor(first, store.getState())].filter(Boolean).join(' · ');
  const tone = target ? (dueAt !== null && dueAt <= now ? 'late' : 'soon') : 'plain';
  return (
    <li class={`wait-row is-${tone}`}>
      <ConversationLink to={conversation}>
        <Avatar id={contact.id} name={contact.name} size={28} />
        <span class="seat-words">
          <span class="seat-name">
            <bdi>{name}</bdi>
          </span>
          {words && <span class="wait-why">{words}</span>}
        </span>
        <span class="seat-load">{waitText(since, now)}</span>
      </ConversationLink>
      <span class="wait-deeds">
        <Button aria-label={`Take ${name}`} onClick={() => outgoing.assign(me, seenOf(first))}>
          Take
        </Button>
        <Button aria-label={`Pass on ${name}`} onClick={onPass}>
          Pass on…
        </Button>
      </span>
    </li>
  );
}
