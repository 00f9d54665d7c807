import { setTimeout as sleep } from 'node:timers/promises';
import type { Nemesis } from './nemesis.ts';

/** Longer than a lease, and than a transaction may stand still. */
const OUTSLEPT_MS = [11_000, 16_000] as const;

/** The machine stands still, and goes on as if nothing had been. */
export const pause: Nemesis = async ({ node }, forMs) => {
  node.signal('SIGSTOP');
  await sleep(forMs);
  node.signal('SIGCONT');
};

/** Whoever leads stands still until somebody else does, and goes on as if nothing had been. */
export const outsleep: Nemesis = async ({ relays, random }) => {
  const leader = relays.nodes.find(({ leads }) => leads) ?? random.pick(relays.nodes);
  leader.signal('SIGSTOP');
  await sleep(random.between(...OUTSLEPT_MS));
  leader.signal('SIGCONT');
};
