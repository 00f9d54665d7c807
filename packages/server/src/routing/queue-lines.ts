import type { Conversation } from '../conversations/queries.ts';
import { createHeap, type Heap } from '../lib/heap.ts';

type Waiting = Pick<Conversation, 'unansweredSince' | 'waiting'> & {
  conversation: string;
  /** Undefined: it waits in none. */
  queue: string | undefined;
};

/** Who waits in which queue, in the order of their turn. */
export interface QueueLines<E extends Waiting> {
  put(entry: E): void;
  remove(entry: E): void;
  /** Those whose turn is next, however many there are. */
  front(queue: string, most: number, now: number): E[];
  /** In no order. */
  all(queue: string): E[];
  clear(): void;
}

/** By what their wait counts, as those who have room take them. */
const countOf = ({ waiting, unansweredSince }: Waiting, now: number): number =>
  (waiting?.base ?? 0) + ((waiting?.rate ?? 1) * (now - (unansweredSince ?? now))) / 1000;

/** What a wait begins with and gains: among those who are alike in it the order never changes. */
const classOf = ({ waiting }: Waiting): string => `${waiting?.base ?? 0} ${waiting?.rate ?? 1}`;

/** Of the same time, the same one is first. */
const isEarlier = (a: Waiting, b: Waiting): boolean => {
  const [since, other] = [a.unansweredSince ?? 0, b.unansweredSince ?? 0];
  return since < other || (since === other && a.conversation < b.conversation);
};

/** Whether both have the same place. */
export const standsAs = (a: Waiting, b: Waiting): boolean =>
  a.queue === b.queue && a.unansweredSince === b.unansweredSince && classOf(a) === classOf(b);

export function createQueueLines<E extends Waiting>(): QueueLines<E> {
  const lines = new Map<string, Map<string, Heap<E>>>();
  const classesIn = (queue: string): Heap<E>[] => [...(lines.get(queue)?.values() ?? [])];
  return {
    put(entry) {
      if (entry.queue === undefined) return;
      const line = lines.get(entry.queue) ?? new Map<string, Heap<E>>();
      const some = line.get(classOf(entry)) ?? createHeap<E>(isEarlier);
      some.put(entry);
      lines.set(entry.queue, line.set(classOf(entry), some));
    },
    remove(entry) {
      const line = lines.get(entry.queue ?? '');
      const some = line?.get(classOf(entry));
      some?.remove(entry);
      if (some?.size === 0) line?.delete(classOf(entry));
    },
    front: (queue, most, now) =>
      classesIn(queue)
        .flatMap((some) => some.first(most))
        .map((entry) => ({ entry, count: countOf(entry, now) }))
        .sort((a, b) => b.count - a.count || (a.entry.conversation < b.entry.conversation ? -1 : 1))
        .slice(0, most)
        .map(({ entry }) => entry),
    all: (queue) => classesIn(queue).flatMap((some) => some.items()),
    clear: () => lines.clear(),
  };
}
