import { createHeap } from '../lib/heap.ts';
import { type Item, isFreer, isOlder, type Line, type Person, type Seat } from './classes.ts';
import { createLines, type Place } from './lines.ts';
import { createStaff, hasRoom } from './staff.ts';

export interface Match {
  item: Item;
  agent: string;
  /** What they had before, and what the wait counted. */
  load: number;
  capacity: number;
  credit: number;
}

/** Whether somebody may serve what waits in a ring. Asked once of people who are alike. */
export type Serves = (item: Pick<Item, 'queue' | 'ring' | 'need'>, person: Person) => boolean;

export interface Pool {
  setPerson(person: Person): void;
  /** Whose capacity a conversation takes; null: nobody's. */
  hold(conversation: string, agent: string | null): void;
  wait(item: Item): void;
  leave(conversation: string): void;
  /** Pairs what waits with who has room; from then on they hold it. */
  match(now: number): Match[];
  heldBy(agent: string): ReadonlySet<string>;
  readonly waiting: number;
  readonly available: number;
  items(): Iterable<Item>;
}

const creditOf = ({ base, rate, since }: Item, now: number): number =>
  base + (rate * (now - since)) / 1000;

/** Of the heads of some heaps; a loop, as it runs for every decision. */
function bestOf<A, T>(
  some: Iterable<A>,
  headOf: (one: A) => T | undefined,
  isBetter: (a: T, b: T) => boolean,
): T | undefined {
  let best: T | undefined;
  for (const one of some) {
    const head = headOf(one);
    if (head && (!best || isBetter(head, best))) best = head;
  }
  return best;
}

/** The head that counts most, of those that wait for this person alone, or else of all. */
function nextFor({ id, supply }: Seat, own: Iterable<Line>, now: number): Item | undefined {
  const headOf = ({ items }: Line): Item | undefined => {
    const head = items.peek();
    return head?.declined.includes(id) ? undefined : head;
  };
  const counts = (a: Item, b: Item): boolean => {
    const lead = creditOf(a, now) - creditOf(b, now);
    return lead > 0 || (lead === 0 && isOlder(a, b));
  };
  return bestOf(own, headOf, counts) ?? bestOf(supply.lines, headOf, counts);
}

/**
 * What waits and who has room, in memory. Only the heads of classes are compared, so a decision costs what
 * there are classes, not what there are conversations (decision 0021).
 */
export function createPool(serves: Serves): Pool {
  const staff = createStaff((supply) => lines.join(supply));
  const lines = createLines({
    supplies: staff.supplies,
    serves: (item, { sample }) => serves(item, sample),
  });

  function bestFor({ item, line }: Place): Seat | undefined {
    const { only, declined } = item;
    const held = only === null ? undefined : staff.seat(only);
    if (only !== null) return held && hasRoom(held) ? held : undefined;
    if (declined.length === 0) return bestOf(line.supplies, ({ free }) => free.peek(), isFreer);
    // Who said no is among the people of a heap: then all of them have to be looked at, which is rare.
    const able = line.supplies.flatMap(({ free }) => free.items());
    return bestOf(able, (seat) => (declined.includes(seat.id) ? undefined : seat), isFreer);
  }

  function take(item: Item, seat: Seat, now: number): Match {
    const { load, capacity } = seat;
    lines.leave(item.conversation);
    staff.give(seat, item.conversation, now);
    return { item, agent: seat.id, load, capacity, credit: creditOf(item, now) };
  }

  /** Whoever has room takes what counts most: what has just come has no right before the rest. */
  function serveFreed(now: number): Match[] {
    const matches: Match[] = [];
    const able = createHeap<Seat>(isFreer);
    for (const seat of staff.takeFreed()) able.put(seat);
    for (let seat = able.peek(); seat; seat = able.peek()) {
      const item = hasRoom(seat) ? nextFor(seat, lines.ownOf(seat.id), now) : undefined;
      if (!item) able.remove(seat);
      else {
        matches.push(take(item, seat, now));
        able.put(seat);
      }
    }
    return matches;
  }

  return {
    setPerson: staff.set,
    hold: staff.hold,
    wait: lines.wait,
    leave: lines.leave,
    match(now) {
      const matches = serveFreed(now);
      const newest = lines.takeArrived();
      newest.sort((a, b) => creditOf(b.item, now) - creditOf(a.item, now));
      for (const place of newest) {
        const seat = bestFor(place);
        if (seat) matches.push(take(place.item, seat, now));
      }
      return matches;
    },
    heldBy: staff.heldBy,
    get waiting() {
      return lines.waiting;
    },
    get available() {
      return staff.available;
    },
    items: lines.items,
  };
}
