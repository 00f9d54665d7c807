import type { Actor, EventData } from '@throughline/shared/schema';
import { AppError } from '../lib/errors.ts';
import { appendOutside } from './outside.ts';
import { answerRepeat } from './repeat.ts';
import type { LogRecord, Tx } from './store.ts';

/** Who does something, and the id of the event that says so (decision 0014). */
export interface Act {
  id: string;
  actor: Actor;
}

type Audited = EventData<'audit.recorded'>;

/**
 * The record of the same act, where it was done before.
 * @throws AppError `idempotency_conflict` where its id stands for something else
 */
export async function doneBefore(
  { events }: Tx,
  { id, actor }: Act,
  input: Audited,
): Promise<LogRecord<'audit.recorded'> | undefined> {
  const record = await events.find(id);
  if (!record) return undefined;
  const repeat = answerRepeat(record, { actor, types: ['audit.recorded'], input });
  if (!repeat.ok) throw new AppError('idempotency_conflict');
  return record as LogRecord<'audit.recorded'>;
}

export const noteDone = (
  tx: Tx,
  act: Act & { time: number },
  data: Audited,
): LogRecord | Promise<LogRecord> => appendOutside(tx, { ...act, type: 'audit.recorded', data });
