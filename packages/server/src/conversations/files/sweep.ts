import type { Clock } from '../../lib/clock.ts';
import type { Blobs } from '../../store/blobs.ts';
import type { Store } from '../../store/store.ts';

interface SweepOptions {
  store: Store;
  blobs: Blobs;
  now: Clock;
  onError(error: unknown): void;
}

export interface FileSweeper {
  /** A message was deleted: its files go now rather than with the next round. */
  nudge(): void;
  stop(): Promise<void>;
}

const EVERY_MS = 60_000;
/** Bytes that did not come, and files that no message shows. */
const [BEGUN_MS, UNUSED_MS] = [3600_000, 24 * 3600_000];
const BATCH = 100;

/**
 * Gone in the log first, so that no message can show it meanwhile, then the bytes, then the row: killed
 * at any point, the next round goes on.
 */
async function sweepRows({ store, blobs, now }: SweepOptions): Promise<void> {
  const before = { begun: now() - BEGUN_MS, unused: now() - UNUSED_MS };
  await store.write('files', (tx) => tx.files.expire(before));
  for (;;) {
    const ids = await store.read.files.gone(BATCH);
    for (const id of ids) await blobs.remove(id);
    if (ids.length > 0)
      await store.write('files', async (tx) => {
        for (const id of ids) await tx.files.remove(id);
      });
    if (ids.length < BATCH) return;
  }
}

/** A restored log may know less than there is. */
async function sweepBlobs({ store, blobs }: SweepOptions): Promise<void> {
  for await (const id of blobs.list())
    if (!(await store.read.files.get(id))) await blobs.remove(id);
}

/** Removes what nobody refers to: at the start, every minute, and when told. */
export function sweepFiles(options: SweepOptions): FileSweeper {
  let running: Promise<void> = sweepBlobs(options).catch(options.onError);
  const round = () => {
    running = running.then(() => sweepRows(options)).catch(options.onError);
  };
  round();
  const timer = setInterval(round, EVERY_MS);
  return {
    nudge: round,
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}
