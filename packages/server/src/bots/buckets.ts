import type { Clock } from '../lib/clock.ts';

/** Turns in one conversation that may come at once, and how long until there is another one. */
const BURST = 20;
const REFILL_MS = 3000;

interface Bucket {
  left: number;
  at: number;
}

/** How often a bot may be asked in one conversation: whatever goes round there ends. */
export interface Buckets {
  /** Whether there is one left; takes it. */
  take(conversation: string): boolean;
  forget(conversation: string): void;
}

export function createBuckets(now: Clock): Buckets {
  const buckets = new Map<string, Bucket>();
  return {
    take(conversation) {
      const { left, at } = buckets.get(conversation) ?? { left: BURST, at: now() };
      const full = Math.min(BURST, left + (now() - at) / REFILL_MS);
      if (full < 1) return false;
      buckets.set(conversation, { left: full - 1, at: now() });
      return true;
    },
    forget: (conversation) => void buckets.delete(conversation),
  };
}
