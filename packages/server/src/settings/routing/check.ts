import type { Routing, RoutingFinding } from '@throughline/shared/schema';
import { type Breathe, createBreath } from '../../lib/breath.ts';
import { findEmptyTeams, findUnknown, type Subject } from './check-names.ts';
import {
  type CompiledRouting,
  type CompiledRule,
  compileRouting,
  everyRule,
  type KnownAgent,
  pointerOf,
} from './compile.ts';
import type { Expression } from './expression.ts';
import { place } from './place.ts';
import { findUnserved } from './serve.ts';

const faultOf = (path: string, condition: Expression | undefined): RoutingFinding[] =>
  condition?.fault ? [{ path, ...condition.fault }] : [];

/** Conditions that cannot be read. */
function findFaults({ compiled: { queues, tree } }: Subject): RoutingFinding[] {
  return [
    ...everyRule(tree).flatMap((rule) => faultOf(`${pointerOf(rule)}/when`, rule.when)),
    ...[...queues.values()].flatMap(({ rings, overflow }, i) => [
      ...rings.flatMap(({ need }, j) => faultOf(`/routing/queues/${i}/rings/${j}/need`, need)),
      ...overflow.flatMap(({ when }, j) =>
        faultOf(`/routing/queues/${i}/overflow/${j}/when`, when),
      ),
    ]),
  ];
}

/** Overflows that lead back to where they came from. */
function findCircles({ routing: { queues } }: Subject): RoutingFinding[] {
  const targets = new Map(
    queues.map(({ id, overflow }) => [
      id,
      overflow.flatMap(({ to }) => ('queue' in to ? [to.queue] : [])),
    ]),
  );
  const leadsTo = (from: string, to: string, seen = new Set<string>()): boolean => {
    if (from === to) return true;
    if (seen.has(from)) return false;
    seen.add(from);
    return (targets.get(from) ?? []).some((next) => leadsTo(next, to, seen));
  };
  return queues.flatMap(({ id, overflow }, i) =>
    overflow.flatMap(({ to }, j): RoutingFinding[] => {
      if (!('queue' in to && leadsTo(to.queue, id))) return [];
      const message = `What goes from "${id}" to "${to.queue}" comes back.`;
      return [{ path: `/routing/queues/${i}/overflow/${j}/to`, code: 'overflow_circle', message }];
    }),
  );
}

/** Rules that never get their turn: one before them has the same condition, or always matches. */
function findShadowed({ compiled: { tree } }: Subject): RoutingFinding[] {
  const textOf = ({ when }: CompiledRule): string => when?.text.trim() ?? '';
  return everyRule(tree).flatMap(({ routes }) =>
    routes.flatMap((rule, i): RoutingFinding[] => {
      const wins = [textOf(rule), 'true'];
      const before = routes.slice(0, i).find((other) => wins.includes(textOf(other)));
      if (!before) return [];
      const message = `It never gets its turn: ${before.path} matches whenever it would.`;
      return [{ path: `${pointerOf(rule)}/when`, code: 'shadowed', message }];
    }),
  );
}

/** What a test got instead of what it expects; undefined: just that. */
function failureOf(
  { expect, given }: Routing['tests'][number],
  compiled: CompiledRouting,
): string | undefined {
  const { queue, base, reasons } = place(compiled, given);
  const isBaseRight = expect.base === undefined || expect.base === base;
  if (queue === expect.queue && isBaseRight) return undefined;
  const wanted = expect.base === undefined ? expect.queue : `${expect.queue} (${expect.base})`;
  const got = isBaseRight ? queue : `${queue} (${base})`;
  return `expected ${wanted}, got ${got}; ${reasons.join(', ')}.`;
}

async function findFailed(
  { routing: { tests }, compiled }: Subject,
  breathe: Breathe,
): Promise<RoutingFinding[]> {
  const found: RoutingFinding[] = [];
  for (const [i, test] of tests.entries()) {
    const failure = failureOf(test, compiled);
    const message = `${test.name ?? `Test ${i + 1}`}: ${failure}`;
    if (failure) found.push({ path: `/routing/tests/${i}/expect`, code: 'test_failed', message });
    await breathe();
  }
  return found;
}

/** All that keeps a document from being published. Says the same of the same; a large one takes seconds. */
export async function checkRouting(
  routing: Routing,
  known: readonly KnownAgent[],
): Promise<RoutingFinding[]> {
  const breathe = createBreath();
  const compiled = compileRouting(routing, known);
  const subject: Subject = { routing, compiled, known };
  return [
    ...findFaults(subject),
    ...findUnknown(subject),
    ...findEmptyTeams(subject),
    ...findCircles(subject),
    ...(await findUnserved(routing, compiled, breathe)),
    ...findShadowed(subject),
    ...(await findFailed(subject, breathe)),
  ];
}
