/** One relay, as a process of its own: started and killed by the storm. */
import { createRelay, noLimits, openSqliteStore, readConfig } from '@throughline/server';
import { type Fault, withFault } from './faults.ts';
import { type Mutant, mutate } from './mutants.ts';

export interface RelaySpec {
  dataDir: string;
  port: number;
  fault?: Fault;
  mutant?: Mutant;
}

const spec: RelaySpec = JSON.parse(process.argv[2] ?? '{}');
const config = readConfig({
  DATA_DIR: spec.dataDir,
  PORT: String(spec.port),
  LOG_LEVEL: process.env.LOG_LEVEL ?? 'error',
});
const store = openSqliteStore({ dataDir: spec.dataDir });
const relay = await createRelay({
  config: {
    ...config,
    limits: noLimits,
  },
  store: mutate(withFault(store, spec.fault), spec.mutant),
});
process.on('SIGTERM', () => relay.stop().then(() => process.exit(0)));
process.send?.('ready');
