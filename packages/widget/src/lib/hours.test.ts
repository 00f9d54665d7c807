/// <reference lib="esnext.temporal" />
import type { Hours } from '@throughline/shared/schema';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isOpen, nextOpening } from './hours.ts';

const DAYS = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
] as const;
const MINUTE_MS = 60_000;

/** The same question, asked of the calendar Node brings along and browsers do not. */
function isOpenByTemporal(hours: Hours, time: number): boolean {
  const at = Temporal.Instant.fromEpochMilliseconds(time).toZonedDateTimeISO(hours.timeZone);
  const date = at.toPlainDate().toString();
  const day = DAYS[at.dayOfWeek - 1] ?? 'monday';
  const open = hours.exceptions?.find((it) => it.date === date)?.open ?? hours.week[day] ?? [];
  const clock = at.toPlainTime().toString().slice(0, 5);
  return open.some(({ from, to }) => from <= clock && clock < to);
}

const clock = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;

const opening = fc
  .tuple(fc.integer({ min: 0, max: 95 }), fc.integer({ min: 1, max: 96 }))
  .filter(([from, to]) => from < to)
  .map(([from, to]) => ({ from: clock(from * 15), to: clock(to * 15) }));
const day = fc.array(opening, { maxLength: 2 });

/** Half hours, quarters, southern summers, a shift of half an hour, one at midnight, and none. */
const timeZone = fc.constantFrom(
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'America/Santiago',
  'Asia/Beirut',
  'Pacific/Apia',
  'UTC',
);

const week = fc.record(
  Object.fromEntries(DAYS.map((name) => [name, day])) as Record<(typeof DAYS)[number], typeof day>,
  { requiredKeys: [] },
);
/** Around the days on which clocks are changed. */
const minute = fc
  .constantFrom('2026-03-08', '2026-03-29', '2026-04-05', '2026-09-06', '2026-10-25', '2026-11-01')
  .chain((date) =>
    fc
      .integer({ min: -3 * 1440, max: 3 * 1440 })
      .map((minutes) => Date.parse(`${date}T00:00:00Z`) + minutes * MINUTE_MS),
  );
const exceptions = fc.array(
  fc.record({
    date: fc.constantFrom('2026-03-29', '2026-10-25', '2026-11-01', '2026-04-05'),
    open: day,
  }),
  { maxLength: 2 },
);
const hours = fc.record({ timeZone, week, exceptions });

describe('office hours', () => {
  it('are what the calendar says, in every zone and on every day', () => {
    fc.assert(
      fc.property(hours, minute, (of, time) => {
        expect(isOpen(of, time)).toBe(isOpenByTemporal(of, time));
      }),
      { numRuns: 500 },
    );
  });

  it('begin next at the first minute that is open, also where clocks jump', () => {
    fc.assert(
      fc.property(hours, minute, (of, time) => {
        fc.pre(!isOpenByTemporal(of, time));
        const found = nextOpening(of, time);
        const end = found ?? time + 8 * 86_400_000;
        if (found !== undefined) expect(isOpenByTemporal(of, found)).toBe(true);
        // Every quarter of an hour: openings are on them, and so are shifts.
        for (let at = time + 15 * MINUTE_MS; at < end; at += 15 * MINUTE_MS)
          expect(
            isOpenByTemporal(of, at - (at % (15 * MINUTE_MS))) &&
              at - (at % (15 * MINUTE_MS)) > time,
          ).toBe(false);
      }),
      { numRuns: 150 },
    );
  }, 60_000);

  it('of a business that never opens begin never', () => {
    expect(nextOpening({ timeZone: 'UTC', week: {} }, 0)).toBeUndefined();
  });

  it('end a day at midnight and go on with the next', () => {
    const of: Hours = {
      timeZone: 'Europe/Berlin',
      week: {
        friday: [{ from: '18:00', to: '24:00' }],
        saturday: [{ from: '00:00', to: '02:00' }],
      },
    };
    const at = (text: string) => Date.parse(text);
    expect(isOpen(of, at('2026-11-27T23:59:00+01:00'))).toBe(true);
    expect(isOpen(of, at('2026-11-28T00:00:00+01:00'))).toBe(true);
    expect(isOpen(of, at('2026-11-28T02:00:00+01:00'))).toBe(false);
  });
});
