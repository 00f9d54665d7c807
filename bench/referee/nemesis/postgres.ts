import { setTimeout as sleep } from 'node:timers/promises';
import { must, type Nemesis } from './nemesis.ts';

const LONG_MS = 10_000;

/** The server ends every connection of the relay, whatever is under way on it. */
export const terminate: Nemesis = async ({ ground }, forMs) => {
  let ended = 0;
  for (let i = 0; i < 2; i += 1) {
    ended += await must(ground.terminate, 'PostgreSQL')();
    await sleep(forMs / 2);
  }
  if (ended === 0) throw new Error('there was no connection');
};

/** Somebody else's transaction holds the rows of every conversation. */
export const lockRows: Nemesis = ({ ground }, forMs) => must(ground.holdRows, 'PostgreSQL')(forMs);

/** The row one conversation is counted by is held for ten seconds; the others go on. */
export const lockRow: Nemesis = ({ ground }) => must(ground.holdRows, 'PostgreSQL')(LONG_MS, 1);

/** Somebody else has written to the log, and neither commits nor ends for ten seconds. */
export const idleWriter: Nemesis = ({ ground }) => must(ground.holdWrite, 'PostgreSQL')(LONG_MS);

/** The server ends, as it should or as in a crash, and is started again. */
export const restartDatabase =
  (how: 'fast' | 'crash'): Nemesis =>
  async ({ ground }, forMs) => {
    await must(ground.stop, 'PostgreSQL of its own')(how);
    await sleep(forMs);
    await must(ground.start, 'PostgreSQL of its own')();
  };
