import { describe, expect, test } from 'vitest';
import { retryAfterMs, retryDelayMs } from './schedule.ts';

describe('the next try', () => {
  test('[WO-13] comes 5 s, 5 min, 30 min, 2, 5, 10, 14, 20 and 24 h later, and then no more', () => {
    const delays = Array.from({ length: 10 }, (_, i) => retryDelayMs(i + 1, () => 0.5));
    expect(delays.map((ms) => ms && ms / 1000)).toEqual([
      5,
      300,
      1800,
      7200,
      18_000,
      36_000,
      50_400,
      72_000,
      86_400,
      undefined,
    ]);
  });

  test('is spread by a fifth both ways', () => {
    expect(retryDelayMs(2, () => 0)).toBe(240_000);
    expect(retryDelayMs(2, () => 1)).toBe(360_000);
  });
});

describe('Retry-After', () => {
  const now = Date.parse('2026-11-25T12:00:00Z');
  test.each([
    ['120', 120_000],
    ['0', 0],
    ['Wed, 25 Nov 2026 12:05:00 GMT', 300_000],
    ['Wed, 25 Nov 2026 11:00:00 GMT', 0],
    ['999999999', 86_400_000],
    ['Wed, 25 Nov 2099 12:05:00 GMT', 86_400_000],
    ['soon', 0],
    ['-5', 0],
    ['1.5', 0],
    ['', 0],
    [undefined, 0],
  ])('%j is %d ms', (header, ms) => {
    expect(retryAfterMs(header, now)).toBe(ms);
  });
});
