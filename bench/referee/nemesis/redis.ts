import { setTimeout as sleep } from 'node:timers/promises';
import { must, type Nemesis } from './nemesis.ts';

/** Longer than a relay waits before it takes a silent line for broken. */
const CUT_OFF_MS = 12_000;

/** It forgets everything, twice. */
export const flushRedis: Nemesis = async ({ redis }, forMs) => {
  const { flush } = must(redis, 'Redis');
  await flush();
  await sleep(forMs);
  await flush();
};

/** It is gone, and comes back with nothing in it. */
export const restartRedis: Nemesis = async ({ redis }, forMs) => {
  const { kill, start } = must(redis, 'Redis');
  await kill();
  await sleep(forMs);
  await start();
};

/** It has no room left, takes nothing more, and forgets nothing for it. */
export const fillRedis: Nemesis = async ({ redis }, forMs) => {
  const { allow } = must(redis, 'Redis');
  await allow(1);
  await sleep(forMs);
  await allow(0);
};

/** One relay, or every one, is cut off from it without being told; for a moment, or until they notice. */
export const partRedis: Nemesis = async ({ redis, random }, forMs) => {
  const { lines } = must(redis, 'Redis');
  const hit = random.chance(0.5) ? lines : lines.slice(0, 1);
  const heals = hit.map((line) => line.weather({ isSilent: true }, () => true));
  await sleep(random.pick([forMs, CUT_OFF_MS]));
  for (const heal of heals) heal();
};
