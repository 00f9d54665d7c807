import { randomUUIDv7 } from 'node:crypto';
import type { Conversation, OpenPromise, Tx } from '../store/store.ts';
import type { Alarm, TimerChange } from './decision.ts';

const snoozeKey = (conversation: string): string => `snooze:${conversation}`;

export async function setTimer(tx: Tx, conversation: string, change: TimerChange): Promise<void> {
  const key = snoozeKey(conversation);
  if ('clear' in change) return tx.timers.clear(key);
  const id = randomUUIDv7();
  const input = { id, conversation, until: change.set };
  return tx.timers.set({ id, key, at: change.set, name: 'conversation:wake', input });
}

/** A promise ends by its time, whoever has the conversation, and when it is closed. */
export async function setDue(tx: Tx, { promises: before }: Conversation, after: Conversation) {
  const key = (promise: string): string => `promise:${promise}`;
  const isIn = (all: OpenPromise[]) => (one: OpenPromise) => all.some(({ id }) => id === one.id);
  const { id: conversation, promises } = after;
  if (promises === before) return;
  for (const { id } of before.filter((one) => !isIn(promises)(one))) await tx.timers.clear(key(id));
  for (const { id: promise, dueAt: at } of promises.filter((one) => !isIn(before)(one))) {
    const id = randomUUIDv7();
    const input = { id, conversation, promise };
    await tx.timers.set({ id, key: key(promise), at, name: 'promise:break', input });
  }
}

export async function setAlarm(tx: Tx, conversation: string, change: Alarm): Promise<void> {
  const key = `approval:${conversation}`;
  if ('clear' in change) return tx.timers.clear(key);
  const { approval, at } = change;
  const id = randomUUIDv7();
  const input = { id, conversation, approval };
  return tx.timers.set({ id, key, at, name: 'approval:expire', input });
}
