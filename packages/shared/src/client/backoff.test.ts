import fc from 'fast-check';
import { expect, test } from 'vitest';
import { backoffMs } from './backoff.ts';

const attempt = fc.integer({ min: 0, max: 1000 });
const idle = fc.constantFrom(
  { hidden: true, online: true },
  { hidden: false, online: false },
  { hidden: true, online: false },
);
const random = fc.double({ min: 0, max: 1, noNaN: true });

test('a try comes within 15 s, never at once, and never later than its ceiling', () => {
  fc.assert(
    fc.property(attempt, random, (n, r) => {
      const ms = backoffMs({ attempt: n, hidden: false, online: true }, r);
      const ceiling = Math.min(15_000, 500 * 2 ** n);
      expect(ms).toBeGreaterThanOrEqual(ceiling / 4);
      expect(ms).toBeLessThanOrEqual(ceiling);
      expect(ms).toBeGreaterThanOrEqual(125);
    }),
    { seed: 1 },
  );
});

test('a crowd cut off together does not come back together', () => {
  const at = (r: number) => backoffMs({ attempt: 3, hidden: false, online: true }, r);
  expect(at(0)).toBe(1000);
  expect(at(1)).toBe(4000);
  expect(new Set([0, 0.1, 0.2, 0.5, 0.9].map(at)).size).toBe(5);
});

test('a page nobody looks at, or without a network, waits 15 to 30 s', () => {
  fc.assert(
    fc.property(attempt, random, idle, (n, r, conditions) => {
      const ms = backoffMs({ attempt: n, ...conditions }, r);
      expect(ms).toBeGreaterThanOrEqual(15_000);
      expect(ms).toBeLessThanOrEqual(30_000);
    }),
    { seed: 2 },
  );
});
