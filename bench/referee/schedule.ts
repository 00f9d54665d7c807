import { type Fault, POINTS, type Point } from './nemesis/failpoints.ts';
import type { NemesisName } from './nemesis/names.ts';
import type { Random } from './random.ts';

/** How a relay's life ends. */
export type End = 'kill' | 'term' | 'power' | 'broken' | 'restore';

/** One fault while a relay lives. */
export interface Window {
  nemesis: NemesisName;
  /** Begins when this share of its life's work is done. */
  at: number;
  forMs: number;
}

/** One life of one relay. */
export interface Life {
  /** Which relay, where there are several. */
  node: number;
  /**
   * It is ended once so many messages were acknowledged, and those that a life before it left undone,
   * unless it dies at its failpoint before.
   */
  answers: number;
  fault?: Fault;
  windows: Window[];
  end: End;
}

export interface ScheduleOptions {
  kills: number;
  relays: number;
  nemeses: readonly (NemesisName | Exclude<End, 'kill' | 'term'>)[];
  /** Where relays die; everywhere, and at times that mean nothing, by default. */
  points?: readonly Point[] | undefined;
  lingerMs?: number | undefined;
  /** Messages that are acknowledged in one life, on average. */
  answers: number;
}

const ENDS: readonly string[] = ['power', 'broken', 'restore'];
const isEnd = (name: string): name is Exclude<End, 'kill' | 'term'> => ENDS.includes(name);

function faultOf(
  random: Random,
  { points, lingerMs, answers }: ScheduleOptions,
): Fault | undefined {
  if (!points && !random.chance(0.7)) return undefined;
  const point = random.pick(points ?? POINTS);
  // Early or late in its life: both the first steps after a recovery and those under load.
  const passage = random.chance(0.3) ? random.between(1, 60) : random.between(60, answers);
  return { point, passage, ...(lingerMs === undefined ? {} : { lingerMs }) };
}

function windowsOf(random: Random, names: readonly NemesisName[]): Window[] {
  if (names.length === 0) return [];
  // Alone, and in pairs; but nothing is stopped twice at once.
  const count = random.chance(0.3) ? 2 : 1;
  const made = Array.from({ length: count }, () => ({
    nemesis: random.pick(names),
    at: random.next() * 0.6,
    forMs: random.between(200, 800),
  }));
  const victims = made.map(({ nemesis }) => nemesis.split('-')[0]);
  return made.filter((_, i) => victims.indexOf(victims[i]) === i);
}

/** From so many lives on, one of them ends as an operator would end it. */
const LIVES_WITH_TERM = 3;

/** How each life ends: every other one in a way that was asked for, in turn; one by SIGTERM; all others by `kill -9`. */
function endsOf(random: Random, { kills, nemeses, points }: ScheduleOptions): End[] {
  const asked = nemeses.filter(isEnd);
  const ends = Array.from<unknown, End>({ length: kills }, (_, i) =>
    i % 2 === 1 ? (asked[((i - 1) / 2) % asked.length] ?? 'kill') : 'kill',
  );
  const planned = random.between(0, kills - 1);
  if (points || kills < LIVES_WITH_TERM || ends[planned] !== 'kill') return ends;
  return ends.with(planned, 'term');
}

/** Everything that is going to happen, from a seed: the same one makes the same schedule. */
export function scheduleOf(random: Random, options: ScheduleOptions): Life[] {
  const { relays, nemeses, answers } = options;
  const during = nemeses.filter((name): name is NemesisName => !isEnd(name));
  return endsOf(random, options).map((end) => {
    const fault = end === 'kill' ? faultOf(random, options) : undefined;
    return {
      node: random.between(0, relays - 1),
      answers: random.between(Math.round(answers * 0.5), Math.round(answers * 1.5)),
      windows: windowsOf(random, during),
      end,
      ...(fault ? { fault } : {}),
    };
  });
}
