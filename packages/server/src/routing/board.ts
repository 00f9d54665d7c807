import type { AgentStatus, RoutingBoard } from '@throughline/shared/schema';
import { type Conversation, holderOf } from '../conversations/queries.ts';
import type { CompiledQueue, CompiledRouting } from '../settings/routing/compile.ts';
import type { Target } from '../settings/routing/target.ts';
import { createQueueLines, type QueueLines, standsAs } from './queue-lines.ts';

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
  conversation: string;
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
  /** What these contacts can be told: where theirs stands in its line, and what they were promised. */
  standings(contacts: Iterable<string>, now: number): Standing[];
}

export interface Standing
  extends Pick<Entry, 'conversation' | 'contact' | 'queue' | 'promises' | 'broken'> {
  place: number | null;
}

const PROMISES_SHOWN = 20;
const FIRST_SHOWN = 10;
const NOTHING: Board = { queues: [], agents: [], offers: [], promises: [] };

/** Of a whole queue: too many to be arguments of one call. */
const least = (times: number[]): number | null =>
  times.length > 0 ? times.reduce((one, other) => Math.min(one, other)) : null;

/** Who is further behind is not told where: it changes too much to mean anything. */
const PLACES_MAX = 50;

const isOwed = ({ promises, broken }: Entry): boolean => promises.length > 0 || broken !== null;

/** What somebody who passes it on by hand wants to know. */
function firstOf(entry: Entry, now: number): First {
  const { conversation, epoch, unansweredSince, target, offer, waiting } = entry;
  const { need = {}, hold = null, declined = [] } = waiting ?? {};
  return {
    ...{ conversation, epoch, since: unansweredSince ?? now, need },
    ...{ dueAt: target?.dueAt ?? null, soonAt: target?.soonAt ?? null },
    ...{ offeredTo: offer?.agent ?? null, declined: declined.length },
    heldFor: hold && hold.until > now ? hold.agent : null,
  };
}

function boardOf(queue: CompiledQueue, lines: QueueLines<Entry>, now: number): Queued {
  const { id, name, offer, firstReplyMs = null } = queue;
  const waiting = lines.all(id);
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
    first: lines.front(id, FIRST_SHOWN, now).map((entry) => firstOf(entry, now)),
  };
}

const nextDue = (owed: Iterable<Entry>): Promised[] =>
  [...owed]
    .flatMap(({ conversation, assignee, promises }) =>
      promises.map(({ what, dueAt }) => ({ conversation, assignee, what, dueAt })),
    )
    .sort((a, b) => a.dueAt - b.dueAt)
    .slice(0, PROMISES_SHOWN);

export function createLedger(): Ledger {
  const entries = new Map<string, Entry>();
  /** The same by queue, by contact, and those something is owed to. */
  const lines = createQueueLines<Entry>();
  const theirs = new Map<string, Set<Entry>>();
  const owed = new Map<string, Entry>();

  function forget(id: string): void {
    const known = entries.get(id);
    if (!known) return;
    entries.delete(id);
    owed.delete(id);
    const others = theirs.get(known.contact);
    others?.delete(known);
    if (others?.size === 0) theirs.delete(known.contact);
    lines.remove(known);
  }

  function keep(id: string, next: Entry): void {
    const known = entries.get(id);
    // Most of what is seen changes nobody's place.
    const isSame = known && known.contact === next.contact && standsAs(known, next);
    const entry = isSame ? Object.assign(known, next) : next;
    if (!isSame) {
      forget(id);
      entries.set(id, entry);
      theirs.set(entry.contact, (theirs.get(entry.contact) ?? new Set()).add(entry));
      lines.put(entry);
    }
    if (isOwed(entry)) owed.set(id, entry);
    else owed.delete(id);
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
      if (isActive && says) keep(row.id, { conversation: row.id, ...known, contact, broken });
      else forget(row.id);
    },
    clear() {
      for (const map of [entries, lines, theirs, owed]) map.clear();
    },
    standings(contacts, now) {
      const places = new Map<Entry, number>();
      const found = [...contacts].flatMap((contact) => [...(theirs.get(contact) ?? [])]);
      for (const queue of new Set(found.flatMap((entry) => entry.queue ?? [])))
        for (const [i, entry] of lines.front(queue, PLACES_MAX, now).entries())
          places.set(entry, i + 1);
      return found.map((entry) => {
        const { conversation, contact, queue, promises, broken } = entry;
        const place = places.get(entry) ?? null;
        return { conversation, contact, queue, promises, broken, place };
      });
    },
    board({ routing, now, statusOf, heldBy }) {
      if (!routing) return NOTHING;
      const all = [...entries];
      return {
        queues: [...routing.queues.values()].map((it) => boardOf(it, lines, now)),
        agents: [...routing.agents.values()].map(({ id, capacity }) => {
          return { id, status: statusOf(id), load: heldBy(id).size, capacity };
        }),
        offers: all.flatMap(([conversation, { offer }]) =>
          offer ? [{ conversation, agent: offer.agent }] : [],
        ),
        promises: nextDue(owed.values()),
      };
    },
  };
}
