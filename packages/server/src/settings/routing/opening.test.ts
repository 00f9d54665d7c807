import type { Hours } from '@throughline/shared/schema';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { afterOpen, clockAt, isOpen, nextOpenAt } from './opening.ts';

const MINUTE_MS = 60_000;
const at = (text: string): number => Temporal.Instant.from(text).epochMilliseconds;

const office: Hours = {
  timeZone: 'Europe/Berlin',
  week: { monday: [{ from: '09:00', to: '17:00' }], friday: [{ from: '20:00', to: '24:00' }] },
  exceptions: [
    { date: '2026-01-05', open: [] },
    { date: '2026-01-07', open: [{ from: '10:00', to: '11:00' }] },
  ],
};

test.each([
  ['2026-01-12T08:00:00Z', true],
  ['2026-01-12T07:59:59Z', false],
  ['2026-01-12T16:00:00Z', false],
  // In summer it opens an hour earlier.
  ['2026-07-13T07:00:00Z', true],
  ['2026-01-09T22:59:59Z', true],
  ['2026-01-09T23:00:00Z', false],
])('the hours are those of the zone: at %s open is %s', (time, open) => {
  expect(isOpen(office, at(time))).toBe(open);
});

test('a date has the last word over its weekday', () => {
  expect(isOpen(office, at('2026-01-05T10:00:00Z'))).toBe(false);
  expect(isOpen(office, at('2026-01-07T09:30:00Z'))).toBe(true);
  expect(nextOpenAt(office, at('2026-01-03T12:00:00Z'))).toBe(at('2026-01-07T09:00:00Z'));
});

describe('what has the same hours for ever is not looked for day by day', () => {
  const day = [{ from: '00:00', to: '24:00' }];
  const always = {
    ...{ sunday: day, monday: day, tuesday: day, wednesday: day },
    ...{ thursday: day, friday: day, saturday: day },
  };
  const now = at('2026-01-12T12:34:56Z');
  test.each<[string, Omit<Hours, 'timeZone'>, number | undefined]>([
    ['never open', { week: {} }, undefined],
    ['never open, and a day is empty', { week: { monday: [] } }, undefined],
    ['never open again', { week: {}, exceptions: [{ date: '2026-01-11', open: day }] }, undefined],
    [
      'open on one day',
      { week: {}, exceptions: [{ date: '2026-12-24', open: day }] },
      at('2026-12-23T23:30:00Z'),
    ],
    ['always open', { week: always }, now + 30 * MINUTE_MS],
  ])('%s', (_what, hours, due) => {
    const days = vi.spyOn(Temporal.PlainDate.prototype, 'toZonedDateTime');
    onTestFinished(() => days.mockRestore());
    expect(afterOpen({ timeZone: 'Europe/Berlin', ...hours }, now, 30 * MINUTE_MS)).toBe(due);
    expect(days.mock.calls.length).toBeLessThan(10);
  });
});

test('what is open opens now, and what never opens, never', () => {
  const now = at('2026-01-12T12:34:56Z');
  expect(nextOpenAt(office, now)).toBe(now);
  expect(nextOpenAt({ timeZone: 'UTC', week: {} }, now)).toBeUndefined();
});

describe('when clocks change', () => {
  const night: Hours = {
    timeZone: 'Europe/Berlin',
    week: { sunday: [{ from: '02:30', to: '03:30' }] },
  };

  test('an hour that is left out begins where the clock lands', () => {
    expect(nextOpenAt(night, at('2026-03-28T23:00:00Z'))).toBe(at('2026-03-29T01:00:00Z'));
  });

  test('an hour that comes twice opens twice', () => {
    expect(nextOpenAt(night, at('2026-10-24T23:00:00Z'))).toBe(at('2026-10-25T00:30:00Z'));
    // 2:10, for the second time.
    expect(nextOpenAt(night, at('2026-10-25T01:10:00Z'))).toBe(at('2026-10-25T01:30:00Z'));
  });
});

describe('time in which it is open', () => {
  const HOUR_MS = 60 * MINUTE_MS;

  test('is all that passes: over a night, a closed day and the end of a day', () => {
    // Two hours of a Monday, four of the Friday after it, and the rest in the week that follows.
    const from = at('2026-01-12T14:00:00Z');
    expect(afterOpen(office, from, HOUR_MS)).toBe(at('2026-01-12T15:00:00Z'));
    expect(afterOpen(office, from, 3 * HOUR_MS)).toBe(at('2026-01-16T20:00:00Z'));
    expect(afterOpen(office, from, 6 * HOUR_MS)).toBe(at('2026-01-16T23:00:00Z'));
    expect(afterOpen(office, from, 7 * HOUR_MS)).toBe(at('2026-01-19T09:00:00Z'));
  });

  test('begins with the next opening, and never where there is none', () => {
    const sunday = at('2026-01-11T12:00:00Z');
    expect(afterOpen(office, sunday, HOUR_MS)).toBe(at('2026-01-12T09:00:00Z'));
    expect(afterOpen({ timeZone: 'UTC', week: {} }, sunday, HOUR_MS)).toBeUndefined();
  });

  test('is the same, minute by minute, whatever the hours', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2000 }), (minutes) => {
        const from = at('2026-03-27T12:00:00Z');
        let left = minutes;
        let time = from;
        while (left > 0) {
          if (isOpen(office, time)) left -= 1;
          time += MINUTE_MS;
        }
        expect(afterOpen(office, from, minutes * MINUTE_MS)).toBe(time);
      }),
      { numRuns: 5 },
    );
  });
});

test('rules see the clock of the hours, or UTC', () => {
  const time = at('2026-07-12T23:05:00Z');
  expect(clockAt(office, time)).toEqual({ hour: 1, minute: 5, weekday: 'monday' });
  expect(clockAt(undefined, time)).toEqual({ hour: 23, minute: 5, weekday: 'sunday' });
});

const clock = (quarters: number): string =>
  `${String(Math.floor(quarters / 4)).padStart(2, '0')}:${String((quarters % 4) * 15).padStart(2, '0')}`;
const day = fc.array(
  fc
    .tuple(fc.nat(95), fc.integer({ min: 1, max: 96 }))
    .filter(([from, to]) => from < to)
    .map(([from, to]) => ({ from: clock(from), to: clock(to) })),
  { maxLength: 2 },
);
const anyHours: fc.Arbitrary<Hours> = fc.record({
  timeZone: fc.constantFrom(
    ...['Europe/Berlin', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'America/Santiago'],
    ...['Asia/Beirut', 'Pacific/Apia', 'UTC'],
  ),
  week: fc.record({ saturday: day, sunday: day, monday: day }, { requiredKeys: [] }),
});
/** Around changes of clocks, and the day that Samoa left out. */
const moment = fc
  .tuple(
    fc.constantFrom(
      ...['2026-03-28', '2026-10-24', '2026-04-04', '2026-10-03', '2026-09-05', '2011-12-29'],
    ),
    fc.nat(2 * 24 * 60),
  )
  .map(([date, minutes]) => at(`${date}T00:00:00Z`) + minutes * MINUTE_MS);

test('nothing is open before the next opening, and then it is', () => {
  fc.assert(
    fc.property(anyHours, moment, (hours, now) => {
      const next = nextOpenAt(hours, now);
      const end = next ?? now + 2 * 86_400_000;
      if (next !== undefined) expect(isOpen(hours, next)).toBe(true);
      for (let time = now; time < Math.min(end, now + 2 * 86_400_000); time += 15 * MINUTE_MS)
        expect(isOpen(hours, time)).toBe(false);
    }),
    { numRuns: 60 },
  );
});
