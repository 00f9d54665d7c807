import type { Blueprint, Bot, RoutingFinding } from '@throughline/shared/schema';
import { flowConditions } from '../routing/vocabulary.ts';

type Named = Pick<Blueprint, 'flows' | 'bots'>;

/** Conditions that cannot be read. */
const findFaults = (bots: readonly Bot[]): RoutingFinding[] =>
  bots.flatMap(({ start }, i) => {
    const fault = start?.when === undefined ? undefined : flowConditions.compile(start.when).fault;
    return fault ? [{ path: `/bots/${i}/start/when`, ...fault }] : [];
  });

/** What is said to be followed by something is found by its name: one name, one of them. */
const findTwice = ({ flows = [], bots = [] }: Named): RoutingFinding[] =>
  bots.flatMap(({ id }, i) =>
    flows.some((flow) => flow.id === id)
      ? [{ path: `/bots/${i}/id`, code: 'bot_twice', message: `A flow is called "${id}" too.` }]
      : [],
  );

/** Tools of an agent's own and of its servers, with where each stands. */
const toolsOf = (bot: Bot, i: number): { name: string; path: string }[] =>
  bot.kind !== 'llm'
    ? []
    : [
        ...bot.tools.map(({ name }, k) => ({ name, path: `/bots/${i}/tools/${k}/name` })),
        ...bot.mcp.flatMap(({ tools }, j) =>
          tools.map(({ name }, k) => ({ name, path: `/bots/${i}/mcp/${j}/tools/${k}/name` })),
        ),
      ];

/** A model calls a tool by its name: of two, it could never mean the second. */
const findShadowed = (bots: readonly Bot[]): RoutingFinding[] =>
  bots.flatMap((bot, i) => {
    const seen = new Map<string, string>();
    return toolsOf(bot, i).flatMap(({ name, path }): RoutingFinding[] => {
      const first = seen.get(name);
      if (first === undefined) {
        seen.set(name, path);
        return [];
      }
      const message = `The bot "${bot.id}" has a tool "${name}" already, at ${first}.`;
      return [{ path, code: 'tool_twice', message }];
    });
  });

/** Whether whoever fails there is followed by itself in the end. */
function comesBack(bots: readonly Bot[], from: Bot): boolean {
  const seen = new Set([from.id]);
  const after = ({ otherwise }: Bot) => bots.find(({ id }) => id === otherwise);
  for (let next = after(from); next; next = after(next)) {
    if (next.id === from.id) return true;
    if (seen.has(next.id)) return false;
    seen.add(next.id);
  }
  return false;
}

function findLost({ flows = [], bots = [] }: Named): RoutingFinding[] {
  const known = new Set([...flows, ...bots].map(({ id }) => id));
  return bots.flatMap((bot, i): RoutingFinding[] => {
    const { id, otherwise } = bot;
    const path = `/bots/${i}/otherwise`;
    if (otherwise === undefined) return [];
    if (!known.has(otherwise))
      return [{ path, code: 'unknown_bot', message: `There is no flow or bot "${otherwise}".` }];
    return comesBack(bots, bot)
      ? [{ path, code: 'bot_circle', message: `What goes on after "${id}" comes back to it.` }]
      : [];
  });
}

/** All that keeps bots from being published. Says the same of the same. */
export const checkBots = (named: Named): RoutingFinding[] => [
  ...findFaults(named.bots ?? []),
  ...findTwice(named),
  ...findShadowed(named.bots ?? []),
  ...findLost(named),
];
