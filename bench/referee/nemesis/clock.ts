import { setTimeout as sleep } from 'node:timers/promises';
import type { Nemesis } from './nemesis.ts';

const MINUTE_MS = 60_000;
const STEPS_MS = [5 * MINUTE_MS, -5 * MINUTE_MS, 60 * MINUTE_MS, -60 * MINUTE_MS];
const STROBE_MS = 40;

/** The relay's clock jumps, once or to and fro, and is right again afterwards (P21). */
export const stepClock: Nemesis = async ({ node, random }, forMs) => {
  if (!node.isAlive) throw new Error('the relay is dead');
  const isStrobe = random.chance(0.3);
  const until = performance.now() + forMs;
  do {
    node.order({ do: 'clock', offsetMs: random.pick(STEPS_MS) });
    await sleep(isStrobe ? STROBE_MS : forMs);
  } while (isStrobe && performance.now() < until);
  node.order({ do: 'clock', offsetMs: 0 });
};
