import { isDeepStrictEqual } from 'node:util';
import type { Problem } from '@throughline/shared';
import { problem } from '@throughline/shared';
import type { Actor, EventType, Receipt } from '@throughline/shared/schema';
import type { LogRecord } from './store.ts';

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

interface Attempt {
  actor: Actor;
  type: EventType;
  input: object;
}

/**
 * Answers a command whose id is already in the log (rule P6): the first answer again when it is the
 * same command of the same actor, a conflict otherwise. A redacted record cannot be compared any more
 * and counts as the same.
 */
export function answerRepeat(record: LogRecord, { actor, type, input }: Attempt): Outcome {
  const data: Record<string, unknown> = { ...record.data };
  const same =
    record.type === type &&
    record.actor.kind === actor.kind &&
    record.actor.id === actor.id &&
    Object.entries(input).every(([field, value]) => {
      if (field === 'conversation') return record.conversation === value;
      if (!(field in data)) return true;
      const kept = data[field];
      // A reference is kept with its name: { id, name }.
      const held = typeof value === 'string' && isRef(kept) ? kept.id : kept;
      return isDeepStrictEqual(held, value);
    });
  return same ? { ok: true, data: receiptOf(record) } : refuse('idempotency_conflict');
}

const isRef = (value: unknown): value is { id: string } =>
  typeof value === 'object' && value !== null && 'id' in value;
