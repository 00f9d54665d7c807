import { createHeap, type Heap } from '../lib/heap.ts';
import type { Line } from './lines.ts';

/** Somebody who may be given conversations. */
export interface Person {
  id: string;
  teams: readonly string[];
  skills: Readonly<Record<string, unknown>>;
  capacity: number;
  available: boolean;
}

export interface Seat extends Person {
  load: number;
  /** When they were last given one. */
  servedAt: number;
  supply: Supply;
}

/** People who are alike to every condition, those with room and least to do first. */
export interface Supply {
  sample: Person;
  free: Heap<Seat>;
  /** What waits for them. */
  lines: Set<Line>;
}

export interface Staff {
  supplies(): Iterable<Supply>;
  seat(id: string): Seat | undefined;
  set(person: Person): void;
  /** Whose capacity a conversation takes; null: nobody's. */
  hold(conversation: string, agent: string | null): void;
  give(seat: Seat, conversation: string, now: number): void;
  heldBy(agent: string): ReadonlySet<string>;
  /** Those who may have room since this was last asked. */
  takeFreed(): Seat[];
  readonly available: number;
}

/** Least to do, then longest without a new one, then by name: the same inputs give the same answer. */
export function isFreer(a: Seat, b: Seat): boolean {
  const [less, more] = [a.load / a.capacity, b.load / b.capacity];
  if (less !== more) return less < more;
  return a.servedAt < b.servedAt || (a.servedAt === b.servedAt && a.id < b.id);
}

export const hasRoom = ({ available, load, capacity }: Seat): boolean =>
  available && load < capacity;

/** By name, so that the order of writing does not matter. */
export const keyOf = (value: object): string =>
  JSON.stringify(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));

/** Who is there, and what they have. */
export function createStaff(appeared: (supply: Supply) => void): Staff {
  const seats = new Map<string, Seat>();
  const supplies = new Map<string, Supply>();
  const holders = new Map<string, string>();
  const held = new Map<string, Set<string>>();
  const freed = new Set<string>();

  function supplyOf(person: Person): Supply {
    const key = keyOf({ ...person.skills, ' teams': person.teams.toSorted() });
    const known = supplies.get(key);
    if (known) return known;
    const made: Supply = { sample: person, free: createHeap(isFreer), lines: new Set() };
    supplies.set(key, made);
    appeared(made);
    return made;
  }

  function heldBy(agent: string): Set<string> {
    const known = held.get(agent) ?? new Set();
    held.set(agent, known);
    return known;
  }

  /** Their place among those with room, after whatever changed about them. */
  function settle(id: string): void {
    const seat = seats.get(id);
    if (!seat) return;
    seat.load = heldBy(id).size;
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
      settle(before);
    }
    if (agent === null) return;
    heldBy(agent).add(conversation);
    settle(agent);
  }

  return {
    supplies: () => supplies.values(),
    seat: (id) => seats.get(id),
    set(person) {
      const before = seats.get(person.id);
      before?.supply.free.remove(before);
      const { servedAt = 0 } = before ?? {};
      seats.set(person.id, { ...person, load: 0, servedAt, supply: supplyOf(person) });
      freed.add(person.id);
      settle(person.id);
    },
    hold,
    give(seat, conversation, now) {
      seat.servedAt = now;
      hold(conversation, seat.id);
    },
    heldBy,
    takeFreed() {
      const found = [...freed].flatMap((id) => seats.get(id) ?? []);
      freed.clear();
      return found;
    },
    get available() {
      let count = 0;
      for (const { available } of seats.values()) if (available) count += 1;
      return count;
    },
  };
}
