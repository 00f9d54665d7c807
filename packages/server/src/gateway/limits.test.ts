import { describe, expect, test } from 'vitest';
import { defaultLimits } from '../config.ts';
import { createGates } from './limits.ts';

/** How many of `n` tries at once get through, and how long the others are told to wait. */
async function tries(n: number, gate: () => Promise<number>) {
  const waits = await Promise.all(Array.from({ length: n }, gate));
  const refused = waits.filter((ms) => ms > 0);
  return { open: n - refused.length, refused };
}

describe('[P19] a gate', () => {
  test('lets a burst through and no more, and says how long to wait', async () => {
    const gates = createGates(defaultLimits);
    const { open, refused } = await tries(100, () => gates.command('v'));
    expect(open).toBe(40);
    for (const ms of refused) {
      expect(ms).toBeGreaterThan(0);
      expect(ms).toBeLessThanOrEqual(4000);
    }
  });

  test('counts each person apart', async () => {
    const gates = createGates(defaultLimits);
    await tries(100, () => gates.command('v'));
    expect(await gates.command('w')).toBe(0);
  });

  test('counts all visitors of a network together: a new socket is a new visitor', async () => {
    const gates = createGates(defaultLimits);
    expect((await tries(1000, () => gates.crowd('203.0.113.9'))).open).toBe(800);
    expect(await gates.crowd('203.0.113.10')).toBe(0);
  });

  test.each([
    ['connect', 300],
    ['request', 600],
    ['start', 60],
  ] as const)('%s: %i a minute', async (name, points) => {
    const gates = createGates(defaultLimits);
    expect((await tries(points + 50, () => gates[name]('a'))).open).toBe(points);
  });
});

describe('signing in', () => {
  test('[CA-01] is tried ten times, and also all at once no more often', async () => {
    const gates = createGates(defaultLimits);
    expect((await tries(500, () => gates.signIn('ada'))).open).toBe(10);
    expect(await gates.signIn('bo')).toBe(0);
  });

  test('with the right password does not count', async () => {
    const gates = createGates(defaultLimits);
    for (let i = 0; i < 50; i++) {
      expect(await gates.signIn('ada')).toBe(0);
      await gates.signedIn('ada', '203.0.113.9');
    }
    expect((await tries(50, () => gates.signIn('ada'))).open).toBe(10);
  });

  test('a colleague who forgot it locks out nobody else behind the same address', async () => {
    const gates = createGates(defaultLimits);
    await tries(10, () => gates.signInFrom('203.0.113.9'));
    expect(await gates.signInFrom('203.0.113.9')).toBe(0);
    expect((await tries(500, () => gates.signInFrom('203.0.113.9'))).open).toBe(89);
  });
});
