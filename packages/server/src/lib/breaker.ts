import type { Clock } from './clock.ts';

/** Failures in a row after which it opens. */
export const FAILURES_MAX = 5;
const OPEN_MS = 10_000;
const OPEN_MAX_MS = 5 * 60_000;

/**
 * Keeps a receiver that is down from being called by everything that waits for it: open, nothing is
 * sent; after a while one try decides whether it shuts or stays open twice as long.
 */
export interface Breaker {
  /** When the next try may be made; past: now. */
  readonly opensAt: number;
  /** How many may be under way. */
  readonly capacity: number;
  succeeded(): void;
  failed(): void;
  /** The receiver said when it wants to be asked again. */
  hold(until: number): void;
  /** Somebody wants it to be asked now. */
  lift(): void;
  /** The clock was set back: what was left to wait stays what it was. */
  rewind(ms: number): void;
}

export function createBreaker(now: Clock, capacity: number): Breaker {
  let failures = 0;
  let pauseMs = OPEN_MS;
  let opensAt = 0;
  return {
    get opensAt() {
      return opensAt;
    },
    get capacity() {
      return failures >= FAILURES_MAX ? 1 : capacity;
    },
    succeeded() {
      failures = 0;
      pauseMs = OPEN_MS;
    },
    failed() {
      failures += 1;
      if (failures < FAILURES_MAX) return;
      // What was under way when it opened says nothing new.
      if (opensAt > now()) return;
      opensAt = now() + pauseMs;
      pauseMs = Math.min(pauseMs * 2, OPEN_MAX_MS);
    },
    hold(until) {
      opensAt = Math.max(opensAt, until);
    },
    lift() {
      opensAt = 0;
    },
    rewind(ms) {
      opensAt = Math.max(opensAt - ms, 0);
    },
  };
}
