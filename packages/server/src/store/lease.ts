import type { Awaitable } from './awaitable.ts';

/** Who does what must be done once, of several relays on one log. */
export interface Lease {
  /**
   * Takes it for so long, or keeps it.
   * @returns its term, which is another one with every holder; undefined: somebody else has it
   */
  hold(holder: string, forMs: number): Awaitable<number | undefined>;
  /** Nobody has to wait until it is over. */
  release(holder: string): Awaitable<void>;
}

/** What a transaction may know of it. */
export interface LeaseReads {
  /** The term of whoever has it, and nobody gets another one before this transaction is over. */
  term(): Awaitable<number>;
}

/** One process has the whole store by a lock of its own: nobody else asks. */
export const HELD: Lease & LeaseReads = { hold: () => 1, release: () => {}, term: () => 1 };
