import { setTimeout as sleep } from 'node:timers/promises';
import type { Manners } from '../players/endpoint.ts';
import type { Nemesis } from './nemesis.ts';

/** The business's own server is ill. */
export const misbehave: Nemesis = async ({ endpoint, random }, forMs) => {
  endpoint.behave(random.pick<Manners>(['refuses', 'hangs', 'slow', 'busy']));
  await sleep(forMs);
  endpoint.behave('well');
};
