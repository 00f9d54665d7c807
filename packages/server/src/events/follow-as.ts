import { LeaseLost } from '../lib/errors.ts';
import type { Store } from '../store/store.ts';
import { type Follower, type FollowOptions, follow } from './follow.ts';

/** Whoever waits for an answer of the relay should not notice how many sinks there are. */
const GATHER_MS = 30;
/** A place costs a transaction: it is written this late, and after a crash what came since comes again. */
const SAVE_MS = 250;

export type FollowAsOptions = Omit<FollowOptions, 'from'>;

/**
 * Where a sink goes on: behind what it finished, or from now on, the first time and in another log. A
 * log that ends before the cursor is another one: it was restored.
 */
export async function placeOf(store: Store, sink: string): Promise<number> {
  const known = await store.deliveries.cursor(sink);
  const { events } = store.read;
  if (known?.epoch === store.epoch && known.offset <= (await events.last())) return known.offset;
  const offset = await events.head();
  await store.deliveries.saveCursor({ sink, epoch: store.epoch, offset });
  return offset;
}

export interface Place {
  /** Everything up to here is done. */
  reach(offset: number): void;
  /** Writes down what is not yet written. */
  stop(): Promise<void>;
}

/** Writes down how far a sink is, a moment later and once for many batches. */
export function keepPlace(store: Store, sink: string, onError: FollowOptions['onError']): Place {
  let reached: number | undefined;
  let timer: NodeJS.Timeout | undefined;

  async function save(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    const offset = reached;
    reached = undefined;
    if (offset === undefined) return;
    try {
      await store.deliveries.saveCursor({ sink, epoch: store.epoch, offset });
    } catch (error) {
      // Whoever leads now goes on from where it was.
      if (!(error instanceof LeaseLost)) onError(error);
    }
  }

  return {
    reach(offset) {
      reached = offset;
      timer ??= setTimeout(save, SAVE_MS).unref();
    },
    stop: save,
  };
}

/** Follows the log under a name: after a restart it goes on where it was, so that nothing is left out. */
export async function followAs(
  store: Store,
  sink: string,
  { handle, gatherMs = GATHER_MS, ...options }: FollowAsOptions,
): Promise<Follower> {
  const from = await placeOf(store, sink);
  const place = keepPlace(store, sink, options.onError);
  const follower = await follow(store, {
    ...{ ...options, from, gatherMs },
    async handle(records) {
      await handle(records);
      place.reach(records.at(-1)?.offset ?? 0);
    },
  });
  return {
    async stop() {
      await follower.stop();
      await place.stop();
    },
    get cursor() {
      return follower.cursor;
    },
  };
}
