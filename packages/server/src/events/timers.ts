import type { Clock } from '../lib/clock.ts';
import type { Store, Timer } from '../store/store.ts';

export interface SweeperOptions {
  store: Store;
  now: Clock;
  /** Gives the timer's command; its id makes firing twice harmless, and the command itself clears the row. */
  fire(timer: Timer): Promise<unknown>;
  onError(error: unknown): void;
}

/** Timers are due to the second; a stepped clock is noticed as late. */
const SWEEP_MS = 1000;

/** Fires what is due. Timers are rows, so a restart forgets none and fires late ones at once. */
export function sweepTimers({ store, now, fire, onError }: SweeperOptions): {
  stop(): Promise<void>;
} {
  let stopped = false;
  let timeout: NodeJS.Timeout;
  let running: Promise<void> = Promise.resolve();

  async function sweep(): Promise<void> {
    try {
      for (const timer of await store.read.timers.due(now(), 100)) {
        if (stopped) return;
        // One that fails must not keep those behind it.
        await fire(timer).catch(onError);
      }
    } catch (error) {
      onError(error);
    }
    if (!stopped) schedule();
  }

  function schedule(): void {
    timeout = setTimeout(() => {
      running = sweep();
    }, SWEEP_MS);
  }

  running = sweep();
  return {
    async stop() {
      stopped = true;
      clearTimeout(timeout);
      await running;
    },
  };
}
