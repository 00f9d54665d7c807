import { setTimeout as sleep } from 'node:timers/promises';
import type { LogRecord, Store } from '../store/store.ts';
import { SEARCH } from './search-index.ts';

/** A large index takes a while to go through: what was deleted meanwhile goes with the next round. */
const EVERY_MS = 3600_000;
/** Whoever writes goes first. */
const REST_MS = 20;

export interface SearchSweeper {
  /** Somebody was erased: what the index still has of their words goes now. */
  hear(records: LogRecord[]): void;
  stop(): Promise<void>;
}

/**
 * Nothing is found any more under words that are gone, but the index has them in its file until it is
 * tidied: at the start, every hour, and when somebody was erased.
 */
export function sweepSearch(store: Store, onError: (error: unknown) => void): SearchSweeper {
  let isStopped = false;
  let running = Promise.resolve();

  async function tidy(): Promise<void> {
    while (!isStopped && (await store.write(SEARCH, (tx) => tx.search.tidy())))
      await sleep(REST_MS);
  }
  const round = () => {
    running = running.then(tidy).catch(onError);
  };
  round();
  const timer = setInterval(round, EVERY_MS);
  return {
    hear(records) {
      if (records.some(({ type }) => type === 'contact.erased')) round();
    },
    async stop() {
      isStopped = true;
      clearInterval(timer);
      await running;
    },
  };
}
