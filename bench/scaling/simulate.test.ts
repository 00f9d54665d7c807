import { describe, expect, test } from 'vitest';
import { measured, SIZES } from './scene.ts';
import { needOf, simulate } from './simulate.ts';

describe('the simulation of a worst minute', () => {
  test('asks for more relays, never for fewer, the more people come', () => {
    const needs = SIZES.map((size) => needOf(measured, size).relays ?? Number.POSITIVE_INFINITY);
    expect(needs).toEqual([...needs].sort((a, b) => a - b));
    expect(needs[0]).toBe(1);
  });

  test('brings back everybody of a lost relay no sooner than they try', () => {
    const { backS } = simulate(measured, 1_000_000, 8);
    expect(backS).toBeGreaterThanOrEqual(15);
    expect(backS).toBeLessThan(20);
  });

  test('never calls a relay back that is given more than it can do', () => {
    const slow = { ...measured, costs: { ...measured.costs, messageCpuUs: 1e6 } };
    const minute = simulate(slow, 1_000_000, 4);
    expect(minute.backS).toBe(Number.POSITIVE_INFINITY);
    expect(needOf(slow, 100_000_000).relays).toBeUndefined();
  });

  test('names what gives way first', () => {
    const { costs } = measured;
    const first = (more: Partial<typeof costs>) =>
      needOf({ ...measured, costs: { ...costs, ...more } }, 1_000_000).bottleneck;
    expect(first({ messageCpuUs: 5000 })).toBe('relay');
    expect(first({ heardCpuUs: 5000 })).toBe('hearing');
    expect(first({ connectionBytes: 2e6 })).toBe('memory');
    expect(first({ storedCpuUs: 4000 })).toBe('database');
    expect(first({ tailedCpuUs: 5000 })).toBe('tail');
  });

  test('gives the same numbers each time', () => {
    expect(simulate(measured, 1_000_000, 5)).toEqual(simulate(measured, 1_000_000, 5));
  });
});
