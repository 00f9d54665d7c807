import type { BotRun } from '../conversations/queries.ts';
import type { BotInForce, BotsInForce } from '../settings/bots/in-force.ts';
import type { Switches } from '../settings/bots/switches.ts';
import type { Participant } from './participant.ts';

type Kind = BotInForce['kind'];

/** What makes a participant of what is published; a kind without one answers nobody. */
export type CreateParticipant = {
  [K in Kind]?: (bot: Extract<BotInForce, { kind: K }>) => Pick<Participant, 'answer' | 'knows'>;
};

/** The bots that are published, made ready to answer. */
export interface Crew {
  readonly size: number;
  get(id: string): BotInForce | undefined;
  /** The one that goes on with a run; undefined: it is published no more, or not this step of it. */
  of(run: Pick<BotRun, 'bot' | 'state'>): BotInForce | undefined;
  /** Whether it is live, switched on, and somebody knows how to ask it. */
  maySpeak(bot: BotInForce): boolean;
  participantOf(bot: BotInForce): Participant | undefined;
  /** Those that may speak to visitors now, in their order. */
  speaking(): BotInForce[];
  /** Those that may say what they would say, in their order. */
  advisers(): readonly BotInForce[];
  /** Who goes on where one cannot, if anybody may. */
  after(id: string): BotInForce | undefined;
  refresh(): Promise<void>;
}

interface Parts {
  bots: BotsInForce;
  switches: Switches;
  participants: CreateParticipant;
}

export function createCrew({ bots, switches, participants }: Parts): Crew {
  /** One that has not changed keeps what it remembers between turns. */
  let made = new Map<string, Participant>();

  function participantOf(bot: BotInForce): Participant | undefined {
    const known = made.get(bot.id);
    if (known?.version === bot.version) return known;
    const create = participants[bot.kind] as CreateParticipant['flow'];
    if (!create) return undefined;
    const { id, name, version, deadlineMs } = bot;
    const asked = create(bot as Extract<BotInForce, { kind: 'flow' }>);
    const participant = { id, name, version, deadlineMs, ...asked };
    made.set(id, participant);
    return participant;
  }

  const mayAnswer = (bot: BotInForce): boolean =>
    switches.isOn(bot.id) && participants[bot.kind] !== undefined;

  const maySpeak = (bot: BotInForce): boolean => bot.mode === 'live' && mayAnswer(bot);

  return {
    get size() {
      return bots.current.size;
    },
    get: (id) => bots.current.get(id),
    of({ bot: id, state }) {
      const bot = bots.current.get(id);
      const isKnown = !bot || state === null || participantOf(bot)?.knows?.(state) !== false;
      return isKnown ? bot : undefined;
    },
    maySpeak,
    participantOf,
    speaking: () => [...bots.current.values()].filter(maySpeak),
    advisers: () =>
      [...bots.current.values()].filter((bot) => bot.mode !== 'live' && mayAnswer(bot)),
    after(id) {
      // Published is only what does not come back to itself.
      let next = bots.current.get(bots.current.get(id)?.otherwise ?? '');
      while (next && !maySpeak(next)) next = bots.current.get(next.otherwise ?? '');
      return next;
    },
    async refresh() {
      await bots.refresh();
      await switches.refresh();
      made = new Map([...made].filter(([id]) => bots.current.has(id)));
    },
  };
}
