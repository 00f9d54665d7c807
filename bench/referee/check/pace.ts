import type { Recorded } from '../history.ts';
import { type Check, only, violation } from './evidence.ts';

/** A run is as fast again as this share of what it was before the first fault (C13, T20). */
const SHARE = 0.9;
/** How long that may take after all have healed, counted in turns of the clients. */
const REGAIN_MS = 10_000;
export const TURN_MS = 20;
const REGAIN_TURNS = REGAIN_MS / TURN_MS;
/** What the machine does for others says nothing of a relay: turns that took longer, or a disk that did. */
const STEADY_SHARE = 1.25;
const STEADY_SYNC_MS = 20;

interface Stretch {
  when: 'before' | 'after';
  turns: number;
  /** Messages that were asked for in it and acknowledged; whoever waits for answers asks for no more. */
  done: number;
  /** Nothing but the relay could be slow. */
  isSteady: boolean;
}

/** All whole stretches; those after the same faults stand together. */
function stretchesOf(history: readonly Recorded[]): Stretch[][] {
  const answered = new Set(
    only(history, 'send').flatMap(({ key, type }) => (type === 'ok' ? key : [])),
  );
  const groups: Stretch[][] = [[]];
  let done: number | undefined;
  let from = 0;
  for (const it of history) {
    if (it.f === 'nemesis') {
      done = undefined;
      groups.push([]);
    }
    if (it.f === 'send' && it.type === 'invoke' && done !== undefined && answered.has(it.key))
      done += 1;
    if (it.f !== 'pace') continue;
    const { when, turns, syncMs, t } = it;
    const isSteady = t - from <= STEADY_SHARE * TURN_MS * turns && syncMs <= STEADY_SYNC_MS;
    if (turns > 0 && done !== undefined) groups.at(-1)?.push({ when, turns, done, isSteady });
    done = turns === 0 ? 0 : undefined;
    from = t;
  }
  return groups.filter((group) => group.length > 0);
}

const rateOf = ({ turns, done }: Stretch): number => done / turns;

/** What one turn came to before the first fault; undefined: nobody knows. */
function baselineOf(groups: readonly Stretch[][]): number | undefined {
  const before = groups.flat().filter(({ when, isSteady }) => when === 'before' && isSteady);
  if (before.length === 0) return undefined;
  const sum = (of: (stretch: Stretch) => number) => before.reduce((n, it) => n + of(it), 0);
  return sum(({ done }) => done) / sum(({ turns }) => turns);
}

/** `unknown`: a relay was ended, or the machine was busy, before the time was up. */
type Verdict = 'regained' | 'slow' | 'unknown';

function verdictOf(group: readonly Stretch[], baseline: number | undefined): Verdict {
  if (baseline === undefined) return 'unknown';
  const after = group.filter(({ when }) => when === 'after');
  if (after.some((it) => rateOf(it) >= SHARE * baseline)) return 'regained';
  const turns = after.reduce((sum, it) => sum + (it.isSteady ? it.turns : 0), 0);
  return turns >= REGAIN_TURNS ? 'slow' : 'unknown';
}

/** After each fault that was followed by anything. */
function judged(history: readonly Recorded[]) {
  const groups = stretchesOf(history);
  const baseline = baselineOf(groups);
  const after = groups.filter((group) => group.some(({ when }) => when === 'after'));
  return after.map((group) => ({ group, baseline, verdict: verdictOf(group, baseline) }));
}

/** Whether it is known how fast all are before the first fault. */
export const hasBaseline = (history: readonly Recorded[]): boolean =>
  baselineOf(stretchesOf(history)) !== undefined;

/** Whether another stretch may tell how fast all are since the last fault. */
export function isOpen(history: readonly Recorded[]): boolean {
  const last = judged(history).at(-1);
  return last?.baseline !== undefined && last.verdict === 'unknown';
}

/** How often each was the case. */
export function pacesOf(history: readonly Recorded[]): Record<Verdict, number> {
  const counts = { regained: 0, slow: 0, unknown: 0 };
  for (const { verdict } of judged(history)) counts[verdict] += 1;
  return counts;
}

/** C13: after every fault all are as fast again as before the first, without anybody's help. */
export const pace: Check = ({ history }) =>
  judged(history).flatMap(({ group, baseline = 0, verdict }) => {
    if (verdict !== 'slow') return [];
    const [now, then] = [Math.max(...group.map(rateOf)), baseline].map((rate) => rate.toFixed(2));
    const what = `${now} messages a turn ${REGAIN_MS} ms after all had healed, and ${then} before`;
    return violation('C13', what, ...group);
  });
