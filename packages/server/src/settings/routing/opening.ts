import { type Hours, type RoutingView, weekdays } from '@throughline/shared/schema';

/** Closed for longer than that is closed. */
const AHEAD_DAYS = 370;
const DAY_MS = 86_400_000;

const zonedAt = (at: number, timeZone: string): Temporal.ZonedDateTime =>
  Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone);

const weekdayOf = ({ dayOfWeek }: { dayOfWeek: number }) => weekdays[dayOfWeek - 1] ?? 'monday';

/** A date has the last word over its weekday. */
function openingsOn({ week, exceptions = [] }: Hours, day: Temporal.PlainDate) {
  const date = day.toString();
  return exceptions.find((it) => it.date === date)?.open ?? week[weekdayOf(day)] ?? [];
}

/** What clock and calendar show, as rules ask for it. */
export function clockAt(hours: Hours | undefined, at: number): Required<RoutingView>['time'] {
  const there = zonedAt(at, hours?.timeZone ?? 'UTC');
  return { hour: there.hour, minute: there.minute, weekday: weekdayOf(there) };
}

/** Whether somebody is there. */
export function isOpen(hours: Hours, at: number): boolean {
  const there = zonedAt(at, hours.timeZone);
  const clock = there.toPlainTime().toString().slice(0, 5);
  return openingsOn(hours, there.toPlainDate()).some(({ from, to }) => from <= clock && clock < to);
}

/** When it may open or close on a day: at its hours, by either reading of a doubtful one, or as clocks jump. */
function candidatesOn(hours: Hours, day: Temporal.PlainDate): number[] {
  const { timeZone } = hours;
  const midnight = day.toZonedDateTime(timeZone);
  const jump = midnight.getTimeZoneTransition('next');
  const at = openingsOn(hours, day).flatMap(({ from, to }) =>
    // What ends with the day ends as the next one begins.
    [from, ...(to === '24:00' ? [] : [to])].flatMap((clock) => {
      const wall = day.toPlainDateTime(clock);
      return (['earlier', 'later'] as const).map((disambiguation) =>
        wall.toZonedDateTime(timeZone, { disambiguation }),
      );
    }),
  );
  return [midnight, ...(jump ? [jump] : []), ...at]
    .filter((time) => time.toPlainDate().equals(day))
    .map(({ epochMilliseconds }) => epochMilliseconds);
}

/** Whether any day from this one on has hours; most that never open have none at all. */
const mayOpen = ({ week, exceptions = [] }: Hours, today: Temporal.PlainDate): boolean =>
  Object.values(week).some((day) => day && day.length > 0) ||
  exceptions.some(({ date, open }) => open.length > 0 && date >= today.toString());

interface Sought {
  wanted: 'open' | 'closed';
  /** How many days are looked at. */
  days?: number;
}

/** The first moment from `at` on at which it is open, or closed, `at` itself while it is; undefined: on none of the days. */
function nextAt(
  hours: Hours,
  at: number,
  { wanted, days = AHEAD_DAYS }: Sought,
): number | undefined {
  const isSo = (time: number) => isOpen(hours, time) === (wanted === 'open');
  if (isSo(at)) return at;
  const today = zonedAt(at, hours.timeZone).toPlainDate();
  if (wanted === 'open' && !mayOpen(hours, today)) return undefined;
  for (let ahead = 0; ahead < days; ahead++) {
    const day = today.add({ days: ahead });
    if (wanted === 'open' && openingsOn(hours, day).length === 0) continue;
    const found = candidatesOn(hours, day)
      .filter((time) => time > at && isSo(time))
      .sort((a, b) => a - b)[0];
    if (found !== undefined) return found;
  }
  return undefined;
}

export const nextOpenAt = (hours: Hours, at: number): number | undefined =>
  nextAt(hours, at, { wanted: 'open' });

/** When it will have been open for so long, from `at` on; undefined: not within a year. */
export function afterOpen(hours: Hours, at: number, ms: number): number | undefined {
  let left = ms;
  let opensAt = nextOpenAt(hours, at);
  while (opensAt !== undefined && opensAt < at + AHEAD_DAYS * DAY_MS) {
    // Later than the time that is left, it does not matter whether it closes.
    const days = Math.ceil(left / DAY_MS) + 2;
    const closesAt = nextAt(hours, opensAt, { wanted: 'closed', days }) ?? Infinity;
    if (left <= closesAt - opensAt) return opensAt + left;
    left -= closesAt - opensAt;
    opensAt = nextOpenAt(hours, closesAt);
  }
  return undefined;
}
