import type { Values } from '../../i18n/languages.ts';
import type { awayWords } from '../../i18n/words/away.ts';
import { isSameDay } from '../format.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

const CLOCK = { hour: 'numeric', minute: '2-digit' } as const;

/** The time for the visitor, and, where clocks differ, for the business. */
function bothTimes(time: number, tag: string, timeZone: string): string {
  const own = new Date(time).toLocaleTimeString(tag, CLOCK);
  if (own === new Date(time).toLocaleTimeString(tag, { ...CLOCK, timeZone })) return own;
  const theirs = { ...CLOCK, timeZone, timeZoneName: 'shortGeneric' } as const;
  return `${own} (${new Date(time).toLocaleTimeString(tag, theirs)})`;
}

/** In the visitor's language. */
export type Say = (key: keyof typeof awayWords, values?: Values) => string;

interface Around {
  say: Say;
  tag: string;
  now: number;
}

/** "We are back tomorrow at 9:00", by the visitor's own calendar. */
export function sayBack(time: number, timeZone: string, { say, tag, now }: Around): string {
  const both = bothTimes(time, tag, timeZone);
  if (isSameDay(time, now)) return say('backAt', { time: both });
  if (isSameDay(time, now + DAY_MS)) return say('backTomorrow', { time: both });
  const isNear = time - now < 6 * DAY_MS;
  const long = { day: 'numeric', month: 'long' } as const;
  const day = new Date(time).toLocaleDateString(tag, isNear ? { weekday: 'long' } : long);
  return say('backOn', { day, time: both });
}

/** "10 minutes", "2 hours", "3 days"; rather more than less. */
export function sayDuration(ms: number, tag: string): string {
  const [unit, of] =
    ms <= 55 * MINUTE_MS
      ? ['minute', MINUTE_MS]
      : ms <= 23 * HOUR_MS
        ? ['hour', HOUR_MS]
        : ['day', DAY_MS];
  const format = { style: 'unit', unit: unit as string, unitDisplay: 'long' } as const;
  return new Intl.NumberFormat(tag, format).format(Math.ceil(ms / (of as number)));
}
