import { setTimeout as sleep } from 'node:timers/promises';
import type { Window } from '../schedule.ts';
import { stepClock } from './clock.ts';
import { broken } from './disk.ts';
import { misbehave } from './endpoint.ts';
import type { NemesisName } from './names.ts';
import type { Nemesis, Scene } from './nemesis.ts';
import { cut, lose, silence, slow, stall } from './network.ts';
import { outsleep, pause, pauseLong } from './pause.ts';
import { idleWriter, lockRow, lockRows, restartDatabase, terminate } from './postgres.ts';
import { fillRedis, flushRedis, partRedis, restartRedis } from './redis.ts';

const nemeses: Record<NemesisName, Nemesis> = {
  pause,
  'pause-long': pauseLong,
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
  'lock-long': lockRow,
  'writer-idle': idleWriter,
  'database-stop': restartDatabase('fast'),
  'database-crash': restartDatabase('crash'),
  outsleep,
  'redis-flush': flushRedis,
  'redis-restart': restartRedis,
  'redis-part': partRedis,
  'redis-full': fillRedis,
};

/** A server that is under attack may refuse the attacker too: it tries again, as long as there is a relay. */
const TRIES = 5;
const RETRY_MS = 1000;

/** One fault from its beginning to its end; what has struck nothing is told as missed. */
export async function strike(scene: Scene, { nemesis, forMs }: Window): Promise<void> {
  const { node, stage } = scene;
  let why: string | undefined;
  stage.history.add({ f: 'nemesis', what: nemesis, phase: 'begin' });
  for (let i = 0; i < TRIES; i += 1) {
    if (i > 0) await sleep(RETRY_MS);
    why = await nemeses[nemesis](scene, forMs).then(() => undefined, String);
    if (why === undefined || !node.isAlive) break;
  }
  const missed = why === undefined ? {} : { missed: why };
  stage.history.add({ f: 'nemesis', what: nemesis, phase: 'end', ...missed });
}
