import type { Clock } from '../lib/clock.ts';
import type { Store } from '../store/store.ts';

const WINDOW_MS = 7 * 86_400_000;
/** Enough for a median, and a few milliseconds of work: of the newest of the site, among the newest of all. */
const SAMPLE = { limit: 300, among: 10_000 };
/** Fewer say nothing about the next one. */
const REPLIES_MIN = 5;
const KEPT_MS = 10 * 60_000;

export interface ReplyTimes {
  /** The median from a visitor's first word to an agent's, in the last seven days; undefined: too few to say. */
  median(site: string): Promise<number | undefined>;
}

const medianOf = (values: number[]): number | undefined =>
  values.sort((a, b) => a - b)[Math.floor(values.length / 2)];

export function createReplyTimes(store: Store, now: Clock): ReplyTimes {
  const known = new Map<string, { at: number; medianMs: number | undefined }>();
  return {
    async median(site) {
      const kept = known.get(site);
      const at = now();
      if (kept && at - kept.at < KEPT_MS) return kept.medianMs;
      const since = at - WINDOW_MS;
      const replies = await store.read.conversations.firstReplies({ site, since, ...SAMPLE });
      const medianMs = replies.length < REPLIES_MIN ? undefined : medianOf(replies);
      known.set(site, { at, medianMs });
      return medianMs;
    },
  };
}
