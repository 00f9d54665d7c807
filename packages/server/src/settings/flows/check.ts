import type { Flow, Routing, RoutingFinding } from '@throughline/shared/schema';
import type { Expression } from '../routing/expression.ts';
import { type CompiledFlow, compileFlow, isLast, isWaiting, waysOf } from './compile.ts';

interface Subject {
  /** Where it stands in the blueprint: `/flows/0`. */
  at: string;
  flow: CompiledFlow;
  queues: ReadonlySet<string>;
}

type Code = RoutingFinding['code'];
const finding = (path: string, code: Code, message: string): RoutingFinding => ({
  path,
  code,
  message,
});

const faultOf = (path: string, condition: Expression | undefined): RoutingFinding[] =>
  condition?.fault ? [{ path, ...condition.fault }] : [];

/** Conditions that cannot be read. */
const findFaults = ({ at, flow }: Subject): RoutingFinding[] => [
  ...faultOf(`${at}/start/when`, flow.when),
  ...[...flow.steps].flatMap(([name, step]) =>
    step.kind === 'branch'
      ? step.cases.flatMap(({ when }, i) => faultOf(`${at}/steps/${name}/cases/${i}/when`, when))
      : [],
  ),
];

/** Names of what there is not. */
function findUnknown({ at, flow: { first, steps }, queues }: Subject): RoutingFinding[] {
  const ways = [...steps].flatMap(([name, step]) =>
    waysOf(step).map(([path, next]): [string, string] => [`${at}/steps/${name}/${path}`, next]),
  );
  const unknown = [[`${at}/first`, first] as [string, string], ...ways]
    .filter(([, next]) => !steps.has(next))
    .map(([path, next]) => finding(path, 'unknown_step', `There is no step "${next}".`));
  const nowhere = [...steps].flatMap(([name, step]) =>
    step.kind === 'route' && step.queue !== undefined && !queues.has(step.queue)
      ? [
          finding(
            `${at}/steps/${name}/queue`,
            'unknown_queue',
            `There is no queue "${step.queue}".`,
          ),
        ]
      : [],
  );
  return [...unknown, ...nowhere];
}

type Graph = ReadonlyMap<string, readonly string[]>;

const graphOf = ({ steps }: CompiledFlow): Graph =>
  new Map([...steps].map(([name, step]) => [name, waysOf(step).map(([, next]) => next)]));

/** All that can be got to from some, those included. */
function within(graph: Graph, from: Iterable<string>): Set<string> {
  const seen = new Set(from);
  for (const name of seen) for (const next of graph.get(name) ?? []) seen.add(next);
  return seen;
}

function reversed(graph: Graph): Graph {
  const back = new Map<string, string[]>();
  for (const [name, ways] of graph)
    for (const next of ways) back.set(next, [...(back.get(next) ?? []), name]);
  return back;
}

function findUnreachable({ at, flow }: Subject): RoutingFinding[] {
  const reached = within(graphOf(flow), [flow.first]);
  return [...flow.steps.keys()]
    .filter((name) => !reached.has(name))
    .map((name) =>
      finding(`${at}/steps/${name}`, 'unreachable_step', `Nothing leads to "${name}".`),
    );
}

/** Steps from which it never ends, whatever anybody answers. */
function findEndless({ at, flow }: Subject): RoutingFinding[] {
  const ends = [...flow.steps].filter(([, step]) => isLast(step)).map(([name]) => name);
  const ending = within(reversed(graphOf(flow)), ends);
  return [...flow.steps.keys()]
    .filter((name) => !ending.has(name))
    .map((name) =>
      finding(`${at}/steps/${name}`, 'no_end', `No "route" and no "end" follows on "${name}".`),
    );
}

/** Steps that come round to themselves and wait for nobody on the way. */
function findLoops({ at, flow }: Subject): RoutingFinding[] {
  const busy = new Map(
    [...graphOf(flow)].filter(([name]) => {
      const step = flow.steps.get(name);
      return step && !isWaiting(step);
    }),
  );
  return [...busy]
    .filter(([name, ways]) => within(busy, ways).has(name))
    .map(([name]) =>
      finding(
        `${at}/steps/${name}`,
        'endless_loop',
        `From "${name}" it comes back without waiting.`,
      ),
    );
}

/** All that keeps flows from being published. Says the same of the same. */
export function checkFlows(
  flows: readonly Flow[],
  routing: Pick<Routing, 'queues'> | undefined,
): RoutingFinding[] {
  const queues = new Set(routing?.queues.map(({ id }) => id));
  return flows.flatMap((flow, i) => {
    const subject: Subject = { at: `/flows/${i}`, flow: compileFlow(flow), queues };
    const unknown = findUnknown(subject);
    // What leads nowhere would be found again by everything that follows the ways.
    const ways =
      unknown.length > 0
        ? []
        : [...findUnreachable(subject), ...findEndless(subject), ...findLoops(subject)];
    return [...findFaults(subject), ...unknown, ...ways];
  });
}
