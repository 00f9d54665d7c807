import { createHeap } from '../lib/heap.ts';
import { isFreer, keyOf, type Person, type Seat, type Supply } from './classes.ts';

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

export const hasRoom = ({ available, load, capacity }: Seat): boolean =>
  available && load < capacity;

/** Who is there, and what they have. */
export function createStaff(appeared: (supply: Supply) => void): Staff {
  const seats = new Map<string, Seat>();
  const supplies = new Map<string, Supply>();
  const holders = new Map<string, string>();
  const held = new Map<string, Set<string>>();
  const freed = new Set<string>();
  let available = 0;

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
      available += Number(person.available) - Number(before?.available ?? false);
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
      return available;
    },
  };
}
