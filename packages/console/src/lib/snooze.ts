import { capitalised, clockTime, daysBetween, isSameDay, moment } from './time.ts';

export interface SnoozeOption {
  label: string;
  until: number;
}

export interface SnoozePreset extends SnoozeOption {
  /** What the label leaves open. */
  time: string;
}

type Clock = [hour: number, minute: number];

const HOUR_MS = 3_600_000;
const MORNING: Clock = [9, 0];
const EVENING: Clock = [18, 0];

const at = (ms: number, days: number, [hour, minute]: Clock): number => {
  const day = new Date(ms);
  day.setDate(day.getDate() + days);
  return day.setHours(hour, minute, 0, 0);
};

const daysUntil = (weekday: number, now: number): number =>
  (weekday - new Date(now).getDay() + 7) % 7 || 7;

/** The same day of a later month, or its last where it is shorter. */
function monthsAhead(ms: number, months: number): number {
  const day = new Date(ms);
  const wanted = day.getDate();
  day.setMonth(day.getMonth() + months);
  if (day.getDate() !== wanted) day.setDate(0);
  return day.getTime();
}

/** In three hours, on the half hour; nobody wants 14:07. */
const laterToday = (now: number): number =>
  Math.ceil((now + 3 * HOUR_MS) / (HOUR_MS / 2)) * (HOUR_MS / 2);

/** Every word begins a word of the label; a letter in its middle means nothing. */
const isMeant = (label: string, words: string): boolean => {
  const begun = words.trim().toLowerCase().split(/\s+/);
  const whole = label.toLowerCase().split(' ');
  return begun.every((start) => whole.some((word) => word.startsWith(start)));
};

/** What one mostly wants, soonest first; with words, those they begin to name. */
export function snoozePresets(now: number, words = ''): SnoozePreset[] {
  const later = laterToday(now);
  const tomorrow = at(now, 1, MORNING);
  const monday = at(now, daysUntil(1, now), MORNING);
  const presets: SnoozeOption[] = [
    ...(isSameDay(later, now) ? [{ label: 'Later today', until: later }] : []),
    { label: 'Tomorrow', until: tomorrow },
    // On a Sunday both are the same morning.
    ...(monday === tomorrow ? [] : [{ label: 'Next week', until: monday }]),
    { label: 'Next month', until: at(monthsAhead(now, 1), 0, MORNING) },
  ];
  return presets
    .filter(({ label }) => isMeant(label, words))
    .map(({ label, until }) => {
      const time = daysBetween(until, now) < 2 ? clockTime(until) : moment(until, now);
      return { label, until, time };
    });
}

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const MONTHS =
  'january february march april may june july august september october november december'.split(
    ' ',
  );
const UNITS: [RegExp, number][] = [
  [/^m(in(ute)?s?)?$/, 60_000],
  [/^h((ou)?rs?)?$/, HOUR_MS],
  [/^d(ays?)?$/, 24 * HOUR_MS],
  [/^w(eeks?)?$/, 7 * 24 * HOUR_MS],
];
const CLOCKS = new Map<string, Clock>([
  ['noon', [12, 0]],
  // At the end of the day it is said of.
  ['midnight', [24, 0]],
]);

/** Three letters tell the names apart. */
const indexIn = (names: readonly string[], word: string): number =>
  word.length < 3 ? -1 : names.findIndex((name) => name.startsWith(word));

/** `9`, `9:30`, `14.30`, `2pm`, `noon`. */
function clockIn(word: string): Clock | undefined {
  const found = /^(\d{1,2})(?:[:.](\d{2}))?(am|pm)?$/.exec(word);
  if (!found) return CLOCKS.get(word);
  const [, hours, minutes = '0', half] = found;
  const hour = Number(hours);
  const isHour = half ? hour >= 1 && hour <= 12 : hour <= 23;
  if (!isHour || Number(minutes) > 59) return undefined;
  return [half ? (hour % 12) + (half === 'pm' ? 12 : 0) : hour, Number(minutes)];
}

function duration(words: string, now: number): number | undefined {
  const [, number = '', unit = ''] = /^(?:in )?(\d{1,3}|an?|one) ?([a-z]+)$/.exec(words) ?? [];
  const count = /^\d/.test(number) ? Number(number) : 1;
  if (/^mo(n(th)?)?s?$/.test(unit)) return monthsAhead(now, count);
  const unitMs = UNITS.find(([pattern]) => pattern.test(unit))?.[1];
  return unitMs && now + count * unitMs;
}

/** The next day of that date, if the calendar has it within a year. */
function daysUntilDate(dayWord: string, monthWord: string, now: number): number | undefined {
  const day = Number(/^(\d{1,2})(?:st|nd|rd|th|\.)?$/.exec(dayWord)?.[1] ?? 0);
  const month = indexIn(MONTHS, monthWord);
  const year = new Date(now).getFullYear();
  const dates = [year, year + 1].map((year) => new Date(year, month, day));
  return dates
    .filter((date) => date.getMonth() === month)
    .map((date) => daysBetween(date.getTime(), now))
    .find((days) => days >= 0);
}

interface Day {
  days: number;
  /** What was said behind the day. */
  rest: string[];
}

/** The day the words begin with; undefined when they name none. */
function takeDay([first = '', second = '', ...others]: string[], now: number): Day | undefined {
  const rest = second === '' ? [] : [second, ...others];
  if (['today', 'tonight', 'later'].includes(first)) return { days: 0, rest };
  if ('tomorrow'.startsWith(first) && first.length > 1) return { days: 1, rest };
  if (first === 'next' && second === 'week') return { days: daysUntil(1, now), rest: others };
  if (first === 'next' && second === 'month')
    return { days: daysBetween(monthsAhead(now, 1), now), rest: others };
  if (first === 'next' || first === 'on') return takeDay(rest, now);
  const dated = daysUntilDate(first, second, now) ?? daysUntilDate(second, first, now);
  if (dated !== undefined) return { days: dated, rest: others };
  const weekday = indexIn(WEEKDAYS, first);
  return weekday === -1 ? undefined : { days: daysUntil(weekday, now), rest };
}

function pointIn(words: string, now: number): number | undefined {
  const tokens = words.replace(/ (?=[ap]m\b)/g, '').split(' ');
  const bare = tokens.length === 1 ? clockIn(tokens[0] ?? '') : undefined;
  if (bare) {
    const today = at(now, 0, bare);
    return today > now ? today : at(now, 1, bare);
  }
  const day = takeDay(tokens, now);
  if (!day || day.rest.length > 1) return undefined;
  const [said] = day.rest;
  const clock = said === undefined ? (day.days === 0 ? EVENING : MORNING) : clockIn(said);
  return clock && at(now, day.days, clock);
}

/** Understands what people type: `2h`, `tomorrow`, `fri 14:30`, `3 dec 9am`. Undefined: not a time ahead. */
export function parseSnooze(phrase: string, now: number): SnoozeOption | undefined {
  const words = phrase
    .toLowerCase()
    .replace(/\bat\b/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  const until = duration(words, now) ?? pointIn(words, now);
  if (until === undefined || until <= now) return undefined;
  return { label: capitalised(moment(until, now)), until };
}
