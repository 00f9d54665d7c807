import type { Need } from '@throughline/shared/schema';
import { createHeap, type Heap } from '../lib/heap.ts';

/** A conversation that waits. */
export interface Item {
  conversation: string;
  queue: string;
  /** Counts from 0. */
  ring: number;
  need: Need;
  /** Credit at entry, in seconds, and credit gained with each. */
  base: number;
  rate: number;
  /** Since when its visitor waits. */
  since: number;
  /** Whom it waits for alone. */
  only: string | null;
  /** Who said no. */
  declined: readonly string[];
}

/** Somebody who may be given conversations. */
export interface Person {
  id: string;
  teams: readonly string[];
  skills: Readonly<Record<string, unknown>>;
  capacity: number;
  available: boolean;
}

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

interface Seat extends Person {
  load: number;
  /** When they were last given one. */
  servedAt: number;
  supply: Supply;
}

/** People who are alike to every condition, those with room first who have least to do. */
interface Supply {
  key: string;
  sample: Person;
  free: Heap<Seat>;
  /** Classes that wait for them. */
  waiting: Set<Demand>;
}

/** What waits and is alike to everybody: inside of it the order never changes with time. */
interface Demand {
  key: string;
  items: Heap<Item>;
  supplies: Supply[];
}

export interface Pool {
  setPerson(person: Person): void;
  removePerson(id: string): void;
  /** Whose capacity a conversation takes; null: nobody's. */
  hold(conversation: string, agent: string | null): void;
  wait(item: Item): void;
  leave(conversation: string): void;
  /** Pairs what waits with who has room, and takes both: they are held by each other from now on. */
  match(now: number): Match[];
  loadOf(agent: string): number;
  heldBy(agent: string): string[];
  readonly waiting: number;
  readonly available: number;
  items(): Iterable<Item>;
}

export const creditOf = ({ base, rate, since }: Item, now: number): number =>
  base + (rate * (now - since)) / 1000;

const ratioOf = ({ load, capacity }: Seat): number => load / capacity;

/** Least to do, then longest without a new one, then by name: the same inputs give the same answer. */
const isFreer = (a: Seat, b: Seat): boolean =>
  ratioOf(a) - ratioOf(b) < 0 ||
  (ratioOf(a) === ratioOf(b) &&
    (a.servedAt < b.servedAt || (a.servedAt === b.servedAt && a.id < b.id)));

const isOlder = (a: Item, b: Item): boolean =>
  a.since < b.since || (a.since === b.since && a.conversation < b.conversation);

/** By name, so that the order of writing does not matter. */
const keyOf = (value: object): string =>
  JSON.stringify(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));

/**
 * Who waits and who has room, in memory. Only the heads of classes are compared, so a decision costs what
 * there are classes, not what there are conversations (decision 0021).
 */
export function createPool(serves: Serves): Pool {
  const seats = new Map<string, Seat>();
  const supplies = new Map<string, Supply>();
  const demands = new Map<string, Demand>();
  const places = new Map<string, { item: Item; demand: Demand }>();
  const holders = new Map<string, string>();
  const held = new Map<string, Set<string>>();
  const lanes = new Map<string, Set<Demand>>();
  const arrived = new Set<string>();
  const freed = new Set<string>();
  let available = 0;

  function supplyOf(person: Person): Supply {
    const key = keyOf({ ...person.skills, ' teams': person.teams.toSorted() });
    const known = supplies.get(key);
    if (known) return known;
    const made: Supply = { key, sample: person, free: createHeap(isFreer), waiting: new Set() };
    supplies.set(key, made);
    for (const demand of demands.values()) {
      const head = demand.items.peek();
      if (!head || head.only !== null || !serves(head, person)) continue;
      demand.supplies.push(made);
      made.waiting.add(demand);
    }
    return made;
  }

  const demandKey = ({ conversation: _, since: _s, need, ...item }: Item): string =>
    keyOf({ ...item, need: keyOf(need) });

  function demandOf(item: Item): Demand {
    const key = demandKey(item);
    const known = demands.get(key);
    if (known) return known;
    const fit =
      item.only === null ? [...supplies.values()].filter((it) => serves(item, it.sample)) : [];
    const made: Demand = { key, items: createHeap(isOlder), supplies: fit };
    demands.set(key, made);
    for (const supply of fit) supply.waiting.add(made);
    if (item.only !== null) lanes.set(item.only, (lanes.get(item.only) ?? new Set()).add(made));
    return made;
  }

  function leave(conversation: string): void {
    arrived.delete(conversation);
    const place = places.get(conversation);
    if (!place) return;
    places.delete(conversation);
    const { item, demand } = place;
    demand.items.remove(item);
    if (demand.items.size > 0) return;
    demands.delete(demand.key);
    for (const supply of demand.supplies) supply.waiting.delete(demand);
    if (item.only !== null) lanes.get(item.only)?.delete(demand);
  }

  const hasRoom = ({ available, load, capacity }: Seat): boolean => available && load < capacity;

  /** After whatever changed about somebody: their place among those with room. */
  function settle(seat: Seat): void {
    if (hasRoom(seat)) seat.supply.free.put(seat);
    else seat.supply.free.remove(seat);
  }

  function hold(conversation: string, agent: string | null): void {
    const before = holders.get(conversation) ?? null;
    if (before === agent) return;
    if (agent === null) holders.delete(conversation);
    else holders.set(conversation, agent);
    if (before !== null) {
      heldBy(before).delete(conversation);
      freed.add(before);
    }
    if (agent !== null) heldBy(agent).add(conversation);
    for (const id of [before, agent]) if (id !== null) recount(id);
  }

  function heldBy(agent: string): Set<string> {
    const known = held.get(agent) ?? new Set();
    held.set(agent, known);
    return known;
  }

  function recount(agent: string): void {
    const seat = seats.get(agent);
    if (!seat) return;
    seat.load = heldBy(agent).size;
    settle(seat);
  }

  function bestFor(item: Item, { supplies: some }: Demand): Seat | undefined {
    if (item.only !== null) {
      const seat = seats.get(item.only);
      return seat && hasRoom(seat) ? seat : undefined;
    }
    let best: Seat | undefined;
    for (const { free } of some) {
      // Who said no is among the people of a heap: then all of them have to be looked at, which is rare.
      const able = item.declined.length === 0 ? [free.peek()] : free.items();
      for (const seat of able)
        if (seat && !item.declined.includes(seat.id) && (!best || isFreer(seat, best))) best = seat;
    }
    return best;
  }

  /** The head that counts most, of those that wait for this person alone, or else of all. */
  function bestOf(seat: Seat, now: number): Item | undefined {
    for (const some of [lanes.get(seat.id) ?? [], seat.supply.waiting]) {
      let best: Item | undefined;
      for (const { items } of some) {
        const head = items.peek();
        if (!head || head.declined.includes(seat.id)) continue;
        const lead = best ? creditOf(head, now) - creditOf(best, now) : 1;
        if (!best || lead > 0 || (lead === 0 && isOlder(head, best))) best = head;
      }
      if (best) return best;
    }
    return undefined;
  }

  function take(item: Item, seat: Seat, now: number): Match {
    const { load, capacity } = seat;
    leave(item.conversation);
    seat.servedAt = now;
    hold(item.conversation, seat.id);
    return { item, agent: seat.id, load, capacity, credit: creditOf(item, now) };
  }

  function removePerson(id: string): void {
    const seat = seats.get(id);
    if (!seat) return;
    seats.delete(id);
    freed.delete(id);
    seat.supply.free.remove(seat);
    if (seat.available) available -= 1;
  }

  return {
    setPerson(person) {
      const servedAt = seats.get(person.id)?.servedAt ?? 0;
      removePerson(person.id);
      const load = heldBy(person.id).size;
      const seat: Seat = { ...person, load, servedAt, supply: supplyOf(person) };
      seats.set(person.id, seat);
      if (person.available) available += 1;
      settle(seat);
      freed.add(person.id);
    },
    removePerson,
    hold,
    wait(item) {
      leave(item.conversation);
      const demand = demandOf(item);
      demand.items.put(item);
      places.set(item.conversation, { item, demand });
      arrived.add(item.conversation);
    },
    leave,
    match(now) {
      const matches: Match[] = [];
      // Whoever has room takes what counts most first: what has just come has no right before the rest.
      const able = createHeap<Seat>(isFreer);
      for (const id of freed) {
        const seat = seats.get(id);
        if (seat) able.put(seat);
      }
      freed.clear();
      for (let seat = able.peek(); seat; seat = able.peek()) {
        const item = hasRoom(seat) ? bestOf(seat, now) : undefined;
        if (!item) able.remove(seat);
        else {
          matches.push(take(item, seat, now));
          able.put(seat);
        }
      }
      const newest = [...arrived].flatMap((id) => places.get(id) ?? []);
      newest.sort((a, b) => creditOf(b.item, now) - creditOf(a.item, now));
      for (const { item, demand } of newest) {
        const seat = bestFor(item, demand);
        if (seat) matches.push(take(item, seat, now));
      }
      arrived.clear();
      return matches;
    },
    loadOf: (agent) => held.get(agent)?.size ?? 0,
    heldBy: (agent) => [...(held.get(agent) ?? [])],
    get waiting() {
      return places.size;
    },
    get available() {
      return available;
    },
    *items() {
      for (const { item } of places.values()) yield item;
    },
  };
}
