import type { Board } from './board.ts';
import { createRouter, type RouterParts } from './router.ts';

/** A ring, an offer and a promise are good to this. */
const TICK_MS = 250;

interface Routing {
  /** How things stand now. */
  board(): Board;
  /** Begins from what is open now; returns the end of it. */
  start(): Promise<() => Promise<void>>;
}

export function createRouting(parts: RouterParts): Routing {
  const router = createRouter(parts);
  return { board: router.board, start: () => start(parts, router) };
}

async function start(
  { events, log }: RouterParts,
  router: ReturnType<typeof createRouter>,
): Promise<() => Promise<void>> {
  const onError = (err: unknown) =>
    log.error({ err, follower: 'routing' }, 'follower failed; trying again');
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
