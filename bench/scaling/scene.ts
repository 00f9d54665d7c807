import type { Scene } from './simulate.ts';

/** As measured on two cores by `pnpm bench load`, `relay` and `scaled`; docs/scaling.md has the days. */
export const measured: Scene = {
  costs: {
    connectionBytes: 30_000,
    connectionCpuUs: 10,
    returnCpuUs: 1200,
    messageCpuUs: 450,
    heardCpuUs: 60,
    storedCpuUs: 250,
    storedBytes: 1100,
    tailedCpuUs: 10,
  },
  habits: { connected: 0.05, messagesPerS: 1 / 30, rush: 3 },
  machine: { relayCores: 1, relayBytes: 2e9, databaseCores: 8 },
  promises: { waitMs: 100, backS: 30 },
};

export const SIZES = [10_000, 100_000, 1_000_000, 10_000_000, 100_000_000];
