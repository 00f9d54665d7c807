import { isDeepStrictEqual } from 'node:util';
import type { Problem } from '@throughline/shared';
import { problem } from '@throughline/shared';
import { type Actor, type EventType, isTombstone, type Receipt } from '@throughline/shared/schema';
import type { Awaitable } from './awaitable.ts';
import type { LogRecord, Tx } from './store.ts';

/** What a command did, or why it did nothing at all. */
export type Outcome = { ok: true; data: Receipt } | { ok: false; error: Problem };

export const refuse = (...args: Parameters<typeof problem>): Outcome => ({
  ok: false,
  error: problem(...args),
});

export const receiptOf = ({ id, conversation, seq, pub, time }: LogRecord): Receipt => ({
  id,
  conversation,
  seq,
  pub,
  time,
});

/** Of what was so already. */
export const unwritten = (id: string, time: number): Receipt => ({
  ...{ id, conversation: null, seq: null, pub: null, time },
});

interface Command<T> {
  id: string;
  /** What it begins with, read together with its id. */
  read(): Awaitable<T>;
  run(found: T): Promise<Outcome>;
  /** Its id is in the log already. */
  repeat(prior: LogRecord): Awaitable<Outcome>;
}

/**
 * Does a command once, however often it is given (rule P6). Whoever had to wait for a row, and then is refused
 * or finds nothing to do, may have waited for the same command, given to another relay: they look again.
 */
export async function once<T>(
  { events }: Tx,
  { id, read, run, repeat }: Command<T>,
): Promise<Outcome> {
  const [prior, found] = await Promise.all([events.find(id), read()]);
  if (prior) return repeat(prior);
  const outcome = await run(found);
  // What is about a contact has no number; in a conversation, what has none left nothing.
  const isDone = outcome.ok && (outcome.data.seq !== null || outcome.data.conversation === null);
  const since = isDone ? undefined : await events.find(id);
  return since ? repeat(since) : outcome;
}

interface Attempt {
  actor: Actor;
  /** What the command may leave under its id. */
  types: readonly EventType[];
  /** What it asks for, and what that makes its event say. */
  input: object;
  /** Fields of its event that it does not ask for. */
  unasked?: readonly string[] | undefined;
}

/**
 * Answers a command whose id is already in the log (rule P6): the first answer again when it is the
 * same command of the same actor, a conflict otherwise. A redacted record cannot be compared any more
 * and counts as the same.
 */
export function answerRepeat(
  record: LogRecord,
  { actor, types, input, unasked = [] }: Attempt,
): Outcome {
  const same =
    types.includes(record.type) &&
    record.actor.kind === actor.kind &&
    record.actor.id === actor.id &&
    saysTheSame(record, input, unasked);
  return same ? { ok: true, data: receiptOf(record) } : refuse('idempotency_conflict');
}

/** What a command has and its event does not keep, and what only the relay says. */
const UNCOMPARED = new Set([
  'id',
  'expectedEpoch',
  'method',
  'trigger',
  'previous',
  'epoch',
  'conversations',
  'label',
  'form',
  'scale',
  'agent',
  'amount',
  'currency',
  'reference',
  'count',
  'run',
  'version',
  'hops',
]);

function saysTheSame(
  { conversation, data }: LogRecord,
  input: object,
  unasked: readonly string[],
): boolean {
  const asked: Record<string, unknown> = { conversation: null, ...input };
  if (asked.conversation !== conversation) return false;
  if (isTombstone(data)) return true;
  const kept: Record<string, unknown> = { conversation, ...data };
  return [...new Set([...Object.keys(kept), ...Object.keys(asked)])].every((field) => {
    if (UNCOMPARED.has(field) || unasked.includes(field)) return true;
    const [held, value] = [kept[field] ?? null, asked[field] ?? null];
    return isDeepStrictEqual(asNamed(held, value), value);
  });
}

/** A reference is kept with its name, `{ id, name }`, and so is each of several. */
function asNamed(held: unknown, value: unknown): unknown {
  if (typeof value === 'string' && isRef(held)) return held.id;
  if (Array.isArray(value) && Array.isArray(held))
    return held.map((each, i) => asNamed(each, value[i]));
  return held;
}

const isRef = (value: unknown): value is { id: string } =>
  typeof value === 'object' && value !== null && 'id' in value;
