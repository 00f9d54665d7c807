import { type Bots, type BotsParts, createBots } from './bots.ts';

/** As good as routing's. */
const TICK_MS = 250;

interface OpenBots extends Pick<Bots, 'claims'> {
  /** Begins from what is open now; returns the end of it. */
  start(): Promise<() => Promise<void>>;
}

export function openBots(parts: BotsParts): OpenBots {
  const bots = createBots(parts);
  return { claims: bots.claims, start: () => start(parts, bots) };
}

async function start({ events, log }: BotsParts, bots: Bots): Promise<() => Promise<void>> {
  const onError = (err: unknown) =>
    log.error({ err, follower: 'bots' }, 'follower failed; trying again');
  const from = await events.head();
  await bots.rebuild();
  const follower = await events.follow({ from, handle: bots.hear, onError });
  let ticking: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    ticking = bots.tick().catch(onError);
  }, TICK_MS).unref();
  return async () => {
    clearInterval(timer);
    await follower.stop();
    await ticking;
  };
}
