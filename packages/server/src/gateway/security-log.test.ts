import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createMetrics } from '../lib/metrics.ts';
import { createSecurityLog } from './security-log.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const MINUTE_MS = 60_000;

function setUp() {
  const lines: object[] = [];
  const metrics = createMetrics();
  const log = { warn: (line: object) => void lines.push(line) };
  const security = createSecurityLog({ log, metrics });
  const counted = async () => (await metrics.refusals.get()).values;
  return { lines, security, counted };
}

const guess = {
  code: 'bad_credentials',
  network: '203.0.113.9',
  at: 'POST /v1/session',
} as const;

test('[CF-09] a network is told of once a minute for each code, and then of how many more there were', () => {
  const { lines, security } = setUp();
  for (let i = 0; i < 100; i++) security.note(guess);
  expect(lines).toEqual([{ ...guess, suppressed: 0 }]);
  security.note({ ...guess, code: 'csrf_failed' });
  security.note({ ...guess, network: '2001:db8:0:1::/64' });
  expect(lines).toHaveLength(3);
  vi.advanceTimersByTime(MINUTE_MS);
  expect(lines.slice(3)).toEqual([{ ...guess, suppressed: 99 }]);
  // That line was the one of the next minute.
  security.note(guess);
  expect(lines).toHaveLength(4);
  vi.advanceTimersByTime(MINUTE_MS);
  expect(lines.slice(4)).toEqual([{ ...guess, suppressed: 1 }]);
  vi.advanceTimersByTime(2 * MINUTE_MS);
  security.note(guess);
  expect(lines.slice(5)).toEqual([{ ...guess, suppressed: 0 }]);
});

test('[CF-09] whoever has a hundred thousand addresses gets a thousand lines, and one for all others', async () => {
  const { lines, security, counted } = setUp();
  for (let i = 0; i < 100_000; i++) security.note({ ...guess, network: `2001:db8:0:${i}::/64` });
  expect(lines).toHaveLength(1001);
  expect(lines.at(-1)).toMatchObject({ network: 'others', suppressed: 0 });
  expect(vi.getTimerCount()).toBe(1001);
  vi.advanceTimersByTime(MINUTE_MS);
  expect(lines.slice(1001)).toMatchObject([{ network: 'others', suppressed: 98_999 }]);
  vi.advanceTimersByTime(MINUTE_MS);
  expect(vi.getTimerCount()).toBe(0);
  expect(await counted()).toMatchObject([{ labels: { code: 'bad_credentials' }, value: 100_000 }]);
});

test('what people of good will meet every day is neither told nor counted', async () => {
  const { lines, security, counted } = setUp();
  for (const code of [
    'unauthorized',
    'not_found',
    'epoch_conflict',
    'going_away',
    'too_long',
  ] as const)
    security.noteTelling(code, () => guess);
  expect(lines).toEqual([]);
  expect(await counted()).toEqual([]);
  security.noteTelling(guess.code, () => guess);
  expect(lines).toHaveLength(1);
});
