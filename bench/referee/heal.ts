import { setTimeout as sleep } from 'node:timers/promises';
import { type Violation, violation } from './check/evidence.ts';
import type { Furnished } from './furnish.ts';
import type { Ground } from './ground/ground.ts';
import type { Endpoint } from './players/endpoint.ts';
import type { Player, Stage } from './players/player.ts';
import type { StreamReader } from './players/stream.ts';

/** All is well again after this long, without anybody's help (P14, and the pause of a webhook's first retry). */
const HEAL_MS = 20_000;
const LOOK_MS = 200;

interface Healing {
  ground: Ground;
  stage: Stage;
  players: Player[];
  endpoint: Endpoint;
  stream: StreamReader;
  furnished: Furnished;
}

/** Asks for all that waits for a second or third try: the next one is minutes away. */
const hasten = ({ stage, furnished }: Healing): Promise<unknown> =>
  fetch(`${stage.relay}/v1/endpoints/${furnished.endpoint}/ping`, {
    method: 'POST',
    headers: { authorization: `Bearer ${furnished.key}` },
  }).catch(() => {});

/** What is still missing; nothing: all is well. */
async function missing(healing: Healing): Promise<unknown[]> {
  const { ground, players, endpoint, stream, furnished, stage } = healing;
  const heads = await ground.heads();
  const behind = players.filter((player) => !player.isCaughtUp(heads));
  if (behind.length > 0) return behind.map((player) => player.describe());
  const wasRestored = stage.history.entries.some(({ f }) => f === 'restore');
  if (wasRestored) return [];
  const log = (await ground.readLog()).filter(({ place }) => place > furnished.head);
  const { dead, pending } = await ground.deliveries();
  const unsent = log.filter(({ key, place }) => !endpoint.accepted.has(key) && !dead.has(place));
  const unread = log.filter(({ key }) => !stream.seen.has(key));
  if (unsent.length + unread.length === 0) return [];
  return [{ pending, unsent: unsent.slice(0, 5), unread: unread.slice(0, 5) }];
}

/** Waits until everybody has everything; C13 where that does not come by itself. */
export async function heal(healing: Healing): Promise<Violation[]> {
  const { players, stage } = healing;
  const end = performance.now() + HEAL_MS;
  let hasHastened = false;
  // A page somebody looks at does not wait for its next try. One that is online gets no such help.
  if (stage.lossiness === 0 && stage.mutant !== 'M7') for (const it of players) it.nudge();
  let left = await missing(healing);
  while (left.length > 0 && performance.now() < end) {
    await sleep(LOOK_MS);
    left = await missing(healing);
    if (hasHastened || performance.now() < end - HEAL_MS / 2) continue;
    hasHastened = true;
    await hasten(healing);
  }
  return left.length === 0
    ? []
    : [violation('C13', `not well ${HEAL_MS} ms after the last fault`, ...left)];
}
