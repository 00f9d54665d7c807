import { botHasFloor, isActive } from '../../store/holder.ts';
import type { Conversation } from '../../store/store.ts';
import type { CompiledQueue, CompiledRouting } from './compile.ts';
import { afterOpen } from './opening.ts';

/** By when a person should answer. */
export interface Target {
  queue: string;
  reply: 'first' | 'next';
  /** The first message without an answer: nothing but an answer changes it (F10). */
  since: number;
  dueAt: number;
  /** From when on a quarter of the time is left. */
  soonAt: number;
}

/** Only time in which the queue is open passes. */
const dueAfter = ({ hours }: CompiledQueue, since: number, ms: number): number | undefined =>
  hours ? afterOpen(hours, since, ms) : since + ms;

/** What the queue it waited in last has set; undefined: nothing, or nobody waits for a person. */
export function targetOf(
  row: Conversation,
  { queues }: Pick<CompiledRouting, 'queues'>,
): Target | undefined {
  const { unansweredSince: since, service } = row;
  const queue = queues.get(service.queue ?? '');
  if (!queue || since === null || !isActive(row) || botHasFloor(row)) return undefined;
  const ms = service.answered ? queue.nextReplyMs : queue.firstReplyMs;
  if (ms === undefined) return undefined;
  const [dueAt, soonAt] = [dueAfter(queue, since, ms), dueAfter(queue, since, ms * 0.75)];
  if (dueAt === undefined || soonAt === undefined) return undefined;
  return { queue: queue.id, reply: service.answered ? 'next' : 'first', since, dueAt, soonAt };
}
