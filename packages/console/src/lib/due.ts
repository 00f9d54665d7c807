import { spanText } from './wait.ts';

export interface Due {
  tone: 'late' | 'soon';
  /** `Late by 4 min`, `Answer due in 40 s` */
  text: string;
}

const MINUTE_MS = 60_000;

/** In minutes, and in seconds only where minutes would say nothing. */
const about = (ms: number): string =>
  spanText(ms < MINUTE_MS ? Math.max(1000, ms - (ms % 1000)) : ms - (ms % MINUTE_MS));

/** How the answer a visitor waits for stands to its target; null: there is none, or time enough. */
export function dueOf(due: { at: number; soonAt: number } | null, now: number): Due | null {
  if (!due || now < due.soonAt) return null;
  return now >= due.at
    ? { tone: 'late', text: `Late by ${about(now - due.at)}` }
    : { tone: 'soon', text: `Answer due in ${about(due.at - now)}` };
}
