import { setTimeout as sleep } from 'node:timers/promises';
import type { Nemesis } from './nemesis.ts';

/** The server ends every connection of the relay, whatever is under way on it. */
export const terminate: Nemesis = async ({ ground }, forMs) => {
  for (let i = 0; i < 2; i += 1) {
    await ground.terminate?.();
    await sleep(forMs / 2);
  }
};

/** Somebody else's transaction holds the rows of every conversation. */
export const lockRows: Nemesis = async ({ ground }, forMs) => ground.holdRows?.(forMs);

/** The server ends, as it should or as in a crash, and is started again. */
export const restartDatabase =
  (how: 'fast' | 'crash'): Nemesis =>
  async ({ ground }, forMs) => {
    await ground.stop?.(how);
    await sleep(forMs);
    await ground.start?.();
  };
