import type { Scene } from './simulate.ts';

/** Measured on two cores by `pnpm bench relay load`, 2026-11-26; docs/scaling.md says which are estimates. */
export const measured: Scene = {
  costs: {
    connectionBytes: 26_000,
    connectionCpuUs: 10,
    returnCpuUs: 1200,
    messageCpuUs: 1320,
    heardCpuUs: 240,
    storedCpuUs: 730,
    storedBytes: 1100,
    tailedCpuUs: 10,
  },
  habits: { connected: 0.05, messagesPerS: 1 / 30, rush: 3 },
  machine: { relayCores: 1, relayBytes: 2e9, databaseCores: 8 },
  promises: { waitMs: 100, backS: 30 },
};

export const SIZES = [10_000, 100_000, 1_000_000, 10_000_000, 100_000_000];
