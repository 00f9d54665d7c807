import { endOf } from './time.ts';

interface Promised {
  what: 'reply' | 'call_back';
  dueAt: number;
}

const words: Record<Promised['what'], string> = { reply: 'Reply', call_back: 'Call' };

/** What is owed first, and by when; null: nothing. */
export function duePromise(promises: readonly Promised[], now: number): string | null {
  const [first] = promises.toSorted((a, b) => a.dueAt - b.dueAt);
  return first ? `${words[first.what]} due by ${endOf(first.dueAt, now)}` : null;
}
