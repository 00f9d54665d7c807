import { setTimeout as pause } from 'node:timers/promises';
import type { LogRecord, Store } from '../store/store.ts';
import { type Follower, follow } from './follow.ts';

/**
 * After a small batch, what comes in the next moment goes together: each batch costs a read and a write,
 * and whoever waits for an answer of the relay should not notice how many sinks there are.
 */
const GATHER_MS = 30;
const FEW = 50;

export interface FollowAsOptions {
  /** Gets the log in order, in batches; what it has not finished comes again. */
  handle(records: LogRecord[]): void | Promise<void>;
  /** A failing batch is told here and tried again. */
  onError(error: unknown): void;
  batch?: number;
  /** Default 30. */
  gatherMs?: number;
}

/**
 * Where a sink goes on: behind what it finished, or from now on, the first time and in another log. A
 * log that ends before the cursor is another one: it was restored.
 */
export async function placeOf(store: Store, sink: string): Promise<number> {
  const known = await store.deliveries.cursor(sink);
  const offset = await store.read.events.head();
  if (known?.epoch === store.epoch && known.offset <= offset) return known.offset;
  await store.deliveries.saveCursor({ sink, epoch: store.epoch, offset });
  return offset;
}

/** Follows the log under a name: after a restart it goes on where it was, so that nothing is left out. */
export async function followAs(
  store: Store,
  sink: string,
  { handle, gatherMs = GATHER_MS, ...options }: FollowAsOptions,
): Promise<Follower> {
  return follow(store, {
    ...options,
    from: await placeOf(store, sink),
    async handle(records) {
      await handle(records);
      const offset = records.at(-1)?.offset ?? 0;
      await store.deliveries.saveCursor({ sink, epoch: store.epoch, offset });
      if (records.length < FEW) await pause(gatherMs);
    },
  });
}
