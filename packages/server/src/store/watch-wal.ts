import { Gauge } from 'prom-client';
import type { Logger } from '../lib/logger.ts';
import type { Metrics } from '../lib/metrics.ts';
import type { Store } from './store.ts';

const LOOK_MS = 15_000;
/** In a row: a busy minute may be long, and then it is written back. */
const LOOKS = 4;
/** Times what it is cut back to. */
const LONG = 4;

/** Tells how long the write-ahead log is, and warns when it stays long. Returns the end of it. */
export function watchWal(
  { wal }: Pick<Store, 'wal'>,
  { metrics, log }: { metrics: Pick<Metrics, 'registry'>; log: Pick<Logger, 'warn' | 'info'> },
): () => void {
  if (!wal) return () => {};
  new Gauge({
    name: 'throughline_sqlite_wal_bytes',
    help: 'Length of SQLite’s write-ahead log.',
    registers: [metrics.registry],
    collect() {
      this.set(wal().bytes);
    },
  });
  let looks = 0;
  const timer = setInterval(() => {
    const { bytes, keptBytes } = wal();
    if (bytes <= LONG * keptBytes) {
      if (looks >= LOOKS) log.info({ bytes }, 'the write-ahead log is short again');
      looks = 0;
      return;
    }
    looks += 1;
    if (looks === LOOKS)
      log.warn(
        { bytes },
        'the write-ahead log stays long: something reads the database without an end',
      );
  }, LOOK_MS).unref();
  return () => clearInterval(timer);
}
