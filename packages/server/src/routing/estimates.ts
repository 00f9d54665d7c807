import type { EventData } from '@throughline/shared/schema';
import type { LogRecord } from '../events/log.ts';

/** How long it will still take. */
export interface Range {
  lowMs: number;
  highMs: number;
}

/** What each way of estimating says: how long the first in line has waited, how long the last one served had. */
type Guess = Record<'head' | 'last', number>;

interface Arrival {
  queue: string;
  at: number;
  guess: Guess | undefined;
  /** What was to be expected when it came. */
  range: Range | undefined;
  /** The same, where the log says that its visitor is told. */
  told: Range | undefined;
}

interface Sample {
  waitMs: number;
  guess: Guess | undefined;
  /** Whether what was expected came true; undefined: nothing was. */
  isCovered: boolean | undefined;
}

interface Line {
  /** Who waits, in the order they came. */
  waiting: Map<string, number>;
  /** The newest that were served. */
  samples: Sample[];
}

type Queued = Pick<EventData<'conversation.queued'>, 'queue' | 'estimate'>;

export interface Estimates {
  hear(record: LogRecord): void;
  /** Of whoever comes now; undefined: it has not earned to be told. */
  expected(queue: string, now: number): Range | undefined;
  /** What is left of what the log says they were told when they came; undefined: it is over, or true too seldom. */
  rangeOf(conversation: string, now: number): Range | undefined;
}

const KEPT = 100;
/** Fewer say nothing about the spread. */
const SPREAD_MIN = 10;
const EARNED_MIN = 30;
const COVERAGE = { least: 0.75, most: 0.95 };

const quantile = (sorted: readonly number[], q: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;

const errorOf = ({ samples }: Line, way: keyof Guess): number =>
  samples.reduce((sum, { waitMs, guess }) => sum + (guess ? (waitMs - guess[way]) ** 2 : 0), 0);

function guessOf({ waiting, samples }: Line, now: number): Guess | undefined {
  const last = samples.at(-1);
  const [first] = waiting.values();
  return last && { head: first === undefined ? 0 : now - first, last: last.waitMs };
}

/** The better of the two, give or take what it has been wrong by lately: four of five should be within. */
function expect(line: Line, now: number): Range | undefined {
  const guess = guessOf(line, now);
  const way = errorOf(line, 'head') < errorOf(line, 'last') ? 'head' : 'last';
  const wrongBy = line.samples
    .flatMap((sample) => (sample.guess ? sample.waitMs - sample.guess[way] : []))
    .sort((a, b) => a - b);
  if (!guess || wrongBy.length < SPREAD_MIN) return undefined;
  const at = (q: number) => Math.max(0, guess[way] + quantile(wrongBy, q));
  return { lowMs: at(0.1), highMs: at(0.9) };
}

/** Backtest: of those for whom something was expected when they came, how many came to it. */
function isEarned({ samples }: Line): boolean {
  const tested = samples.filter(({ isCovered }) => isCovered !== undefined);
  const share = tested.filter(({ isCovered }) => isCovered).length / tested.length;
  return tested.length >= EARNED_MIN && share >= COVERAGE.least && share <= COVERAGE.most;
}

/**
 * How long waits in each queue take, learned from those that are over. It is a fold of the newest part of
 * the log and kept nowhere else: whoever starts anew knows the same.
 */
export function createEstimates(): Estimates {
  const lines = new Map<string, Line>();
  const arrivals = new Map<string, Arrival>();

  function lineOf(queue: string): Line {
    const line = lines.get(queue) ?? { waiting: new Map(), samples: [] };
    lines.set(queue, line);
    return line;
  }

  function leave(conversation: string): Arrival | undefined {
    const arrival = arrivals.get(conversation);
    if (!arrival) return undefined;
    arrivals.delete(conversation);
    lineOf(arrival.queue).waiting.delete(conversation);
    return arrival;
  }

  function arrive(conversation: string, at: number, { queue, estimate }: Queued): void {
    leave(conversation);
    const line = lineOf(queue);
    const range = estimate ?? expect(line, at);
    arrivals.set(conversation, { queue, at, guess: guessOf(line, at), range, told: estimate });
    line.waiting.set(conversation, at);
  }

  function serve(conversation: string, now: number): void {
    const arrival = leave(conversation);
    if (!arrival) return;
    const { queue, at, guess, range } = arrival;
    const waitMs = now - at;
    const isCovered = range && range.lowMs <= waitMs && waitMs <= range.highMs;
    const { samples } = lineOf(queue);
    samples.push({ waitMs, guess, isCovered });
    if (samples.length > KEPT) samples.shift();
  }

  return {
    hear({ type, time, conversation, data }) {
      if (conversation === null) return;
      if (type === 'conversation.queued' && 'queue' in data) arrive(conversation, time, data);
      if (type === 'conversation.resolved' || type === 'conversation.snoozed') leave(conversation);
      if (type !== 'conversation.assigned' || !('assignee' in data)) return;
      if (data.assignee) serve(conversation, time);
      else leave(conversation);
    },
    expected(queue, now) {
      const line = lineOf(queue);
      return isEarned(line) ? expect(line, now) : undefined;
    },
    rangeOf(conversation, now) {
      const arrival = arrivals.get(conversation);
      if (!arrival?.told || !isEarned(lineOf(arrival.queue))) return undefined;
      const waitedMs = now - arrival.at;
      const { lowMs, highMs } = arrival.told;
      if (waitedMs >= highMs) return undefined;
      return { lowMs: Math.max(0, lowMs - waitedMs), highMs: highMs - waitedMs };
    },
  };
}
