import type { Flow, Journey, Journeys } from '@throughline/shared/schema';
import type { Run, Store } from '../store/store.ts';

/** The newest runs that are counted: exact up to here. */
const RUNS_MAX = 2000;

const tally = <T extends string>(names: readonly T[]): [name: T, count: number][] =>
  [...Map.groupBy(names, (name) => name)]
    .map(([name, all]): [T, number] => [name, all.length])
    .sort((a, b) => b[1] - a[1]);

const median = (values: number[]): number | null =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? null;

const sum = (runs: readonly Run[], of: keyof Run['promises']): number =>
  runs.reduce((total, { promises }) => total + promises[of], 0);

type Known = Pick<Flow, 'id' | 'name' | 'goal'>;

function journeyOf({ id, name, goal }: Known, runs: readonly Run[]): Journey {
  const over = runs.flatMap(({ ended }) => ended ?? []);
  const at = runs.flatMap(({ ended, step }) => (ended === null && step !== null ? step : []));
  return {
    ...{ id, name, goal: goal?.on ?? null, entered: runs.length },
    waiting: tally(at).map(([step, count]) => ({ step, count })),
    ended: tally(over).map(([outcome, count]) => ({ outcome, count })),
    reached: runs.filter(({ reached }) => reached).length,
    promises: {
      open: sum(runs, 'open'),
      kept: sum(runs, 'kept'),
      broken: sum(runs, 'broken'),
      withdrawn: sum(runs, 'withdrawn'),
    },
    firstAnswerMs: median(runs.flatMap(({ firstAnswerMs }) => firstAnswerMs ?? [])),
  };
}

/** Who began which flow, where they are, and what became of them: counted from the log whenever it is asked. */
export async function countJourneys(
  { read }: Pick<Store, 'read'>,
  flows: readonly Known[],
): Promise<Journeys> {
  const goals = flows.flatMap(({ id, goal }) => (goal ? [{ bot: id, ...goal }] : []));
  const runs = await read.events.runs(goals, RUNS_MAX);
  const byFlow = Map.groupBy(runs, ({ bot }) => bot);
  return {
    data: flows.map((flow) => journeyOf(flow, byFlow.get(flow.id) ?? [])),
    since: runs.length === RUNS_MAX ? Math.min(...runs.map(({ startedAt }) => startedAt)) : null,
  };
}
