import type { Need } from '@throughline/shared/schema';
import type { Heap } from '../lib/heap.ts';

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

/** What waits and is alike to everybody: inside of it the order never changes with time. */
export interface Line {
  key: string;
  items: Heap<Item>;
  /** Who may serve it. */
  supplies: Supply[];
}

/** Least to do, then longest without a new one, then by name: the same inputs give the same answer. */
export function isFreer(a: Seat, b: Seat): boolean {
  const [less, more] = [a.load / a.capacity, b.load / b.capacity];
  if (less !== more) return less < more;
  return a.servedAt < b.servedAt || (a.servedAt === b.servedAt && a.id < b.id);
}

export const isOlder = (a: Item, b: Item): boolean =>
  a.since < b.since || (a.since === b.since && a.conversation < b.conversation);

/** By name, so that the order of writing does not matter. */
export function keyOf(value: Readonly<Record<string, unknown>>): string {
  let key = '';
  for (const name of Object.keys(value).sort()) key += `${name}=${JSON.stringify(value[name])} `;
  return key;
}
