import { keepUp } from '../events/keep-up.ts';
import type { BotsInForce } from '../settings/bots/in-force.ts';
import type { Switches } from '../settings/bots/switches.ts';
import { aroundOf, scopeFor } from './begin.ts';
import { type Bots, createBots } from './bots.ts';
import { type CreateParticipant, createCrew } from './crew.ts';
import { createFlowBot } from './flow/participant.ts';
import type { BotsParts } from './parts.ts';

interface OpenBots extends Pick<Bots, 'claims' | 'thinking'> {
  /** Begins from what is open now; returns the end of it. */
  start(): Promise<() => Promise<void>>;
}

/** Of all kinds but flows, which need nothing beside the relay. */
export type Participants = Omit<CreateParticipant, 'flow'>;

interface Parts extends Omit<BotsParts, 'crew'> {
  bots: BotsInForce;
  switches: Switches;
  participants: Participants;
}

export function openBots(parts: Parts): OpenBots {
  const { queries, now, participants } = parts;
  const scope = async (id: string) => {
    const row = await queries.get(id);
    if (!row) throw new Error(`no conversation ${id}`);
    return scopeFor(row, aroundOf(parts));
  };
  const crew = createCrew({
    ...parts,
    participants: { ...participants, flow: ({ flow }) => createFlowBot(flow, { now, scope }) },
  });
  const bots = createBots({ ...parts, crew });
  return {
    claims: bots.claims,
    thinking: bots.thinking,
    async start() {
      const stop = await keepUp('bots', bots, parts);
      return async () => {
        await stop();
        await bots.stop();
      };
    },
  };
}
