import { describe, expect, it } from 'vitest';
import { dayName, daysBetween, endOf, moment, pastMoment, shortAge } from './time.ts';

const at = (...args: [number, number, number, number?, number?]): number =>
  new Date(args[0], args[1], args[2], args[3] ?? 0, args[4] ?? 0).getTime();
const now = at(2026, 10, 25, 14, 7);

describe('shortAge', () => {
  it.each([
    [now - 5_000, 'now'],
    [now + 60_000, 'now'],
    [now - 4 * 60_000, '4 min'],
    [at(2026, 10, 24, 23, 0), 'Yesterday'],
    [at(2026, 10, 21, 9, 0), 'Sat'],
    [at(2025, 2, 3, 9, 0), /2025/],
  ])('%# says how long ago', (ms, expected) => {
    expect(shortAge(ms, now)).toMatch(expected);
  });

  it('shows the clock for earlier today', () => {
    expect(shortAge(at(2026, 10, 25, 9, 12), now)).toMatch(/0?9:12/);
  });
});

describe('days', () => {
  it('counts calendar days, not hours', () => {
    expect(daysBetween(at(2026, 10, 26, 0, 1), at(2026, 10, 25, 23, 59))).toBe(1);
    expect(daysBetween(at(2026, 10, 25, 0, 0), at(2026, 10, 25, 23, 59))).toBe(0);
  });

  it('is right across a change of the clocks', () => {
    expect(daysBetween(at(2026, 2, 30), at(2026, 2, 28))).toBe(2);
    expect(daysBetween(at(2026, 9, 26), at(2026, 9, 24))).toBe(2);
  });

  it('names today and yesterday, and the year only when it is another', () => {
    expect(dayName(now, now)).toBe('Today');
    expect(dayName(at(2026, 10, 24), now)).toBe('Yesterday');
    expect(dayName(at(2026, 9, 2), now)).not.toMatch(/2026/);
    expect(dayName(at(2025, 9, 2), now)).toMatch(/2025/);
  });
});

describe('moments', () => {
  it('says a time ahead as people do', () => {
    expect(moment(at(2026, 10, 25, 16, 30), now)).toMatch(/^today 0?4?1?6?:30/);
    expect(moment(at(2026, 10, 26, 9, 0), now)).toMatch(/^tomorrow 0?9:00/);
    expect(moment(at(2026, 10, 30, 9, 0), now)).toMatch(/^Monday/);
    expect(moment(at(2026, 11, 24, 9, 0), now)).toMatch(/24/);
  });

  it('says an end today by the clock alone', () => {
    expect(endOf(at(2026, 10, 25, 16, 30), now)).toMatch(/^0?(4|16):30/);
    expect(endOf(at(2026, 10, 26, 9, 0), now)).toMatch(/^tomorrow/);
  });

  it('says a time past', () => {
    expect(pastMoment(at(2026, 10, 25, 9, 0), now)).toMatch(/^today/);
    expect(pastMoment(at(2026, 10, 24, 9, 0), now)).toMatch(/^yesterday/);
  });
});
