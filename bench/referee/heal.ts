import { setTimeout as sleep } from 'node:timers/promises';
import { type Violation, violation } from './check/evidence.ts';
import type { Furnished } from './furnish.ts';
import type { Ground } from './ground/ground.ts';
import type { Endpoint } from './players/endpoint.ts';
import type { Player, Stage } from './players/player.ts';
import type { StreamReader } from './players/stream.ts';

/**
 * All is well again after this long without anybody's help (P14, and the pause before a webhook's second
 * try), however busy the machine is. A client that looks at no heads is not waited for that long. An endpoint
 * that was away for most of a storm has its tens of thousands of events to get: there the time is without any.
 */
const HEAL_MS = 60_000;
const MUTANT_HEAL_MS = 7000;
const HASTEN_MS = 10_000;
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

/** Who lacks what; nothing: all is well. `late` is how much is still to go out. */
async function missing(healing: Healing): Promise<{ left: unknown[]; late: number }> {
  const { ground, players, endpoint, stream, furnished, stage } = healing;
  const heads = await ground.heads();
  const behind = players.filter((player) => !player.isCaughtUp(heads));
  if (behind.length > 0) return { left: behind.map((player) => player.describe()), late: 0 };
  const wasRestored = stage.history.entries.some(({ f }) => f === 'restore');
  if (wasRestored) return { left: [], late: 0 };
  const log = (await ground.readLog()).filter(({ place }) => place > furnished.head);
  const { dead, pending } = await ground.deliveries();
  const unsent = log.filter(({ key, place }) => !endpoint.accepted.has(key) && !dead.has(place));
  const unread = log.filter(({ key }) => !stream.seen.has(key));
  const late = unsent.length + unread.length;
  if (late === 0) return { left: [], late };
  return { left: [{ pending, unsent: unsent.slice(0, 5), unread: unread.slice(0, 5) }], late };
}

export interface Healed {
  faults: Violation[];
  /** Everything up to this place in the log is with everybody; bots may go on to speak behind it. */
  settledTo: number;
}

/** Waits until everybody has everything; C13 where that does not come by itself. */
export async function heal(healing: Healing): Promise<Healed> {
  const withinMs = healing.stage.mutant === 'M7' ? MUTANT_HEAL_MS : HEAL_MS;
  let from = performance.now();
  let least = Infinity;
  let hasHastened = false;
  for (;;) {
    const lookedAt = performance.now();
    const settledTo = (await healing.ground.readLog()).at(-1)?.place ?? 0;
    const { left, late } = await missing(healing);
    if (left.length === 0) return { faults: [], settledTo };
    if (late > 0 && late < least) {
      from = performance.now();
      least = late;
    }
    const waitedMs = performance.now() - from;
    if (waitedMs >= withinMs) {
      const what = `not well ${withinMs} ms after the last fault, or the last that went out`;
      return { faults: [violation('C13', what, ...left)], settledTo };
    }
    // Whoever looks leaves the machine to those who work.
    await sleep(Math.max(LOOK_MS, 4 * (performance.now() - lookedAt)));
    if (hasHastened || waitedMs < HASTEN_MS) continue;
    hasHastened = true;
    await hasten(healing);
  }
}
