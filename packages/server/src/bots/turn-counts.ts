import type { Bus } from '../lib/bus.ts';

/** How many turns each bot is thinking about, known at every relay while Redis is there. */
export interface TurnCounts {
  of(bot: string): number;
  stop(): void;
}

/** By the bot's id. */
type Counts = [string, number][];

interface Told {
  kind: 'turns';
  counts: Counts;
}

const TELL_MS = 1000;
/** Whoever led and is silent for so long does not lead any more. */
const STALE_MS = 5000;

const isTold = (message: object): message is Told => 'kind' in message && message.kind === 'turns';

/**
 * The relay that leads tells the others.
 * @param own its counts; undefined at one that does not lead
 */
export function createTurnCounts(bus: Bus, own: () => Counts | undefined): TurnCounts {
  let told: { counts: Counts; at: number } | undefined;
  bus.hear((message) => {
    if (isTold(message)) told = { counts: message.counts, at: performance.now() };
  });
  const timer = setInterval(() => {
    const counts = own();
    if (counts) bus.send({ kind: 'turns', counts } satisfies Told);
  }, TELL_MS).unref();
  const others = () => (told && performance.now() - told.at < STALE_MS ? told.counts : []);
  return {
    of: (bot) => new Map(own() ?? others()).get(bot) ?? 0,
    stop: () => clearInterval(timer),
  };
}
