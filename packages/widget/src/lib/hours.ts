import type { Hours } from '@throughline/shared/schema';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** Closed for longer than that is closed. */
const AHEAD_DAYS = 370;

const NAMES = [
  'sunday',
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
] as const;

const formats = new Map<string, Intl.DateTimeFormat>();

/** What clock and calendar on a wall there show, as if it were UTC. */
function wallTime(time: number, timeZone: string): number {
  const format =
    formats.get(timeZone) ??
    new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  formats.set(timeZone, format);
  const at = Object.fromEntries(
    format.formatToParts(time).map(({ type, value }) => [type, +value]),
  );
  const { year = 0, month = 1, day, hour, minute, second } = at;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

const offsetAt = (time: number, timeZone: string): number =>
  wallTime(time, timeZone) - Math.floor(time / 1000) * 1000;

const iso = (wall: number): string => new Date(wall).toISOString();

/** Of the day on the wall: a date has the last word over its weekday. */
function openingsOn({ week, exceptions = [] }: Hours, wall: number) {
  const special = exceptions.find(({ date }) => date === iso(wall).slice(0, 10));
  const name = NAMES[new Date(wall).getUTCDay()];
  return special?.open ?? (name && week[name]) ?? [];
}

/** Whether the business says that it is there. */
export function isOpen(hours: Hours, time: number): boolean {
  const wall = wallTime(time, hours.timeZone);
  const clock = iso(wall).slice(11, 16);
  return openingsOn(hours, wall).some(({ from, to }) => from <= clock && clock < to);
}

/** The moment between two at which clocks were put forward or back. */
function shiftBetween(from: number, to: number, timeZone: string): number {
  const before = offsetAt(from, timeZone);
  let low = from;
  let high = to;
  while (high - low > MINUTE_MS) {
    const middle = Math.floor((low + high) / 2 / MINUTE_MS) * MINUTE_MS;
    if (middle <= low) break;
    if (offsetAt(middle, timeZone) === before) low = middle;
    else high = middle;
  }
  return high;
}

/** When it may become open on a day: at its hours, by either reading of a doubtful one, or as clocks jump. */
function candidatesOn(hours: Hours, midnight: number): number[] {
  const { timeZone } = hours;
  const [from, to] = [midnight - DAY_MS, midnight + 2 * DAY_MS];
  const before = offsetAt(from, timeZone);
  const after = offsetAt(to, timeZone);
  const at = openingsOn(hours, midnight).flatMap((opening) => {
    const [hour = 0, minute = 0] = opening.from.split(':').map(Number);
    const wall = midnight + (hour * 60 + minute) * MINUTE_MS;
    return [wall - before, wall - after];
  });
  return before === after ? at : [...at, shiftBetween(from, to, timeZone)];
}

/** When it opens next; undefined: not for a year. Of a business that is closed. */
export function nextOpening(hours: Hours, now: number): number | undefined {
  const dayOf = (time: number) => Math.floor(wallTime(time, hours.timeZone) / DAY_MS) * DAY_MS;
  const today = dayOf(now);
  for (let days = 0; days < AHEAD_DAYS; days++) {
    const day = today + days * DAY_MS;
    const found = candidatesOn(hours, day)
      .filter((time) => time > now && dayOf(time) === day && isOpen(hours, time))
      .sort((a, b) => a - b)[0];
    if (found !== undefined) return found;
  }
  return undefined;
}
