import { createHeap } from '../lib/heap.ts';
import { type Item, isOlder, keyOf, type Line, type Supply } from './classes.ts';

export interface Place {
  item: Item;
  line: Line;
}

export interface Lines {
  wait(item: Item): void;
  leave(conversation: string): void;
  /** People of a new kind are there. */
  join(supply: Supply): void;
  /** What waits for somebody alone. */
  ownOf(agent: string): Iterable<Line>;
  /** What came since this was last asked, and still waits. */
  takeArrived(): Place[];
  readonly waiting: number;
  items(): Iterable<Item>;
}

/** All but the conversation and its wait. */
const lineKey = ({ queue, ring, base, rate, only, need, declined }: Item): string =>
  `${queue} ${ring} ${base} ${rate} ${only} ${declined.join()} ${keyOf(need)}`;

/** What waits, by class. */
export function createLines(fit: {
  supplies(): Iterable<Supply>;
  serves(item: Item, supply: Supply): boolean;
}): Lines {
  const lines = new Map<string, Line>();
  const places = new Map<string, Place>();
  const own = new Map<string, Set<Line>>();
  const arrived = new Set<string>();

  function lineOf(item: Item): Line {
    const key = lineKey(item);
    const known = lines.get(key);
    if (known) return known;
    const able = item.only === null ? [...fit.supplies()] : [];
    const supplies = able.filter((supply) => fit.serves(item, supply));
    const made: Line = { key, items: createHeap(isOlder), supplies };
    lines.set(key, made);
    for (const supply of supplies) supply.lines.add(made);
    if (item.only !== null) own.set(item.only, (own.get(item.only) ?? new Set()).add(made));
    return made;
  }

  function leave(conversation: string): void {
    arrived.delete(conversation);
    const place = places.get(conversation);
    if (!place) return;
    places.delete(conversation);
    const { item, line } = place;
    line.items.remove(item);
    if (line.items.size > 0) return;
    lines.delete(line.key);
    for (const supply of line.supplies) supply.lines.delete(line);
    if (item.only !== null) own.get(item.only)?.delete(line);
  }

  return {
    wait(item) {
      leave(item.conversation);
      const line = lineOf(item);
      line.items.put(item);
      places.set(item.conversation, { item, line });
      arrived.add(item.conversation);
    },
    leave,
    join(supply) {
      for (const line of lines.values()) {
        const head = line.items.peek();
        if (!head || head.only !== null || !fit.serves(head, supply)) continue;
        line.supplies.push(supply);
        supply.lines.add(line);
      }
    },
    ownOf: (agent) => own.get(agent) ?? [],
    takeArrived() {
      const found = [...arrived].flatMap((id) => places.get(id) ?? []);
      arrived.clear();
      return found;
    },
    get waiting() {
      return places.size;
    },
    *items() {
      for (const { item } of places.values()) yield item;
    },
  };
}
