import type { Scene } from './simulate.ts';

/** Measured on two cores by `pnpm bench relay load`, 2026-11-27; docs/scaling.md says which are estimates. */
const connection = { connectionBytes: 26_000, connectionCpuUs: 7, returnCpuUs: 1200 };
const habits = { connected: 0.05, messagesPerS: 1 / 30, rush: 3 };
const promises = { waitMs: 100, backS: 30 };
const relay = { relayCores: 1, relayBytes: 2e9 };

/** One relay on SQLite: the log is its own, and all that it does is in what a message costs. */
export const alone: Scene = {
  costs: {
    ...connection,
    ...{ relayCpuUs: 0, messageCpuUs: 170, heardCpuUs: 0, storedBytes: 1100 },
    ...{ databaseCpuUs: 0, storedCpuUs: 0, tailedCpuUs: 0 },
  },
  habits,
  machine: { ...relay, databaseCores: 0, relaysLeast: 1, relaysMost: 1 },
  promises,
};

/** Relays on one PostgreSQL, with a Redis between them. */
export const together: Scene = {
  costs: {
    ...connection,
    ...{ relayCpuUs: 156_000, messageCpuUs: 362, heardCpuUs: 22, storedBytes: 1100 },
    ...{ databaseCpuUs: 55_000, storedCpuUs: 386, tailedCpuUs: 10 },
  },
  habits,
  machine: { ...relay, databaseCores: 8, relaysLeast: 2, relaysMost: 64 },
  promises,
};

/** What one stream of all cells' events bears, before it is parted. */
export const STREAM_BYTES_PER_S = 50e6;

export const SIZES = [10_000, 100_000, 1_000_000, 10_000_000, 100_000_000];
