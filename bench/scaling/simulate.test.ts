import { describe, expect, test } from 'vitest';
import { alone, SIZES, together } from './scene.ts';
import { needOf, relaysFor, type Scene, simulate } from './simulate.ts';

/** Round numbers, whatever was measured last. */
const scene: Scene = {
  costs: {
    connectionBytes: 30_000,
    connectionCpuUs: 10,
    returnCpuUs: 1200,
    relayCpuUs: 10_000,
    messageCpuUs: 450,
    heardCpuUs: 60,
    databaseCpuUs: 10_000,
    storedCpuUs: 250,
    storedBytes: 1100,
    tailedCpuUs: 10,
  },
  habits: { connected: 0.05, messagesPerS: 1 / 30, rush: 3 },
  machine: { relayCores: 1, relayBytes: 2e9, databaseCores: 8, relaysLeast: 1, relaysMost: 64 },
  promises: { waitMs: 100, backS: 30 },
};

describe('the simulation of a worst minute', () => {
  test('asks for more cores, never for fewer, the more people come', () => {
    const cores = SIZES.map((size) => {
      const { cells = Infinity, relays = 0 } = needOf(scene, size) ?? {};
      return cells * (relays + scene.machine.databaseCores);
    });
    expect(cores).toEqual([...cores].sort((a, b) => a - b));
    expect(needOf(scene, SIZES[0] ?? 0)).toMatchObject({ cells: 1, relays: 1 });
  });

  test('parts into cells what one database and its relays cannot hold; each cell holds its part', () => {
    const most = SIZES.at(-1) ?? 0;
    expect(relaysFor(scene, most)).toBeUndefined();
    const { cells = 0, relays = 0 } = needOf(scene, most) ?? {};
    expect(cells).toBeGreaterThan(10);
    expect(relaysFor(scene, most / cells)).toBe(relays);
  });

  test('one relay on SQLite is one cell, and answers for ten thousand people and not for a million', () => {
    expect(needOf(alone, 10_000)).toMatchObject({ cells: 1, relays: 1 });
    expect(needOf(alone, 1_000_000)).toBeUndefined();
    for (const size of SIZES) expect(needOf(together, size)?.relays).toBeGreaterThanOrEqual(2);
  });

  test('brings back everybody of a lost relay no sooner than they try', () => {
    const { backS } = simulate(scene, 1_000_000, 8);
    expect(backS).toBeGreaterThanOrEqual(15);
    expect(backS).toBeLessThan(20);
  });

  test('never calls a relay back that is given more than it can do', () => {
    const slow = { ...scene, costs: { ...scene.costs, messageCpuUs: 1e6 } };
    const minute = simulate(slow, 1_000_000, 4);
    expect(minute.backS).toBe(Number.POSITIVE_INFINITY);
    expect(relaysFor(slow, 100_000_000)).toBeUndefined();
  });

  test('names what gives way first', () => {
    const { costs } = scene;
    const first = (more: Partial<typeof costs>) =>
      needOf({ ...scene, costs: { ...costs, ...more } }, 1_000_000)?.bottleneck;
    expect(first({ messageCpuUs: 5000 })).toBe('relay');
    expect(first({ heardCpuUs: 5000 })).toBe('hearing');
    expect(first({ connectionBytes: 2e6 })).toBe('memory');
    expect(first({ storedCpuUs: 4000 })).toBe('database');
    expect(first({ tailedCpuUs: 5000 })).toBe('tail');
  });

  test('gives the same numbers each time', () => {
    expect(simulate(scene, 1_000_000, 5)).toEqual(simulate(scene, 1_000_000, 5));
  });
});
