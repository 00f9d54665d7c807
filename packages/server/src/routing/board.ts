import type { AgentStatus, RoutingBoard } from '@throughline/shared/schema';
import { type Conversation, holderOf } from '../conversations/queries.ts';
import type { CompiledQueue, CompiledRouting } from '../settings/routing/compile.ts';
import type { Target } from '../settings/routing/target.ts';

type Promised = Omit<RoutingBoard['promises'][number], 'contact'>;

/** How things stand; whose promises they are, whoever asks looks up. */
export interface Board extends Omit<RoutingBoard, 'promises'> {
  promises: Promised[];
}

/** What is shown of a conversation that is open. */
type Entry = Pick<Conversation, 'unansweredSince' | 'offer' | 'promises' | 'assignee'> & {
  queue: string | undefined;
  target: Target | undefined;
};

interface Surroundings {
  routing: CompiledRouting | undefined;
  now: number;
  statusOf(agent: string): AgentStatus;
  heldBy(agent: string): ReadonlySet<string>;
}

/** What waits, as it was seen last: taken by hand or brought to somebody, it is the same wait. */
export interface Ledger {
  see(row: Conversation, target: Target | undefined): void;
  clear(): void;
  board(around: Surroundings): Board;
}

const PROMISES_SHOWN = 20;
const NOTHING: Board = { queues: [], agents: [], offers: [], promises: [] };

const least = (times: number[]): number | null => (times.length > 0 ? Math.min(...times) : null);

export function createLedger(): Ledger {
  const entries = new Map<string, Entry>();

  function boardOf(queue: CompiledQueue, waiting: Entry[], now: number): Board['queues'][number] {
    const { id, name, offer, firstReplyMs = null } = queue;
    const times = waiting.flatMap(({ unansweredSince }) => unansweredSince ?? []);
    const late = waiting.filter(({ target }) => target && target.dueAt <= now).length;
    const near = waiting.filter(({ target }) => target && target.soonAt <= now).length;
    const dues = waiting.flatMap(({ target }) => target?.dueAt ?? []);
    return {
      ...{ id, name, mode: offer.mode, firstReplyMs, late, soon: near - late },
      waiting: waiting.length,
      offered: waiting.filter((it) => it.offer !== null).length,
      oldestSince: least(times),
      nextDueAt: least(dues),
    };
  }

  return {
    see(row, target) {
      const isActive = row.status === 'open' || row.status === 'waiting';
      const { unansweredSince, offer, promises, assignee, waiting } = row;
      const queue = holderOf(row) === null || offer ? waiting?.queue : undefined;
      if (isActive && (queue !== undefined || promises.length > 0))
        entries.set(row.id, { unansweredSince, offer, promises, assignee, queue, target });
      else entries.delete(row.id);
    },
    clear: () => entries.clear(),
    board({ routing, now, statusOf, heldBy }) {
      if (!routing) return NOTHING;
      const all = [...entries];
      const byQueue = Map.groupBy(
        all.map(([, entry]) => entry),
        ({ queue }) => queue,
      );
      return {
        queues: [...routing.queues.values()].map((it) =>
          boardOf(it, byQueue.get(it.id) ?? [], now),
        ),
        agents: [...routing.agents.values()].map(({ id, capacity }) => {
          return { id, status: statusOf(id), load: heldBy(id).size, capacity };
        }),
        offers: all.flatMap(([conversation, { offer }]) =>
          offer ? [{ conversation, agent: offer.agent }] : [],
        ),
        promises: all
          .flatMap(([conversation, { assignee, promises }]) =>
            promises.map(({ what, dueAt }) => ({ conversation, assignee, what, dueAt })),
          )
          .sort((a, b) => a.dueAt - b.dueAt)
          .slice(0, PROMISES_SHOWN),
      };
    },
  };
}
