/** Standard Webhooks 1.0 proposes this one; ten tries over a little more than three days. */
const SCHEDULE_S = [0, 5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400];
const JITTER = 0.2;
export const RETRY_AFTER_MAX_MS = 24 * 3600 * 1000;

/** How long after the try with this number (from 1) the next one comes; undefined: there is none. */
export function retryDelayMs(tries: number, random: () => number): number | undefined {
  const seconds = SCHEDULE_S[tries];
  if (seconds === undefined) return undefined;
  // Deliveries that failed together must not come back together.
  return Math.round(seconds * 1000 * (1 + JITTER * (2 * random() - 1)));
}

/**
 * When what was tried so many times (from 0) is due at the latest: a clock that was set back stretches no
 * wait beyond that. `longestMs`: what else it may wait for.
 */
export const latestTries = (now: number, longestMs = 0): number[] =>
  SCHEDULE_S.map((seconds) =>
    seconds === 0 ? now : now + Math.max(seconds * 1000 * (1 + JITTER), longestMs),
  );

export const dueAtOnce = (now: number): number[] => SCHEDULE_S.map(() => now);

/** RFC 9110 10.2.3: seconds, or a date; nothing that makes sense is nothing. */
export function retryAfterMs(header: string | undefined, now: number): number {
  if (header === undefined) return 0;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), RETRY_AFTER_MAX_MS) : 0;
}
