import { setTimeout as sleep } from 'node:timers/promises';
import type { Nemesis } from './nemesis.ts';

/** Longer than a relay waits before it takes a silent line for broken. */
const CUT_OFF_MS = 12_000;

/** It forgets everything, twice. */
export const flushRedis: Nemesis = async ({ redis }, forMs) => {
  await redis?.flush();
  await sleep(forMs);
  await redis?.flush();
};

/** It is gone, and comes back with nothing in it. */
export const restartRedis: Nemesis = async ({ redis }, forMs) => {
  await redis?.kill();
  await sleep(forMs);
  await redis?.start();
};

/** One relay, or every one, is cut off from it without being told; for a moment, or until they notice. */
export const partRedis: Nemesis = async ({ redis, random }, forMs) => {
  const lines = redis?.lines ?? [];
  const hit = random.chance(0.5) ? lines : lines.slice(0, 1);
  const heals = hit.map((line) => line.weather({ isSilent: true }, () => true));
  await sleep(random.pick([forMs, CUT_OFF_MS]));
  for (const heal of heals) heal();
};
