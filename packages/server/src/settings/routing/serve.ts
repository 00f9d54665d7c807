import type { Routing, RoutingFinding } from '@throughline/shared/schema';
import type { Breathe } from '../../lib/breath.ts';
import { canonical } from '../../lib/json.ts';
import {
  type CompiledQueue,
  type CompiledRing,
  type CompiledRouting,
  type CompiledRule,
  everyRule,
  type Need,
  pointerOf,
  type RoutedAgent,
} from './compile.ts';
import { needs } from './vocabulary.ts';

/** Who reads that many reads no more. */
const FINDINGS_MAX = 100;

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

/** Whether a wait in a queue comes to an end, for what has a need: each question is answered once. */
function createEndings({ agents }: Routing, { queues }: CompiledRouting) {
  const answers = new Map<string, boolean>();
  function once(key: unknown, answer: () => boolean): boolean {
    const text = canonical(key);
    const known = answers.get(text);
    if (known !== undefined) return known;
    // Asked again on the way to its own answer it is a circle, which is told elsewhere.
    answers.set(text, false);
    const found = answer();
    answers.set(text, found);
    return found;
  }

  const isServed = (ring: CompiledRing, need: Need): boolean =>
    once([ring.need?.text, [...ring.teams], need], () =>
      agents.some((agent) => serves(ring, agent, need)),
    );

  const endsWell = (id: string, need: Need): boolean =>
    once([id, need], () => {
      const queue = queues.get(id);
      const last = queue?.rings.at(-1);
      // What is not there, or cannot be read, is told elsewhere.
      if (!queue || !last || last.need?.fault) return true;
      return isServed(last, need) || isCaught(queue, (next) => endsWell(next, need));
    });

  return endsWell;
}

function findingOf({ queue, rule }: Arrival, { queues }: CompiledRouting): RoutingFinding {
  const asked = JSON.stringify(rule.need);
  if (asked !== '{}')
    return {
      path: pointerOf(rule),
      code: 'need_nobody_holds',
      message: `Nobody in the last ring of "${queue}" meets ${asked}, and no promise ends the wait.`,
    };
  const last = (queues.get(queue)?.rings.length ?? 1) - 1;
  return {
    path: `/routing/queues/${[...queues.keys()].indexOf(queue)}/rings/${last}`,
    code: 'nobody_serves',
    message: `Nobody may serve in the last ring of "${queue}", and no promise ends the wait.`,
  };
}

/** Queues in which a conversation would wait for ever: nobody may serve it last, and no promise ends it. */
export async function findUnserved(
  routing: Routing,
  compiled: CompiledRouting,
  breathe: Breathe,
): Promise<RoutingFinding[]> {
  const endsWell = createEndings(routing, compiled);
  const found: RoutingFinding[] = [];
  for (const arrival of arrivals(compiled)) {
    if (!endsWell(arrival.queue, arrival.rule.need)) found.push(findingOf(arrival, compiled));
    if (found.length === FINDINGS_MAX) break;
    await breathe();
  }
  return [...new Map(found.map((it) => [it.path + it.message, it])).values()];
}
