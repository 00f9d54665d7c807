import type { Recorded } from '../history.ts';
import { type Check, only, violation } from './evidence.ts';

/** A run is as fast again as this share of what it was before the first fault (C13, T20). */
const SHARE = 0.9;
/**
 * How long that may take after all have healed: ten seconds, counted in turns of the clients, so that a busy
 * machine, on which turns take longer, gives everybody more time.
 */
const REGAIN_MS = 10_000;
export const TURN_MS = 20;
export const REGAIN_TURNS = REGAIN_MS / TURN_MS;

interface Stretch {
  when: 'before' | 'after';
  turns: number;
  /** Messages that were asked for in it and acknowledged; whoever waits for answers asks for no more. */
  done: number;
}

/** All whole stretches; those after the same faults stand together. */
function stretchesOf(history: readonly Recorded[]): Stretch[][] {
  const answered = new Set(
    only(history, 'send').flatMap(({ key, type }) => (type === 'ok' ? key : [])),
  );
  const groups: Stretch[][] = [[]];
  let done: number | undefined;
  for (const it of history) {
    if (it.f === 'nemesis') {
      done = undefined;
      groups.push([]);
    }
    if (it.f === 'send' && it.type === 'invoke' && done !== undefined && answered.has(it.key))
      done += 1;
    if (it.f !== 'pace') continue;
    if (it.turns > 0 && done !== undefined)
      groups.at(-1)?.push({ when: it.when, turns: it.turns, done });
    done = it.turns === 0 ? 0 : undefined;
  }
  return groups.filter((group) => group.length > 0);
}

const rateOf = ({ turns, done }: Stretch): number => done / turns;

/** What one turn came to before the first fault; undefined: nobody looked. */
function baselineOf(groups: readonly Stretch[][]): number | undefined {
  const before = groups.flat().filter(({ when }) => when === 'before');
  if (before.length === 0) return undefined;
  const sum = (of: (stretch: Stretch) => number) => before.reduce((n, it) => n + of(it), 0);
  return sum(({ done }) => done) / sum(({ turns }) => turns);
}

/** Whether all are as fast again as before the first fault, by the stretches since the last one. */
export function isRegained(history: readonly Recorded[]): boolean {
  const groups = stretchesOf(history);
  const baseline = baselineOf(groups);
  const isAsBefore = (it: Stretch) => it.when === 'after' && rateOf(it) >= SHARE * (baseline ?? 0);
  return baseline === undefined || (groups.at(-1)?.some(isAsBefore) ?? false);
}

/** C13: after every fault all are as fast again as before the first, without anybody's help. */
export const pace: Check = ({ history }) => {
  const groups = stretchesOf(history);
  const baseline = baselineOf(groups);
  if (baseline === undefined) return [];
  return groups.flatMap((group) => {
    const after = group.filter(({ when }) => when === 'after');
    const turns = after.reduce((sum, it) => sum + it.turns, 0);
    const best = Math.max(...after.map(rateOf));
    // Shorter: a relay was ended before its time was up.
    if (turns < REGAIN_TURNS || best >= SHARE * baseline) return [];
    const [now, then] = [best, baseline].map((rate) => rate.toFixed(2));
    const what = `${now} messages a turn ${REGAIN_MS} ms after all had healed, and ${then} before`;
    return violation('C13', what, ...after);
  });
};
