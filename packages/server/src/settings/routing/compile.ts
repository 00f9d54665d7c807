import type { Routing, RoutingRule } from '@throughline/shared/schema';
import { fingerprint } from '../../lib/fingerprint.ts';
import { canonical } from '../../lib/json.ts';
import type { Expression } from './expression.ts';
import { needs, overflows, rules } from './vocabulary.ts';

type Skill = string | string[] | number;
export type Need = Readonly<Record<string, string | number | boolean>>;
type Queue = Routing['queues'][number];

/** Somebody conversations are brought to. */
export interface RoutedAgent {
  id: string;
  email: string;
  teams: readonly string[];
  skills: Readonly<Record<string, Skill>>;
  /** Conversations at once, and how many with those taken by hand. */
  capacity: number;
  most: number;
}

export interface CompiledRing {
  afterMs: number;
  teams: ReadonlySet<string>;
  /** Over `needs.scope({ agent, need })`; undefined: everybody in the teams. */
  need: Expression | undefined;
}

interface CompiledOverflow {
  afterMs: number;
  /** Over `overflows.scope({ open, waitedMs, load })`; undefined: always. */
  when: Expression | undefined;
  to: Queue['overflow'][number]['to'];
}

export interface CompiledQueue extends Omit<Queue, 'rings' | 'overflow'> {
  rings: readonly CompiledRing[];
  overflow: readonly CompiledOverflow[];
}

/** A rule with all it has from those above it. */
export interface CompiledRule {
  /** `route.routes[1]` */
  path: string;
  /** Undefined: the root. */
  when: Expression | undefined;
  queue: string;
  /** Undefined: the queue's own. */
  base: number | undefined;
  need: Need;
  routes: readonly CompiledRule[];
}

export interface CompiledRouting {
  /** Of the document: the same for whatever means the same. */
  fingerprint: string;
  parkAfterMs: number;
  returnAfterMs: number;
  agents: ReadonlyMap<string, RoutedAgent>;
  queues: ReadonlyMap<string, CompiledQueue>;
  tree: CompiledRule;
}

/** A person who has an account. */
export interface KnownAgent {
  id: string;
  email: string;
}

type Inherited = Pick<CompiledRule, 'queue' | 'base' | 'need'>;

function compileRule(
  { when, routes = [], ...said }: Partial<RoutingRule>,
  path: string,
  above: Inherited,
): CompiledRule {
  const own: Inherited = {
    queue: said.queue ?? above.queue,
    base: said.base ?? above.base,
    need: { ...above.need, ...said.need },
  };
  return {
    ...own,
    path,
    when: when === undefined ? undefined : rules.compile(when),
    routes: routes.map((rule, i) => compileRule(rule, `${path}.routes[${i}]`, own)),
  };
}

const compileQueue = ({ rings, overflow, ...queue }: Queue): CompiledQueue => ({
  ...queue,
  rings: rings.map(({ afterMs, teams, need }) => ({
    afterMs,
    teams: new Set(teams),
    need: need === undefined ? undefined : needs.compile(need),
  })),
  overflow: overflow.map(({ afterMs, when, to }) => ({
    afterMs,
    to,
    when: when === undefined ? undefined : overflows.compile(when),
  })),
});

/** Those of the document who have an account; addresses do not mind their case. */
function agentsOf(
  { agents, capacity: { each, more } }: Routing,
  known: readonly KnownAgent[],
): RoutedAgent[] {
  const ids = new Map(known.map(({ id, email }) => [email.toLowerCase(), id]));
  return agents.flatMap(({ email, teams, skills, capacity = each }) => {
    const id = ids.get(email.toLowerCase());
    return id === undefined ? [] : [{ id, email, teams, skills, capacity, most: capacity + more }];
  });
}

/** Makes of a document what decisions are made with. What is wrong with it, `checkRouting` says. */
export function compileRouting(routing: Routing, known: readonly KnownAgent[]): CompiledRouting {
  const root: Inherited = { queue: routing.route.queue, base: undefined, need: {} };
  return {
    fingerprint: fingerprint(canonical(routing)),
    parkAfterMs: routing.capacity.parkAfterMs,
    returnAfterMs: routing.capacity.returnAfterMs,
    agents: new Map(agentsOf(routing, known).map((agent) => [agent.id, agent])),
    queues: new Map(routing.queues.map((queue) => [queue.id, compileQueue(queue)])),
    tree: compileRule(routing.route, 'route', root),
  };
}

/** A rule and all below it. */
export const everyRule = (rule: CompiledRule): CompiledRule[] => [
  rule,
  ...rule.routes.flatMap(everyRule),
];

/** Where a rule stands in the blueprint (RFC 6901). */
export const pointerOf = ({ path }: CompiledRule): string =>
  `/routing/${path.replaceAll('[', '/').replaceAll(']', '').replaceAll('.', '/')}`;
