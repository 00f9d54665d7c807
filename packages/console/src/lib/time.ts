import { localeOf } from '@throughline/shared';

/** English wording whatever the browser speaks, with the reader's own English habits where there are any. */
const locale = localeOf(navigator.languages.find((language) => /^en\b/i.test(language))) ?? 'en-GB';

const format = (options: Intl.DateTimeFormatOptions): ((ms: number) => string) => {
  const formatter = new Intl.DateTimeFormat(locale, options);
  return (ms) => formatter.format(ms);
};

const DAY_MS = 86_400_000;

export const clockTime = format({ hour: 'numeric', minute: '2-digit' });
export const clockSeconds = format({ hour: 'numeric', minute: '2-digit', second: '2-digit' });
export const fullDay = format({ dateStyle: 'long' });
export const fullTime = format({ dateStyle: 'full', timeStyle: 'short' });
const weekday = format({ weekday: 'short' });
const longWeekday = format({ weekday: 'long' });
const dayMonth = format({ day: 'numeric', month: 'short' });
const dayMonthYear = format({ day: 'numeric', month: 'short', year: 'numeric' });
const longDay = format({ weekday: 'long', day: 'numeric', month: 'long' });

const startOfDay = (ms: number): number => new Date(ms).setHours(0, 0, 0, 0);

/** Whole calendar days from `now` to `ms`; rounding absorbs the hour a clock change takes or gives. */
export const daysBetween = (ms: number, now: number): number =>
  Math.round((startOfDay(ms) - startOfDay(now)) / DAY_MS);

export const isSameDay = (a: number, b: number): boolean => startOfDay(a) === startOfDay(b);

const isSameYear = (a: number, b: number): boolean =>
  new Date(a).getFullYear() === new Date(b).getFullYear();

const date = (ms: number, now: number): string =>
  isSameYear(ms, now) ? dayMonth(ms) : dayMonthYear(ms);

/** How long ago, in the width of a list row: `now`, `4 min`, `09:12`, `Tue`, `3 Nov`. */
export function shortAge(ms: number, now: number): string {
  const minutes = Math.floor((now - ms) / 60_000);
  if (minutes < 1) return 'now';
  if (minutes < 60) return `${minutes} min`;
  const days = -daysBetween(ms, now);
  if (days <= 0) return clockTime(ms);
  if (days === 1) return 'Yesterday';
  return days < 7 ? weekday(ms) : date(ms, now);
}

/** When something in a log happened: the seconds count today, and after that the day. */
export const logTime = (ms: number, now: number): string =>
  isSameDay(ms, now) ? clockSeconds(ms) : `${date(ms, now)} ${clockTime(ms)}`;

/** A day's heading in a thread. */
export function dayName(ms: number, now: number): string {
  const days = -daysBetween(ms, now);
  if (days === 0) return 'Today';
  if (days === 1) return 'Yesterday';
  return isSameYear(ms, now) ? longDay(ms) : dayMonthYear(ms);
}

/** A moment ahead, as one would say it: `today 16:30`, `tomorrow 09:00`, `Monday 09:00`, `3 Dec 14:00`. */
export function moment(ms: number, now: number): string {
  const days = daysBetween(ms, now);
  const time = clockTime(ms);
  if (days === 0) return `today ${time}`;
  if (days === 1) return `tomorrow ${time}`;
  return days > 1 && days < 7 ? `${longWeekday(ms)} ${time}` : `${date(ms, now)} ${time}`;
}

/** When something ahead ends, behind "until": on the same day the clock says enough. */
export const endOf = (ms: number, now: number): string =>
  isSameDay(ms, now) ? clockTime(ms) : moment(ms, now);

/** A moment past: `today 14:02`, `yesterday 09:00`, `12 Nov 2025 09:30`. */
export function pastMoment(ms: number, now: number): string {
  const days = -daysBetween(ms, now);
  if (days === 0) return `today ${clockTime(ms)}`;
  return days === 1 ? `yesterday ${clockTime(ms)}` : `${date(ms, now)} ${clockTime(ms)}`;
}

/** The same where no sentence stands before it. */
export const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
