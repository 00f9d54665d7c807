import { randomUUIDv7 } from 'node:crypto';
import type { Conversation, OpenPromise, Tx } from '../store/store.ts';
import type { TimerChange } from './decision.ts';

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

const openIn = ({ approval }: Pick<Conversation, 'approval'>) =>
  approval?.outcome === null ? approval : undefined;

/** Nobody's answer counts as no; where nobody waits for one any more, nothing ends. */
export async function setExpiry(tx: Tx, before: Conversation, after: Conversation): Promise<void> {
  const open = openIn(after);
  if (open?.id === openIn(before)?.id) return;
  const { id: conversation } = after;
  const key = `approval:${conversation}`;
  if (!open) return tx.timers.clear(key);
  const id = randomUUIDv7();
  const input = { id, conversation, approval: open.id };
  return tx.timers.set({ id, key, at: open.expiresAt, name: 'approval:expire', input });
}
