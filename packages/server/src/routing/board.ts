import type { AgentStatus, RoutingBoard } from '@throughline/shared/schema';
import { type Conversation, holderOf } from '../conversations/queries.ts';
import type { CompiledQueue, CompiledRouting } from '../settings/routing/compile.ts';
import type { Target } from '../settings/routing/target.ts';

type Promised = Omit<RoutingBoard['promises'][number], 'contact'>;
type Queued = Omit<RoutingBoard['queues'][number], 'first'> & { first: First[] };
type First = Omit<RoutingBoard['queues'][number]['first'][number], 'contact'>;

/** How things stand; whose conversations they are, whoever asks looks up. */
export interface Board extends Omit<RoutingBoard, 'promises' | 'queues'> {
  promises: Promised[];
  queues: Queued[];
}

/** What is shown of a conversation that is open. */
type Entry = Pick<Conversation, 'unansweredSince' | 'offer' | 'assignee' | 'epoch' | 'waiting'> & {
  promises: Owed[];
  queue: string | undefined;
  target: Target | undefined;
  contact: string;
  broken: Conversation['service']['broken'];
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
  /** What visitors can be told: where theirs stands in its line, and what they were promised; only where there is anything. */
  standings(now: number): Standing[];
}

export interface Standing extends Pick<Entry, 'contact' | 'queue' | 'promises' | 'broken'> {
  conversation: string;
  place: number | null;
}

const PROMISES_SHOWN = 20;
const FIRST_SHOWN = 10;
const NOTHING: Board = { queues: [], agents: [], offers: [], promises: [] };

const least = (times: number[]): number | null => (times.length > 0 ? Math.min(...times) : null);

/** Who is further behind is not told where: it changes too much to mean anything. */
const PLACES_MAX = 50;

type Told = readonly [id: string, entry: Entry];

/** By what their wait counts, as those who have room take them; of the same, the same one is first. */
const countOf = ({ waiting, unansweredSince }: Entry, now: number): number =>
  (waiting?.base ?? 0) + ((waiting?.rate ?? 1) * (now - (unansweredSince ?? now))) / 1000;

/** The front of a line, in one pass over it: it may be long, and nobody waits for whoever counts. */
function frontOf(line: Iterable<Told>, most: number, now: number): Told[] {
  const front: { told: Told; count: number }[] = [];
  const isBefore = (a: (typeof front)[number], b: (typeof front)[number]): boolean =>
    a.count > b.count || (a.count === b.count && a.told[0] < b.told[0]);
  for (const told of line) {
    const next = { told, count: countOf(told[1], now) };
    const last = front.at(-1);
    if (front.length === most && last && isBefore(last, next)) continue;
    const at = front.findIndex((it) => isBefore(next, it));
    front.splice(at === -1 ? front.length : at, 0, next);
    if (front.length > most) front.pop();
  }
  return front.map(({ told }) => told);
}

/** What somebody who passes it on by hand wants to know. */
function firstOf([conversation, entry]: Told, now: number): First {
  const { epoch, unansweredSince, target, offer, waiting } = entry;
  const { need = {}, hold = null, declined = [] } = waiting ?? {};
  return {
    ...{ conversation, epoch, since: unansweredSince ?? now, need },
    ...{ dueAt: target?.dueAt ?? null, soonAt: target?.soonAt ?? null },
    ...{ offeredTo: offer?.agent ?? null, declined: declined.length },
    heldFor: hold && hold.until > now ? hold.agent : null,
  };
}

function boardOf(queue: CompiledQueue, line: ReadonlyMap<string, Entry>, now: number): Queued {
  const { id, name, offer, firstReplyMs = null } = queue;
  const waiting = [...line.values()];
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
    first: frontOf(line, FIRST_SHOWN, now).map((told) => firstOf(told, now)),
  };
}

export function createLedger(): Ledger {
  const entries = new Map<string, Entry>();
  /** The same by queue, and those something is owed to. */
  const lines = new Map<string, Map<string, Entry>>();
  const owed = new Map<string, Entry>();

  function forget(id: string): void {
    const known = entries.get(id);
    if (!known) return;
    entries.delete(id);
    owed.delete(id);
    if (known.queue !== undefined) lines.get(known.queue)?.delete(id);
  }

  function keep(id: string, entry: Entry): void {
    entries.set(id, entry);
    if (entry.promises.length > 0 || entry.broken !== null) owed.set(id, entry);
    if (entry.queue === undefined) return;
    const line = lines.get(entry.queue) ?? new Map<string, Entry>();
    lines.set(entry.queue, line.set(id, entry));
  }

  return {
    see(row, target) {
      const isActive = row.status === 'open' || row.status === 'waiting';
      const { unansweredSince, offer, assignee, waiting, contact, epoch } = row;
      const promises = owedIn(row);
      const { broken } = row.service;
      // Who has been answered by somebody who did not take it waits for nobody.
      const waits = unansweredSince !== null && (holderOf(row) === null || offer);
      const queue = waits ? waiting?.queue : undefined;
      const says = queue !== undefined || promises.length > 0 || broken !== null;
      const known = { unansweredSince, offer, promises, assignee, queue, target, epoch, waiting };
      forget(row.id);
      if (isActive && says) keep(row.id, { ...known, contact, broken });
    },
    clear() {
      for (const map of [entries, lines, owed]) map.clear();
    },
    standings(now) {
      const places = new Map<string, number>();
      const told = new Map(owed);
      for (const line of lines.values())
        for (const [i, [id, entry]] of frontOf(line, PLACES_MAX, now).entries()) {
          places.set(id, i + 1);
          told.set(id, entry);
        }
      return [...told].map(([conversation, { contact, queue, promises, broken }]) => {
        const place = places.get(conversation) ?? null;
        return { conversation, contact, queue, promises, broken, place };
      });
    },
    board({ routing, now, statusOf, heldBy }) {
      if (!routing) return NOTHING;
      const all = [...entries];
      return {
        queues: [...routing.queues.values()].map((it) =>
          boardOf(it, lines.get(it.id) ?? new Map(), now),
        ),
        agents: [...routing.agents.values()].map(({ id, capacity }) => {
          return { id, status: statusOf(id), load: heldBy(id).size, capacity };
        }),
        offers: all.flatMap(([conversation, { offer }]) =>
          offer ? [{ conversation, agent: offer.agent }] : [],
        ),
        promises: [...owed]
          .flatMap(([conversation, { assignee, promises }]) =>
            promises.map(({ what, dueAt }) => ({ conversation, assignee, what, dueAt })),
          )
          .sort((a, b) => a.dueAt - b.dueAt)
          .slice(0, PROMISES_SHOWN),
      };
    },
  };
}
