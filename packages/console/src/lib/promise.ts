import { money } from '@throughline/shared/money';
import type { AgentEvent, OpenPromise } from '@throughline/shared/schema';
import { endOf } from './time.ts';

type Promised = Pick<OpenPromise, 'what' | 'dueAt' | 'amount'>;

const words: Record<Promised['what'], string> = {
  reply: 'Reply',
  call_back: 'Call',
  payment: 'Payment',
};

/** `Reply`, `Payment of €49.90`. */
export const promisedWords = ({ what, amount }: Pick<Promised, 'what' | 'amount'>): string =>
  amount ? `${words[what]} of ${money(amount.value, amount.currency)}` : words[what];

/** What is owed first, and by when; null: nothing. */
export function duePromise(promises: readonly Promised[], now: number): string | null {
  const [first] = promises.toSorted((a, b) => a.dueAt - b.dueAt);
  return first ? `${promisedWords(first)} due by ${endOf(first.dueAt, now)}` : null;
}

export interface KnownPromise extends OpenPromise {
  state: 'open' | 'kept' | 'broken' | 'withdrawn';
}

/** What was promised in a conversation, as far as it is known here: the open ones, and those in the thread. */
export function promisesIn(
  events: readonly AgentEvent[],
  open: readonly OpenPromise[],
): KnownPromise[] {
  const known = new Map<string, KnownPromise>();
  for (const { id, type, data } of events) {
    if (type === 'promise.made' && 'dueAt' in data) known.set(id, { id, ...data, state: 'open' });
    if (type !== 'promise.ended' || !('promise' in data)) continue;
    const made = known.get(data.promise);
    if (made) known.set(made.id, { ...made, state: data.outcome });
  }
  for (const promise of open) known.set(promise.id, { ...promise, state: 'open' });
  return [...known.values()].sort((a, b) => a.dueAt - b.dueAt);
}
