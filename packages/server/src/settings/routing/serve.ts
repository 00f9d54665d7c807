import type { Routing, RoutingFinding } from '@throughline/shared/schema';
import type {
  CompiledQueue,
  CompiledRing,
  CompiledRouting,
  CompiledRule,
  Need,
  RoutedAgent,
} from './compile.ts';
import { everyRule, pointerOf } from './compile.ts';
import { needs } from './vocabulary.ts';

type Person = Pick<RoutedAgent, 'teams' | 'skills'>;

/** Whether somebody may serve in a ring what has a need. A condition that is unknown is not met. */
export function serves(ring: CompiledRing, agent: Person, need: Need): boolean {
  const { teams, skills } = agent;
  if (!teams.some((team) => ring.teams.has(team))) return false;
  return !ring.need || ring.need.evaluate(needs.scope({ agent: { teams, skills }, need })) === true;
}

interface Arrival {
  queue: string;
  rule: CompiledRule;
}

/** Every queue a rule leads to, directly or by overflow. */
function arrivals({ queues, tree }: CompiledRouting): Arrival[] {
  const from = (queue: string, seen: Set<string>): Set<string> => {
    if (seen.has(queue)) return seen;
    seen.add(queue);
    for (const { to } of queues.get(queue)?.overflow ?? []) if ('queue' in to) from(to.queue, seen);
    return seen;
  };
  return everyRule(tree).flatMap((rule) =>
    [...from(rule.queue, new Set())].map((queue) => ({ queue, rule })),
  );
}

/** Whether what always overflows from a queue ends well elsewhere. */
function isCaught({ overflow }: CompiledQueue, endsWell: (queue: string) => boolean): boolean {
  return overflow.some(({ when, to }) => !when && (!('queue' in to) || endsWell(to.queue)));
}

/** Queues in which a conversation would wait for ever: nobody may serve it last, and no promise ends it. */
export function findUnserved({ agents }: Routing, compiled: CompiledRouting): RoutingFinding[] {
  const ids = [...compiled.queues.keys()];

  function endsWell(id: string, need: Need, seen = new Set<string>()): boolean {
    const queue = compiled.queues.get(id);
    const last = queue?.rings.at(-1);
    // What is not there, or cannot be read, is told elsewhere.
    if (!queue || !last || last.need?.fault) return true;
    // Looked at on another way here, and it did not.
    if (seen.has(id)) return false;
    seen.add(id);
    if (agents.some((agent) => serves(last, agent, need))) return true;
    return isCaught(queue, (next) => endsWell(next, need, seen));
  }

  function findingOf({ queue, rule }: Arrival): RoutingFinding {
    const ring = (compiled.queues.get(queue)?.rings.length ?? 1) - 1;
    const asked = JSON.stringify(rule.need);
    if (asked === '{}')
      return {
        path: `/routing/queues/${ids.indexOf(queue)}/rings/${ring}`,
        code: 'nobody_serves',
        message: `Nobody may serve in the last ring of "${queue}", and no promise ends the wait.`,
      };
    return {
      path: pointerOf(rule),
      code: 'need_nobody_holds',
      message: `Nobody in the last ring of "${queue}" meets ${asked}, and no promise ends the wait.`,
    };
  }

  const found = arrivals(compiled)
    .filter(({ queue, rule }) => !endsWell(queue, rule.need))
    .map(findingOf);
  return [...new Map(found.map((it) => [it.path + it.message, it])).values()];
}
