import type { RelayMutant } from './mutants/names.ts';
import type { Fault } from './nemesis/failpoints.ts';

/** What a relay of the storm is told before it serves. */
export interface RelaySpec {
  dataDir: string;
  port: number;
  /** Where people reach it; where it listens, if missing. */
  publicUrl?: string;
  /** Instead of the data folder. */
  databaseUrl?: string;
  redisUrl?: string;
  /** How often heads are named instead of every 25 s: a storm has no time to wait for it. */
  heartbeatMs?: number;
  /** Whether it serves the widget, as it was built. */
  hasPages?: boolean;
  fault?: Fault;
  mutant?: RelayMutant;
}

/** And while it runs. */
export type Order =
  | { do: 'start'; spec: RelaySpec }
  | { do: 'clock'; offsetMs: number }
  /** From now on its passages count. */
  | { do: 'arm'; fault: Fault | undefined };
