import { createHeap } from './heap.ts';

/** When to look at which conversation again. Kept in memory: rows say when, so nothing is lost with it. */
export interface Clockwork {
  /** Null: nothing by itself. */
  set(conversation: string, at: number | null): void;
  /** Takes out those whose time has come. */
  due(now: number): string[];
  readonly nextAt: number | undefined;
}

interface Alarm {
  conversation: string;
  at: number;
}

export function createClockwork(): Clockwork {
  const alarms = new Map<string, Alarm>();
  const heap = createHeap<Alarm>((a, b) => a.at < b.at);

  function clear(conversation: string): void {
    const known = alarms.get(conversation);
    if (!known) return;
    alarms.delete(conversation);
    heap.remove(known);
  }

  return {
    set(conversation, at) {
      if (at !== null && alarms.get(conversation)?.at === at) return;
      clear(conversation);
      if (at === null) return;
      const alarm = { conversation, at };
      alarms.set(conversation, alarm);
      heap.put(alarm);
    },
    due(now) {
      const found: string[] = [];
      for (let alarm = heap.peek(); alarm && alarm.at <= now; alarm = heap.peek()) {
        clear(alarm.conversation);
        found.push(alarm.conversation);
      }
      return found;
    },
    get nextAt() {
      return heap.peek()?.at;
    },
  };
}
