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
type Entry = Pick<Conversation, 'unansweredSince' | 'offer' | 'assignee'> & {
  promises: Owed[];
  queue: string | undefined;
  target: Target | undefined;
  contact: string;
  broken: Conversation['service']['broken'];
  credit: { base: number; rate: number };
};

interface Owed {
  what: 'reply' | 'call_back';
  dueAt: number;
}

/** What the business owes; what its visitor does is another page's matter. */
const owedIn = ({ promises }: Conversation): Owed[] =>
  promises.flatMap(({ owner, what, dueAt }) =>
    owner === 'business' && what !== 'payment' ? [{ what, dueAt }] : [],
  );

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
  /** What visitors can be told: where theirs stands in its line, and what they were promised. */
  standings(now: number): Standing[];
}

export interface Standing extends Pick<Entry, 'contact' | 'queue' | 'promises' | 'broken'> {
  conversation: string;
  place: number | null;
}

const PROMISES_SHOWN = 20;
const NOTHING: Board = { queues: [], agents: [], offers: [], promises: [] };

const least = (times: number[]): number | null => (times.length > 0 ? Math.min(...times) : null);

/** Who is further behind is not told where: it changes too much to mean anything. */
const PLACES_MAX = 50;
/** In a line longer than that nobody is told. */
const LINE_MAX = 5000;

/** By what their wait counts, as those who have room take them. */
function placesIn(line: readonly [string, Entry][], now: number): Map<string, number> {
  if (line.length > LINE_MAX) return new Map();
  const counts = line.map(([id, { credit, unansweredSince }]): [string, number] => [
    id,
    credit.base + (credit.rate * (now - (unansweredSince ?? now))) / 1000,
  ]);
  const sorted = counts.sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1));
  return new Map(sorted.slice(0, PLACES_MAX).map(([id], i) => [id, i + 1]));
}

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
      const { unansweredSince, offer, assignee, waiting, contact } = row;
      const promises = owedIn(row);
      const { broken } = row.service;
      const credit = { base: waiting?.base ?? 0, rate: waiting?.rate ?? 1 };
      // Who has been answered by somebody who did not take it waits for nobody.
      const waits = unansweredSince !== null && (holderOf(row) === null || offer);
      const queue = waits ? waiting?.queue : undefined;
      const says = queue !== undefined || promises.length > 0 || broken !== null;
      const known = { unansweredSince, offer, promises, assignee, queue, target };
      if (isActive && says) entries.set(row.id, { ...known, contact, broken, credit });
      else entries.delete(row.id);
    },
    clear: () => entries.clear(),
    standings(now) {
      const lines = Map.groupBy(entries, ([, { queue }]) => queue);
      return [...lines].flatMap(([queue, line]) => {
        const places = queue === undefined ? new Map<string, number>() : placesIn(line, now);
        return line.map(([conversation, { contact, promises, broken }]) => {
          const place = places.get(conversation) ?? null;
          return { conversation, contact, queue, promises, broken, place };
        });
      });
    },
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
