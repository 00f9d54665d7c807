import type { Routing, RoutingFinding } from '@throughline/shared/schema';
import { type CompiledRouting, type CompiledRule, type KnownAgent, pointerOf } from './compile.ts';

/** What is looked at: a document, and what decisions would be made with. */
export interface Subject {
  routing: Routing;
  compiled: CompiledRouting;
  known: readonly KnownAgent[];
}

/** Names of teams, and where they stand. */
const teamsIn = ({ agents, queues }: Routing): [path: string, team: string][] => [
  ...agents.flatMap(({ teams }, i) =>
    teams.map((team, j): [string, string] => [`/routing/agents/${i}/teams/${j}`, team]),
  ),
  ...queues.flatMap(({ rings }, i) =>
    rings.flatMap(({ teams }, j) =>
      teams.map((team, k): [string, string] => [
        `/routing/queues/${i}/rings/${j}/teams/${k}`,
        team,
      ]),
    ),
  ),
];

/** Names of queues, and where they stand; what a rule has from above stands there. */
function queuesIn({ routing, compiled }: Subject): [path: string, queue: string][] {
  const below = ({ queue, routes }: CompiledRule): [string, string][] =>
    routes.flatMap((rule) => [
      ...(rule.queue === queue
        ? []
        : [[`${pointerOf(rule)}/queue`, rule.queue] as [string, string]]),
      ...below(rule),
    ]);
  const overflows = routing.queues.flatMap(({ overflow }, i) =>
    overflow.flatMap(({ to }, j): [string, string][] =>
      'queue' in to ? [[`/routing/queues/${i}/overflow/${j}/to/queue`, to.queue]] : [],
    ),
  );
  return [['/routing/route/queue', compiled.tree.queue], ...below(compiled.tree), ...overflows];
}

/** Names of what there is not. */
export function findUnknown(subject: Subject): RoutingFinding[] {
  const { routing, compiled, known } = subject;
  const teams = new Set(routing.teams.map(({ id }) => id));
  const emails = new Set(known.map(({ email }) => email.toLowerCase()));
  return [
    ...routing.agents.flatMap(({ email }, i): RoutingFinding[] => {
      if (emails.has(email.toLowerCase())) return [];
      const message = `Nobody with the address ${email} has an account.`;
      return [{ path: `/routing/agents/${i}/email`, code: 'unknown_agent', message }];
    }),
    ...teamsIn(routing)
      .filter(([, team]) => !teams.has(team))
      .map(([path, team]): RoutingFinding => {
        return { path, code: 'unknown_team', message: `There is no team "${team}".` };
      }),
    ...queuesIn(subject)
      .filter(([, queue]) => !compiled.queues.has(queue))
      .map(([path, queue]): RoutingFinding => {
        return { path, code: 'unknown_queue', message: `There is no queue "${queue}".` };
      }),
  ];
}

export function findEmptyTeams({ routing: { agents, teams } }: Subject): RoutingFinding[] {
  const manned = new Set(agents.flatMap((agent) => agent.teams));
  return teams.flatMap(({ id }, i) =>
    manned.has(id)
      ? []
      : [{ path: `/routing/teams/${i}`, code: 'empty_team', message: `Nobody is in "${id}".` }],
  );
}
