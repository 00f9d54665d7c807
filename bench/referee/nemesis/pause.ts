import { setTimeout as sleep } from 'node:timers/promises';
import type { Nemesis } from './nemesis.ts';

/** The machine stands still, and goes on as if nothing had been. */
export const pause: Nemesis = async ({ node }, forMs) => {
  node.signal('SIGSTOP');
  await sleep(forMs);
  node.signal('SIGCONT');
};
