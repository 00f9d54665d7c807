import type { Breaker } from '../../lib/breaker.ts';
import type { Ground } from './ground.ts';
import { dueAtOnce, latestTries, RETRY_AFTER_MAX_MS } from './schedule.ts';

/** What an endpoint waits for, on a clock that may be set back. */
export interface Waits {
  /** Looks at the clock: set back, also before the relay started, it makes nobody wait for it. */
  check(): Promise<void>;
  /** Nothing waits any more. */
  end(): Promise<void>;
}

export function createWaits(
  id: string,
  { deliveries, now }: Pick<Ground, 'deliveries' | 'now'>,
  breaker: Breaker,
): Waits {
  /** What the clock said last. */
  let seenAt: number | undefined;
  return {
    async check() {
      const [before, at] = [seenAt, now()];
      seenAt = at;
      if (before === undefined) return deliveries.hasten(id, latestTries(at, RETRY_AFTER_MAX_MS));
      if (before <= at) return;
      breaker.rewind(before - at);
      await deliveries.hasten(id, latestTries(at));
    },
    async end() {
      breaker.lift();
      await deliveries.hasten(id, dueAtOnce(now()));
    },
  };
}
