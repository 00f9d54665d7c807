import { randomUUIDv7 } from 'node:crypto';
import type { Tx } from '../store/store.ts';
import type { Alarm, TimerChange } from './decision.ts';

const snoozeKey = (conversation: string): string => `snooze:${conversation}`;

export async function setTimer(tx: Tx, conversation: string, change: TimerChange): Promise<void> {
  const key = snoozeKey(conversation);
  if ('clear' in change) return tx.timers.clear(key);
  const id = randomUUIDv7();
  const input = { id, conversation, until: change.set };
  return tx.timers.set({ id, key, at: change.set, name: 'conversation:wake', input });
}

export async function setAlarm(tx: Tx, conversation: string, change: Alarm): Promise<void> {
  const key = `approval:${conversation}`;
  if ('clear' in change) return tx.timers.clear(key);
  const { approval, at } = change;
  const id = randomUUIDv7();
  const input = { id, conversation, approval };
  return tx.timers.set({ id, key, at, name: 'approval:expire', input });
}
