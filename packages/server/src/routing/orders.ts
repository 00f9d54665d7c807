import type { Why } from '@throughline/shared/schema';
import type { Input, Name } from '../conversations/decision.ts';
import type { Conversation, Queries } from '../conversations/queries.ts';
import type { CompiledQueue, CompiledRouting } from '../settings/routing/compile.ts';
import { isOpen, nextOpenAt } from '../settings/routing/opening.ts';
import { type Placement as Placed, place } from '../settings/routing/place.ts';
import { type Sources, viewOf } from '../settings/routing/view.ts';
import type { Range } from './estimates.ts';
import type { Match, Pool } from './pool.ts';
import type { Step } from './step.ts';

type Placement = Omit<Placed, 'path'> & { path: string | undefined };

/** A command the router means to give. */
export type Order = { [N in Name]: { name: N; input: Omit<Input<N>, 'id'> } }[Name];

export interface Desk extends Sources {
  queries: Pick<Queries, 'facts' | 'ofContact'>;
  routing: CompiledRouting;
  pool: Pool;
  now: number;
  isAvailable(agent: string): boolean;
  /** How long a wait that begins now takes in a queue, where that has earned to be told. */
  expected(queue: string): Range | undefined;
}

/** Of people routing does not know: they took what they have by hand. */
const ANY = 1000;

const estimateOf = (queue: string, { expected }: Pick<Desk, 'expected'>) => {
  const estimate = expected(queue);
  return estimate ? { estimate } : {};
};

const fence = ({ id, epoch }: Conversation) => ({ conversation: id, expectedEpoch: epoch });

/** Whom the router found: theirs at once, or theirs to think about. */
export function offerTo(
  { item, agent, load, capacity, credit }: Match,
  row: Conversation,
  { routing, now }: Pick<Desk, 'routing' | 'now'>,
): Order {
  const offer = routing.queues.get(item.queue)?.offer;
  const until = offer?.mode === 'assign' ? null : now + (offer?.acceptMs ?? 0);
  const where = item.only === null ? `ring ${item.ring + 1} of` : 'held for them in';
  const why: Why = {
    config: routing.fingerprint,
    reasons: [
      `${where} ${item.queue}`,
      `its wait counts ${Math.round(credit)} s, more than any other they may take`,
      `they have ${load} of ${capacity}, and of those who may take it the least to do`,
    ],
  };
  return {
    name: 'conversation:offer',
    input: { ...fence(row), agent, until, why },
  };
}

/** What a step comes to; undefined: nothing but waiting. */
export async function orderOf(
  row: Conversation,
  step: Step,
  desk: Desk,
): Promise<Order | undefined> {
  const { id: conversation } = row;
  switch (step.do) {
    case 'place':
      return queueBy(row, step.reason, desk);
    case 'end_offer':
      return {
        name: 'offer:end',
        input: { conversation, offer: step.offer, outcome: step.outcome },
      };
    case 'overflow':
      return overflowTo(row, step.to, desk);
    case 'breach': {
      const { soonAt: _, ...target } = step.target;
      return { name: 'sla:breach', input: { conversation, ...target } };
    }
    case 'park':
      return { name: 'conversation:park', input: fence(row) };
    case 'unpark':
      return unpark(row, desk);
    default:
      return undefined;
  }
}

/** Back to its owner where they have room; else it waits for them first, and then for anybody. */
function unpark(row: Conversation, desk: Desk): Promise<Order> | Order {
  const agent = row.assignee ?? '';
  const { capacity = ANY } = desk.routing.agents.get(agent) ?? {};
  if (!desk.isAvailable(agent) || desk.pool.heldBy(agent).size >= capacity)
    return queueBy(row, 'its owner has no room', desk);
  return { name: 'conversation:unpark', input: { ...fence(row), agent } };
}

/** Where a bot has led it, until somebody has had it. */
function namedBy({ bot }: Conversation, { queues }: CompiledRouting): Placement | undefined {
  const queue = bot?.queue ? queues.get(bot.queue) : undefined;
  if (!queue) return undefined;
  const reasons = [`the bot ${bot?.bot} leads there`];
  return { queue: queue.id, ...queue.credit, need: {}, path: undefined, reasons };
}

async function queueBy(row: Conversation, reason: string | undefined, desk: Desk): Promise<Order> {
  const { routing, pool, now } = desk;
  const { waiting, available } = pool;
  const view = await viewOf(row, desk, { now, load: { waiting, available } });
  const { path, reasons, ...placement } = namedBy(row, routing) ?? place(routing, view);
  const queue = routing.queues.get(placement.queue);
  const hold = queue?.sticky ? await holdFor(row, queue.sticky, desk) : null;
  const why: Why = {
    config: routing.fingerprint,
    ...(path !== undefined && { rule: path }),
    reasons: [...(reason ? [reason] : []), ...reasons],
    given: view as Why['given'],
  };
  const estimate = estimateOf(placement.queue, desk);
  const input = { ...fence(row), ...placement, hold, ...estimate, why };
  return { name: 'conversation:queue', input };
}

/** Who had the contact before gets them again, for as long as the queue is ready to wait for them. */
async function holdFor(
  row: Conversation,
  { withinMs, holdMs }: NonNullable<CompiledQueue['sticky']>,
  { queries, routing, now, isAvailable }: Desk,
): Promise<{ agent: string; until: number } | null> {
  const until = now + holdMs;
  const before = await queries.ofContact(row.contact);
  const last = before.find((it) => it.id !== row.id && it.agent && it.activeAt >= now - withinMs);
  const found = last?.agent && isAvailable(last.agent.id) ? last.agent.id : undefined;
  const agent = row.assignee ?? found;
  return agent !== undefined && routing.agents.has(agent) ? { agent, until } : null;
}

function overflowTo(
  row: Conversation,
  to: CompiledQueue['overflow'][number]['to'],
  desk: Desk,
): Order {
  const { routing, now } = desk;
  if ('promise' in to) {
    // Closed, the time it takes begins when somebody is there again.
    const hours = routing.queues.get(row.waiting?.queue ?? '')?.hours;
    const from = hours && !isOpen(hours, now) ? (nextOpenAt(hours, now) ?? now) : now;
    const dueAt = from + to.withinMs;
    return { name: 'promise:make', input: { ...fence(row), what: to.promise, dueAt } };
  }
  const { base, rate } = routing.queues.get(to.queue)?.credit ?? { base: 0, rate: 1 };
  const why: Why = {
    config: routing.fingerprint,
    reasons: [`it overflowed from ${row.waiting?.queue}`],
  };
  const need = row.waiting?.need ?? {};
  return {
    name: 'conversation:queue',
    input: {
      ...{ ...fence(row), queue: to.queue, base, rate, need, hold: null },
      ...{ ...estimateOf(to.queue, desk), why },
    },
  };
}
