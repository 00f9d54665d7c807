import type { Flow, Routing, RoutingFinding, Tool } from '@throughline/shared/schema';
import type { Expression } from '../routing/expression.ts';
import {
  type CompiledFlow,
  type CompiledStep,
  compileFlow,
  isLast,
  isWaiting,
  waysOf,
} from './compile.ts';

/** What flows may name. */
interface Known {
  queues: ReadonlySet<string>;
  tools: ReadonlySet<string>;
}

interface Subject extends Known {
  /** Where it stands in the blueprint: `/flows/0`. */
  at: string;
  flow: CompiledFlow;
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
function findUnknown(subject: Subject): RoutingFinding[] {
  const { at, flow } = subject;
  const { first, steps } = flow;
  const ways = [...steps].flatMap(([name, step]) =>
    waysOf(step).map(([path, next]): [string, string] => [`${at}/steps/${name}/${path}`, next]),
  );
  const unknown = [[`${at}/first`, first] as [string, string], ...ways]
    .filter(([, next]) => !steps.has(next))
    .map(([path, next]) => finding(path, 'unknown_step', `There is no step "${next}".`));
  return [...unknown, ...[...steps].flatMap((entry) => findNowhere(subject, entry))];
}

/** Queues and tools that are not there. */
function findNowhere(
  { at, queues, tools }: Subject,
  [name, step]: [string, CompiledStep],
): RoutingFinding[] {
  const path = `${at}/steps/${name}`;
  if (step.kind === 'route' && step.queue !== undefined && !queues.has(step.queue))
    return [finding(`${path}/queue`, 'unknown_queue', `There is no queue "${step.queue}".`)];
  if (step.kind === 'call' && !tools.has(step.tool))
    return [finding(`${path}/tool`, 'unknown_tool', `There is no tool "${step.tool}".`)];
  return [];
}

/** Where nobody has asked for anything, nobody may ever answer. */
const findTimeless = ({ at, flow: { on, steps } }: Subject): RoutingFinding[] =>
  on === undefined
    ? []
    : [...steps].flatMap(([name, step]) =>
        (step.kind === 'ask' || step.kind === 'choose') && !step.timeout
          ? [
              finding(
                `${at}/steps/${name}`,
                'no_timeout',
                `"${name}" may wait for ever: it begins with an event, and needs a timeout.`,
              ),
            ]
          : [],
      );

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
  {
    routing,
    tools = [],
  }: { routing?: Pick<Routing, 'queues'> | undefined; tools?: Tool[] | undefined },
): RoutingFinding[] {
  const known: Known = {
    queues: new Set(routing?.queues.map(({ id }) => id)),
    tools: new Set(tools.map(({ id }) => id)),
  };
  return flows.flatMap((flow, i) => {
    const subject: Subject = { at: `/flows/${i}`, flow: compileFlow(flow), ...known };
    const unknown = findUnknown(subject);
    // What leads nowhere would be found again by everything that follows the ways.
    const ways =
      unknown.length > 0
        ? []
        : [...findUnreachable(subject), ...findEndless(subject), ...findLoops(subject)];
    return [...findFaults(subject), ...unknown, ...findTimeless(subject), ...ways];
  });
}
