import { type Bots, type BotsParts, createBots } from './bots.ts';

/** As good as routing's. */
const TICK_MS = 250;

/** Starts the flows from what is open now. */
export async function startBots(
  parts: BotsParts,
): Promise<Pick<Bots, 'claims'> & { stop(): Promise<void> }> {
  const { events, log } = parts;
  const onError = (err: unknown) =>
    log.error({ err, follower: 'bots' }, 'follower failed; trying again');
  const bots = createBots(parts);
  const from = await events.head();
  await bots.rebuild();
  const follower = await events.follow({ from, handle: bots.hear, onError });
  let ticking: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    ticking = bots.tick().catch(onError);
  }, TICK_MS).unref();
  return {
    claims: bots.claims,
    async stop() {
      clearInterval(timer);
      await follower.stop();
      await ticking;
    },
  };
}
