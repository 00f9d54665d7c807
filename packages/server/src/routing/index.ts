import { createRouter, type RouterParts } from './router.ts';

/** A ring, an offer and a promise are good to this. */
const TICK_MS = 250;

/** Starts routing from what is open now; returns the end of it. */
export async function startRouting(parts: RouterParts): Promise<() => Promise<void>> {
  const { events, log } = parts;
  const onError = (err: unknown) =>
    log.error({ err, follower: 'routing' }, 'follower failed; trying again');
  const router = createRouter(parts);
  const from = await events.head();
  await router.rebuild();
  const follower = await events.follow({ from, handle: router.hear, onError });
  let ticking: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    ticking = router.tick().catch(onError);
  }, TICK_MS).unref();
  return async () => {
    clearInterval(timer);
    await follower.stop();
    await ticking;
  };
}
