import { daysBetween, moment } from './time.ts';

export interface SnoozeOption {
  label: string;
  until: number;
}

const HOUR_MS = 3_600_000;
const MORNING = 9;

const at = (ms: number, days: number, [hour, minute]: [number, number]): number => {
  const day = new Date(ms);
  day.setDate(day.getDate() + days);
  return day.setHours(hour, minute, 0, 0);
};

const daysUntil = (weekday: number, now: number): number =>
  (weekday - new Date(now).getDay() + 7) % 7 || 7;

/** In three hours, on the half hour; nobody wants 14:07. */
const laterToday = (now: number): number =>
  Math.ceil((now + 3 * HOUR_MS) / (HOUR_MS / 2)) * (HOUR_MS / 2);

/** What one mostly wants, soonest first. */
export function snoozePresets(now: number): SnoozeOption[] {
  const later = laterToday(now);
  const tomorrow = at(now, 1, [MORNING, 0]);
  const monday = at(now, daysUntil(1, now), [MORNING, 0]);
  const isToday = new Date(later).getDate() === new Date(now).getDate();
  return [
    ...(isToday ? [{ label: 'Later today', until: later }] : []),
    { label: 'Tomorrow', until: tomorrow },
    // On a Sunday both are the same morning.
    ...(monday === tomorrow ? [] : [{ label: 'Next week', until: monday }]),
    { label: 'In one month', until: at(now, 30, [MORNING, 0]) },
  ];
}

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const UNITS: [RegExp, number][] = [
  [/^m(in(ute)?s?)?$/, 60_000],
  [/^h((ou)?rs?)?$/, HOUR_MS],
  [/^d(ays?)?$/, 24 * HOUR_MS],
  [/^w(eeks?)?$/, 7 * 24 * HOUR_MS],
];

type Clock = [hour: number, minute: number];

/** `9`, `9:30`, `14.30`, `2pm`. */
function clockIn(word: string): Clock | undefined {
  const found = /^(\d{1,2})(?:[:.](\d{2}))?(am|pm)?$/.exec(word);
  if (!found) return undefined;
  const [, hours, minutes = '0', half] = found;
  if (Number(minutes) > 59 || Number(hours) > 24) return undefined;
  const hour = (Number(hours) % (half ? 12 : 24)) + (half === 'pm' ? 12 : 0);
  return [hour, Number(minutes)];
}

function duration(words: string, now: number): number | undefined {
  const found = /^(?:in )?(\d{1,3}|an?|one) ?([a-z]+)$/.exec(words);
  const unit = found && UNITS.find(([pattern]) => pattern.test(found[2] ?? ''))?.[1];
  if (!found || !unit) return undefined;
  const count = /^\d/.test(found[1] ?? '') ? Number(found[1]) : 1;
  return now + count * unit;
}

function daysUntilDate(day: number, month: number, now: number): number | undefined {
  if (day < 1 || day > 31 || month < 0) return undefined;
  const today = new Date(now);
  const wanted = new Date(today.getFullYear(), month, day);
  if (daysBetween(wanted.getTime(), now) < 0) wanted.setFullYear(today.getFullYear() + 1);
  return daysBetween(wanted.getTime(), now);
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
  if (first === 'next' || first === 'on') return takeDay(rest, now);
  const dated =
    daysUntilDate(Number.parseInt(first, 10), MONTHS.indexOf(second.slice(0, 3)), now) ??
    daysUntilDate(Number.parseInt(second, 10), MONTHS.indexOf(first.slice(0, 3)), now);
  if (dated !== undefined) return { days: dated, rest: others };
  const weekday = first.length < 3 ? -1 : WEEKDAYS.findIndex((name) => name.startsWith(first));
  return weekday === -1 ? undefined : { days: daysUntil(weekday, now), rest };
}

const EVENING: Clock = [18, 0];
const MORNING_CLOCK: Clock = [MORNING, 0];

function pointIn(words: string, now: number): number | undefined {
  const tokens = words.replace(/ (?=[ap]m\b)/g, '').split(' ');
  const bare = tokens.length === 1 ? clockIn(tokens[0] ?? '') : undefined;
  if (bare) {
    const today = at(now, 0, bare);
    return today > now ? today : at(now, 1, bare);
  }
  const day = takeDay(tokens, now);
  if (!day) return undefined;
  const clock = clockIn(day.rest.join(''));
  if (day.rest.length > 0 && !clock) return undefined;
  return at(now, day.days, clock ?? (day.days === 0 ? EVENING : MORNING_CLOCK));
}

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Understands what people type: `2h`, `tomorrow`, `fri 14:30`, `3 dec 9am`. Undefined: not a time ahead. */
export function parseSnooze(phrase: string, now: number): SnoozeOption | undefined {
  const words = phrase
    .trim()
    .toLowerCase()
    .replace(/\bat\b/g, ' ')
    .replace(/\s+/g, ' ');
  const until = duration(words, now) ?? pointIn(words, now);
  if (until === undefined || until <= now) return undefined;
  return { label: capitalised(moment(until, now)), until };
}
