import { keepUp } from '../events/keep-up.ts';
import type { BotsInForce } from '../settings/bots/in-force.ts';
import type { Switches } from '../settings/bots/switches.ts';
import { aroundOf, scopeFor } from './begin.ts';
import { type Bots, createBots } from './bots.ts';
import { type CreateParticipant, createCrew } from './crew.ts';

export { createFailures, type Failures } from './failures.ts';
export { createTurnCounts } from './turn-counts.ts';

import type { Caller } from './flow/call.ts';
import { createFlowBot } from './flow/participant.ts';
import { followJourneys, type JourneysParts } from './journeys.ts';

export interface OpenBots extends Pick<Bots, 'claims' | 'thinking'> {
  /** Begins from what is open now; returns the end of it. */
  start(): Promise<() => Promise<void>>;
}

/** Of all kinds but flows, which need nothing beside the relay. */
export type Participants = Omit<CreateParticipant, 'flow'>;

interface Parts extends Omit<JourneysParts, 'crew'> {
  poster: Caller['poster'];
  tools: Pick<Caller, 'urlOf' | 'secretsOf'>;
  bots: BotsInForce;
  switches: Switches;
  participants: Participants;
}

export const JOURNEYS = 'journeys';

export function openBots(parts: Parts): OpenBots {
  const { queries, now, poster, tools, site, participants } = parts;
  const scope = async (id: string) => {
    const row = await queries.get(id);
    if (!row) throw new Error(`no conversation ${id}`);
    return scopeFor(row, aroundOf(parts));
  };
  const crew = createCrew({
    ...parts,
    participants: {
      ...participants,
      flow: ({ flow }) => createFlowBot(flow, { now, scope, site, poster, ...tools }),
    },
  });
  const bots = createBots({ ...parts, crew });
  return {
    claims: bots.claims,
    thinking: bots.thinking,
    async start() {
      await using begun = new AsyncDisposableStack();
      begun.defer(bots.stop);
      begun.defer(await keepUp('bots', bots, parts));
      const journeys = await parts.events.followAs(JOURNEYS, {
        handle: followJourneys({ ...parts, crew }),
        onError: (err) =>
          parts.log.error({ err, follower: JOURNEYS }, 'follower failed; trying again'),
        gatherMs: 0,
      });
      begun.defer(journeys.stop);
      const all = begun.move();
      return () => all.disposeAsync();
    },
  };
}
