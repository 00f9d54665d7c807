import { setTimeout as sleep } from 'node:timers/promises';
import type { Node } from '../relays.ts';
import type { Nemesis } from './nemesis.ts';

/** Longer than a lease, and than a transaction may stand still. */
const OUTSLEPT_MS = [11_000, 16_000] as const;
const LONG_MS = [2000, 10_000] as const;

async function stand(node: Node, forMs: number): Promise<void> {
  if (!node.isAlive) throw new Error('the relay is dead');
  node.signal('SIGSTOP');
  await sleep(forMs);
  node.signal('SIGCONT');
}

/** The machine stands still, and goes on as if nothing had been. */
export const pause: Nemesis = ({ node }, forMs) => stand(node, forMs);

export const pauseLong: Nemesis = ({ node, random }) => stand(node, random.between(...LONG_MS));

/** Whoever leads stands still until somebody else does, and goes on as if nothing had been. */
export const outsleep: Nemesis = async ({ relays, random }) => {
  const leader = relays.nodes.find(({ leads }) => leads) ?? random.pick(relays.nodes);
  await stand(leader, random.between(...OUTSLEPT_MS));
};
