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
  ...findLost(named),
];
