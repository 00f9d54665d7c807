import { describe, expect, it } from 'vitest';
import { parseSnooze, snoozePresets } from './snooze.ts';

/** A Wednesday, 14:07. */
const now = new Date(2026, 10, 25, 14, 7).getTime();

const until = (phrase: string): string | undefined => {
  const option = parseSnooze(phrase, now);
  if (!option) return undefined;
  const date = new Date(option.until);
  const two = (n: number) => String(n).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}`;
};

describe('parseSnooze', () => {
  it.each([
    ['2h', '2026-11-25 16:07'],
    ['in 90 minutes', '2026-11-25 15:37'],
    ['an hour', '2026-11-25 15:07'],
    ['3 days', '2026-11-28 14:07'],
    ['tomorrow', '2026-11-26 09:00'],
    ['tom', '2026-11-26 09:00'],
    ['tomorrow 14:30', '2026-11-26 14:30'],
    ['tomorrow at 8am', '2026-11-26 08:00'],
    ['today 18:00', '2026-11-25 18:00'],
    ['tonight', '2026-11-25 18:00'],
    ['fri', '2026-11-27 09:00'],
    ['friday 9', '2026-11-27 09:00'],
    ['on friday at 2 pm', '2026-11-27 14:00'],
    ['wed', '2026-12-02 09:00'],
    ['next week', '2026-11-30 09:00'],
    ['next monday 10.15', '2026-11-30 10:15'],
    ['3 dec', '2026-12-03 09:00'],
    ['dec 3 9am', '2026-12-03 09:00'],
    ['24 december 12', '2026-12-24 12:00'],
    ['1 feb', '2027-02-01 09:00'],
    ['16', '2026-11-25 16:00'],
    ['9', '2026-11-26 09:00'],
    ['9pm', '2026-11-25 21:00'],
    ['12am', '2026-11-26 00:00'],
    ['noon', '2026-11-26 12:00'],
    ['friday at noon', '2026-11-27 12:00'],
    ['midnight', '2026-11-26 00:00'],
    ['friday midnight', '2026-11-28 00:00'],
    ['2 months', '2027-01-25 14:07'],
    ['a month', '2026-12-25 14:07'],
    ['next month', '2026-12-25 09:00'],
    ['next month 14:30', '2026-12-25 14:30'],
    ['1st december', '2026-12-01 09:00'],
    ['28 feb', '2027-02-28 09:00'],
  ])('understands "%s"', (phrase, expected) => {
    expect(until(phrase)).toBe(expected);
  });

  it.each([
    '',
    'soon',
    'today 9',
    'friday ish',
    'friday 1 4',
    '99:99',
    '24',
    '30',
    '13pm',
    '0am',
    '31 feb',
    '29 feb',
    '31 nov',
    '32 dec',
    '0 dec',
    '3 decoys',
    'noonish',
    'in',
    'constructor',
  ])('does not guess at "%s"', (phrase) => {
    expect(until(phrase)).toBeUndefined();
  });

  it('takes the last day of a month that is shorter', () => {
    const lastOfJanuary = new Date(2027, 0, 31, 10, 0).getTime();
    const { until = 0 } = parseSnooze('1 month', lastOfJanuary) ?? {};
    expect(new Date(until).toString()).toBe(new Date(2027, 1, 28, 10, 0).toString());
  });
});

describe('snoozePresets', () => {
  it('offers later today on a half hour, tomorrow and Monday at nine', () => {
    const presets = snoozePresets(now).map(({ label, until }) => [
      label,
      new Date(until).toString(),
    ]);
    expect(presets.slice(0, 3)).toEqual([
      ['Later today', new Date(2026, 10, 25, 17, 30).toString()],
      ['Tomorrow', new Date(2026, 10, 26, 9).toString()],
      ['Next week', new Date(2026, 10, 30, 9).toString()],
    ]);
  });

  it('does not offer the same morning twice', () => {
    const sunday = new Date(2026, 10, 29, 10, 0).getTime();
    const labels = snoozePresets(sunday).map(({ label }) => label);
    expect(labels).toEqual(['Later today', 'Tomorrow', 'Next month']);
  });

  it.each([
    ['', ['Later today', 'Tomorrow', 'Next week', 'Next month']],
    ['to', ['Later today', 'Tomorrow']],
    ['Next', ['Next week', 'Next month']],
    ['next m', ['Next month']],
    ['noon', []],
    ['month week', []],
  ])('are found by the beginnings of their words: "%s"', (words, expected) => {
    expect(snoozePresets(now, words).map(({ label }) => label)).toEqual(expected);
  });

  it('say beside their label only what it leaves open', () => {
    const [later, tomorrow, monday, month] = snoozePresets(now).map(({ time }) => time);
    expect(later).toMatch(/^0?(5|17):30/);
    expect(tomorrow).toMatch(/^0?9:00/);
    expect(monday).toMatch(/^Monday/);
    expect(month).toMatch(/25/);
  });

  it('leaves out later today when three hours lead into the night', () => {
    const late = new Date(2026, 10, 25, 22, 0).getTime();
    expect(snoozePresets(late)[0]?.label).toBe('Tomorrow');
  });
});
