export interface Conditions {
  /** Failed tries in a row, from 0. */
  attempt: number;
  /** Nobody looks at the page. */
  hidden: boolean;
  /** What the browser believes about the network. */
  online: boolean;
}

const FIRST_MS = 500;
const LONGEST_MS = 15_000;
/** A hidden or offline page may take its time: the page tells us when it comes back. */
const IDLE_MS = 30_000;

/**
 * How long to wait before the next try: exponential with full jitter above a small floor, so that a
 * crowd cut off together does not return together.
 * @param random a number from 0 to 1
 */
export function backoffMs({ attempt, hidden, online }: Conditions, random: number): number {
  const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 10));
  const wait = ceiling * (0.25 + 0.75 * random);
  return Math.round(hidden || !online ? Math.max(wait, IDLE_MS * (0.5 + 0.5 * random)) : wait);
}
