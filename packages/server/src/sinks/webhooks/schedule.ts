/** Standard Webhooks 1.0 proposes this one; ten tries over a little more than three days. */
const SCHEDULE_S = [0, 5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400];
const JITTER = 0.2;
const RETRY_AFTER_MAX_MS = 24 * 3600 * 1000;

/** How long after the try with this number (from 1) the next one comes; undefined: there is none. */
export function retryDelayMs(tries: number, random: () => number): number | undefined {
  const seconds = SCHEDULE_S[tries];
  if (seconds === undefined) return undefined;
  // Deliveries that failed together must not come back together.
  return Math.round(seconds * 1000 * (1 + JITTER * (2 * random() - 1)));
}

/** RFC 9110 10.2.3: seconds, or a date; nothing that makes sense is nothing. */
export function retryAfterMs(header: string | undefined, now: number): number {
  if (header === undefined) return 0;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), RETRY_AFTER_MAX_MS) : 0;
}
