import type { RoutingBoard } from '@throughline/shared/schema';
import { nameOf } from '../../lib/person.ts';
import { duePromise } from '../../lib/promise.ts';
import { spanText } from '../../lib/wait.ts';
import { useStore } from '../../store/context.ts';
import { teamName } from '../../store/state.ts';
import { Avatar } from '../../ui/Avatar.tsx';
import { ConversationLink } from './ConversationLink.tsx';

type Promised = RoutingBoard['promises'][number];

const MINUTE_MS = 60_000;

interface PromisesProps {
  promises: readonly Promised[];
  now: number;
}

/** What is owed next. */
export function Promises({ promises, now }: PromisesProps) {
  return (
    <section class="board-part" aria-labelledby="board-promises">
      <h2 id="board-promises">Promised next</h2>
      {promises.length === 0 && <p class="board-none">Nothing is promised.</p>}
      <ul>
        {promises.map((promised) => (
          <PromiseRow
            key={`${promised.conversation} ${promised.what} ${promised.dueAt}`}
            promised={promised}
            now={now}
          />
        ))}
      </ul>
    </section>
  );
}

function PromiseRow({ promised, now }: { promised: Promised; now: number }) {
  const { conversation, contact, assignee, dueAt } = promised;
  const owner = useStore((state) => (assignee ? teamName(state, assignee) : undefined));
  const leftMs = dueAt - now;
  return (
    <li>
      <ConversationLink to={conversation}>
        <Avatar id={contact.id} name={contact.name} size={28} />
        <span class="seat-words">
          <span class="seat-name">
            <bdi>{nameOf(contact)}</bdi>
          </span>
          <span class="seat-status">
            {duePromise([promised], now)}
            {owner && ` · ${owner}`}
          </span>
        </span>
        <span class={`seat-load ${leftMs < 15 * MINUTE_MS ? 'is-full' : ''}`}>
          {leftMs <= 0
            ? 'now'
            : `in ${spanText(Math.max(MINUTE_MS, leftMs - (leftMs % MINUTE_MS)))}`}
        </span>
      </ConversationLink>
    </li>
  );
}
