import { keepUp } from '../events/keep-up.ts';
import { type Bots, type BotsParts, createBots } from './bots.ts';

interface OpenBots extends Pick<Bots, 'claims'> {
  /** Begins from what is open now; returns the end of it. */
  start(): Promise<() => Promise<void>>;
}

export function openBots(parts: BotsParts): OpenBots {
  const bots = createBots(parts);
  return { claims: bots.claims, start: () => keepUp('bots', bots, parts) };
}
