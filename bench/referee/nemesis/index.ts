import type { Window } from '../schedule.ts';
import { stepClock } from './clock.ts';
import { broken } from './disk.ts';
import { misbehave } from './endpoint.ts';
import type { NemesisName } from './names.ts';
import type { Nemesis, Scene } from './nemesis.ts';
import { cut, lose, silence, slow, stall } from './network.ts';
import { outsleep, pause } from './pause.ts';
import { lockRows, restartDatabase, terminate } from './postgres.ts';
import { flushRedis, partRedis, restartRedis } from './redis.ts';

const nemeses: Record<NemesisName, Nemesis> = {
  pause,
  clock: stepClock,
  cut,
  silence,
  slow,
  stall,
  loss: lose,
  endpoint: misbehave,
  'disk-full': broken('full'),
  'disk-slow': broken('slow'),
  terminate,
  lock: lockRows,
  'database-stop': restartDatabase('fast'),
  'database-crash': restartDatabase('crash'),
  outsleep,
  'redis-flush': flushRedis,
  'redis-restart': restartRedis,
  'redis-part': partRedis,
};

/** One fault from its beginning to its end. */
export async function strike(scene: Scene, { nemesis, forMs }: Window): Promise<void> {
  const { history } = scene.stage;
  history.add({ f: 'nemesis', what: nemesis, phase: 'begin' });
  // A server that is under attack may refuse the attacker too.
  await nemeses[nemesis](scene, forMs).catch(() => {});
  history.add({ f: 'nemesis', what: nemesis, phase: 'end' });
}
