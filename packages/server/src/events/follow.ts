import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { LeaseLost } from '../lib/errors.ts';
import type { LogRecord, Store } from '../store/store.ts';

export interface FollowOptions {
  /** `now`: only what comes from here on, kept in memory. A number: after that offset. */
  from: 'now' | number;
  /** Gets the log in order, in batches; may take its time, the log waits in the store. */
  handle(records: LogRecord[]): void | Promise<void>;
  /** A failing batch is told here and tried again; that another relay leads now is no failure. */
  onError(error: unknown): void;
  batch?: number;
  /**
   * After a small batch, what comes in so many milliseconds goes together: each batch costs a read, and
   * often a write. Default 0.
   */
  gatherMs?: number;
}

export interface Follower {
  /** Ends after the batch under way. */
  stop(): Promise<void>;
  /** How far it has read. */
  readonly cursor: number;
}

/** Writes of other programs and lost wake-ups are found this late at most. */
const POLL_MS = 1000;
const RETRY_MS = 500;
const FEW = 50;

/**
 * Follows the log from a cursor: replay, then live. Local commits wake it at once; a slow poll finds
 * what another program wrote. One batch at a time, never skipping, so a slow handler only lags.
 */
export async function follow(store: Store, options: FollowOptions): Promise<Follower> {
  const { handle, onError, batch = 500, gatherMs = 0 } = options;
  let cursor = options.from === 'now' ? await store.read.events.head() : options.from;
  let stopped = false;
  /** A commit came while a batch was being read or handled. */
  let hasNews = false;
  /** News do not shorten the pause after a failure: it would fail as often as people write. */
  let isFailing = false;
  let wake = () => {};
  const forget = store.onCommit(() => {
    hasNews = true;
    if (!isFailing) wake();
  });

  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  async function step(): Promise<boolean> {
    const records = await store.read.events.log(cursor, batch);
    const last = records.at(-1);
    if (!last) return false;
    await handle(records);
    cursor = last.offset;
    if (gatherMs > 0 && records.length < FEW) await sleep(gatherMs);
    return records.length === batch;
  }

  /** A long way behind, everybody else has a turn between two batches. */
  async function rest(isBehind: boolean): Promise<void> {
    if (isBehind) await nextTurn();
    else if (!hasNews && !stopped) await pause(POLL_MS);
  }

  async function run(): Promise<void> {
    while (!stopped) {
      try {
        hasNews = false;
        const isBehind = await step();
        isFailing = false;
        await rest(isBehind);
      } catch (error) {
        isFailing = true;
        if (!(error instanceof LeaseLost)) onError(error);
        if (!stopped) await pause(RETRY_MS);
      }
    }
  }

  const running = run();
  return {
    async stop() {
      stopped = true;
      forget();
      wake();
      await running;
    },
    get cursor() {
      return cursor;
    },
  };
}
