import { expect, it } from 'vitest';
import { roughWait, spanText, waitText } from './wait.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

it.each([
  [0, '0:00', '< 1 min'],
  [42_000, '0:42', '< 1 min'],
  [12 * MINUTE_MS + 5000, '12:05', '12 min'],
  [3 * HOUR_MS + 20 * MINUTE_MS, '3 h 20 min', '3 h 20 min'],
  [52 * HOUR_MS, '2 d 4 h', '2 d 4 h'],
])('a wait of %i ms is %s, and roughly %s', (ms, exact, rough) => {
  expect(waitText(1000, 1000 + ms)).toBe(exact);
  expect(roughWait(1000, 1000 + ms)).toBe(rough);
});

it('a clock that is behind the relay’s makes no wait below nothing', () => {
  expect(waitText(5000, 1000)).toBe('0:00');
});

it.each([
  [30_000, '30 s'],
  [90_000, '1 min 30 s'],
  [4 * HOUR_MS, '4 h'],
  [0, '0 s'],
])('a span of %i ms is %s', (ms, text) => {
  expect(spanText(ms)).toBe(text);
});
