import type { Logger } from '../lib/logger.ts';
import type { Log, LogRecord } from './log.ts';

/** What is kept in memory: made of rows at the start, of the log after that, and of time in between. */
export interface Follows {
  /** Reads all there is anew. */
  rebuild(): Promise<void>;
  hear(records: LogRecord[]): Promise<void>;
  /** Does what is due by now. */
  tick(): Promise<void>;
}

/** What is due is done within this. */
const TICK_MS = 250;

/** Keeps it up with log and clock under a name; returns the end of it. */
export async function keepUp(
  name: string,
  { rebuild, hear, tick }: Follows,
  { events, log }: { events: Log; log: Logger },
): Promise<() => Promise<void>> {
  const onError = (err: unknown) =>
    log.error({ err, follower: name }, 'follower failed; trying again');
  // Before what is read: nothing falls between the two.
  const from = await events.head();
  await rebuild();
  const follower = await events.follow({ from, handle: hear, onError });
  let ticking: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    ticking = tick().catch(onError);
  }, TICK_MS).unref();
  return async () => {
    clearInterval(timer);
    await follower.stop();
    await ticking;
  };
}
