import type { AgentStatus } from '@throughline/shared/schema';
import { botHasFloor, type Conversation } from '../conversations/queries.ts';
import type { CompiledQueue, CompiledRouting } from '../settings/routing/compile.ts';
import { type Target, targetOf } from '../settings/routing/target.ts';
import type { Item } from './classes.ts';

/** What is to be done about a conversation now, or until when nothing is. */
export type Step =
  | { do: 'place'; reason?: string }
  | { do: 'end_offer'; offer: string; outcome: 'missed' | 'withdrawn' }
  | { do: 'overflow'; to: CompiledQueue['overflow'][number]['to'] }
  | { do: 'breach'; target: Target }
  | { do: 'park' }
  | { do: 'unpark' }
  | { do: 'wait'; item: Item; dueAt: number | null }
  | { do: 'rest'; dueAt: number | null };

/** What a step looks at beside the conversation. */
export interface Surroundings {
  now: number;
  routing: CompiledRouting;
  statusOf(agent: string): AgentStatus;
  /** Whether an overflow applies now. */
  applies(
    queue: CompiledQueue,
    entry: CompiledQueue['overflow'][number],
    waitedMs: number,
  ): boolean;
}

/** A condition may come true by itself: hours end, others leave. */
const LOOK_AGAIN_MS = 30_000;

const soonest = (...times: (number | null | undefined)[]): number | null => {
  const known = times.filter((time) => typeof time === 'number');
  return known.length > 0 ? Math.min(...known) : null;
};

/**
 * The one rule of routing, of a row and the time: nothing is remembered elsewhere, so whoever starts anew
 * comes to the same steps, and whatever is open has a step or a time (decision 0021).
 */
export function stepOf(
  row: Conversation,
  around: Surroundings,
  by: Target | undefined = targetOf(row, around.routing),
): Step {
  const target = isBreached(row) ? undefined : by;
  if (target && target.dueAt <= around.now) return { do: 'breach', target };
  const step = stepOfFloor(row, around);
  if (step.do !== 'wait' && step.do !== 'rest') return step;
  return { ...step, dueAt: soonest(step.dueAt, target?.dueAt) };
}

/** Whether this time without an answer has been told of. */
const isBreached = ({ unansweredSince, service }: Conversation): boolean =>
  unansweredSince !== null && service.breached === unansweredSince;

function stepOfFloor(row: Conversation, around: Surroundings): Step {
  if (row.status !== 'open' && row.status !== 'waiting') return { do: 'rest', dueAt: null };
  // Nobody is asked while a bot answers.
  if (botHasFloor(row)) return { do: 'rest', dueAt: null };
  if (row.offer) return stepOfOffer(row.offer, around);
  if (row.assignee !== null) return stepOfOwned(row, row.assignee, around);
  // Nobody waits for anybody: it was never said anything, or a person has answered.
  if (row.unansweredSince === null) return { do: 'rest', dueAt: null };
  const queue = row.waiting && around.routing.queues.get(row.waiting.queue);
  return row.waiting && queue ? stepOfWaiting(row, queue, around) : { do: 'place' };
}

type Offer = NonNullable<Conversation['offer']>;

function stepOfOffer({ id: offer, agent, until }: Offer, around: Surroundings): Step {
  if (until <= around.now) return { do: 'end_offer', offer, outcome: 'missed' };
  if (around.statusOf(agent) !== 'available')
    return { do: 'end_offer', offer, outcome: 'withdrawn' };
  return { do: 'rest', dueAt: until };
}

/** Whoever has left loses it at once, and whoever is away after a while: an answer is owed by somebody who is there. */
function stepOfOwed(row: Conversation, owner: string, around: Surroundings): Step {
  const { now, routing, statusOf } = around;
  const status = statusOf(owner);
  if (status === 'offline') return { do: 'place', reason: 'its owner has left' };
  const owedSince = status === 'away' ? row.unansweredSince : null;
  const dueAt = owedSince === null ? null : owedSince + routing.returnAfterMs;
  if (dueAt !== null && dueAt <= now) return { do: 'place', reason: 'its owner is away' };
  return row.parked ? { do: 'unpark' } : { do: 'rest', dueAt };
}

function stepOfOwned(row: Conversation, owner: string, around: Surroundings): Step {
  const { now, routing } = around;
  if (row.status === 'open') return stepOfOwed(row, owner, around);
  if (row.parked) return { do: 'rest', dueAt: null };
  const parkAt = row.activeAt + routing.parkAfterMs;
  return parkAt <= now ? { do: 'park' } : { do: 'rest', dueAt: parkAt };
}

/** The ring it has come to, and when it comes to the next. */
function ringAt({ rings }: CompiledQueue, waitedMs: number): { ring: number; nextMs?: number } {
  const next = rings.findIndex(({ afterMs }) => afterMs > waitedMs);
  const nextMs = rings[next]?.afterMs;
  return nextMs === undefined ? { ring: rings.length - 1 } : { ring: next - 1, nextMs };
}

function stepOfWaiting(row: Conversation, queue: CompiledQueue, around: Surroundings): Step {
  const { now, applies } = around;
  const { waiting, unansweredSince } = row;
  if (!waiting || unansweredSince === null) return { do: 'rest', dueAt: null };
  const { base, rate, need, hold, declined, promised } = waiting;
  // A word of a person in between, and the wait in this queue begins anew.
  const from = Math.max(waiting.placedAt, unansweredSince);
  const waitedMs = now - from;
  const left = queue.overflow.filter(({ to }) => 'queue' in to || !promised);
  const over = left.find((entry) => entry.afterMs <= waitedMs && applies(queue, entry, waitedMs));
  if (over) return { do: 'overflow', to: over.to };
  const held = hold && hold.until > now ? hold : null;
  const { ring, nextMs } = ringAt(queue, waitedMs);
  const item: Item = {
    ...{ conversation: row.id, queue: queue.id, ring, need, base, rate, declined },
    since: unansweredSince,
    only: held?.agent ?? null,
  };
  const laterMs = left.map(({ afterMs }) => afterMs).filter((afterMs) => afterMs > waitedMs);
  const mayApply = left.some(({ afterMs, when }) => when && afterMs <= waitedMs);
  const due = soonest(
    held?.until,
    mayApply ? now + LOOK_AGAIN_MS : null,
    ...[nextMs, ...laterMs].map((ms) => ms && from + ms),
  );
  return queue.offer.mode === 'pull' && !held
    ? { do: 'rest', dueAt: due }
    : { do: 'wait', item, dueAt: due };
}
