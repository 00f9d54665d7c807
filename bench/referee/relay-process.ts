/** One relay, as a process of its own: started, stopped and killed by the referee. */

import {
  builtMounts,
  createRelay,
  noLimits,
  openStore,
  readConfig,
  type Store,
} from '@throughline/server';
import { HEARTBEAT_MS } from '@throughline/shared';
import { dropFileSyncs, watchWriters } from './mutants/disk.ts';
import { mutate } from './mutants/index.ts';
import { createFuse, view, withFault } from './nemesis/failpoints.ts';
import type { Order, RelaySpec } from './relay-spec.ts';

let offsetMs = 0;
const now = () => Date.now() + offsetMs;
const fuse = createFuse();

/** Whoever started it hears whether it leads, each time it asks. */
const told = (store: Store): Store => ({
  ...view(store),
  lease: {
    ...store.lease,
    async hold(holder, forMs) {
      const term = await store.lease.hold(holder, forMs);
      process.send?.(term === undefined ? 'follows' : 'leads');
      return term;
    },
  },
});

function hastenHeartbeats(everyMs: number): void {
  const { setInterval } = globalThis;
  const hastened = (run: () => void, ms?: number, ...rest: unknown[]) =>
    setInterval(run, ms === HEARTBEAT_MS ? everyMs : ms, ...rest);
  globalThis.setInterval = hastened as typeof setInterval;
}

async function start(spec: RelaySpec): Promise<void> {
  if (spec.heartbeatMs) hastenHeartbeats(spec.heartbeatMs);
  const read = readConfig({
    DATA_DIR: spec.dataDir,
    PORT: String(spec.port),
    LOG_LEVEL: process.env.LOG_LEVEL ?? 'silent',
    EGRESS_ALLOW: '127.0.0.0/8',
    ...(spec.publicUrl ? { PUBLIC_URL: spec.publicUrl } : {}),
    ...(spec.databaseUrl ? { DATABASE_URL: spec.databaseUrl } : {}),
    ...(spec.redisUrl ? { REDIS_URL: spec.redisUrl } : {}),
  });
  const config = { ...read, limits: noLimits };
  if (spec.mutant === 'M11') watchWriters();
  if (spec.mutant === 'M16') await dropFileSyncs();
  // Whatever makes the store untrustworthy ends the process, as in a relay that runs by itself.
  const store = await openStore(config, { onFatal: () => process.exit(1) });
  fuse.arm(spec.fault);
  const wrapped = mutate(withFault(told(store), fuse), spec);
  const mounts = spec.hasPages ? builtMounts() : [];
  const relay = await createRelay({ config, now, store: wrapped, mounts });
  process.on('SIGTERM', () => void relay.stop().then(() => process.exit(0)));
  process.send?.('ready');
}

process.on('message', (order: Order) => {
  if (order.do === 'start') void start(order.spec);
  else if (order.do === 'arm') fuse.arm(order.fault);
  else offsetMs = order.offsetMs;
});
// Whoever started it is gone: so is what it was for.
process.on('disconnect', () => process.exit(1));
if (process.argv[2]) await start(JSON.parse(process.argv[2]) as RelaySpec);
else process.send?.('waiting');
