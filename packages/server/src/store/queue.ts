import { AppError } from '../lib/errors.ts';
import type { Awaitable } from './awaitable.ts';
import type { Tx } from './store.ts';

/** A work that waits for its turn, and for its answer. */
export interface Job {
  work: (tx: Tx) => Awaitable<unknown>;
  resolve: (value: unknown) => void;
  reject: (error: unknown) => void;
  value?: unknown;
}

/**
 * What arrives in one turn of the event loop, or while the one before it is under way, goes to `flush`
 * together, `most` at a time so that the first never waits for a crowd.
 */
export function createQueue(most: number, flush: (batch: Job[]) => Promise<void>) {
  let queue: Job[] = [];
  let scheduled = false;
  let closed = false;
  const idle: (() => void)[] = [];

  function schedule(): void {
    if (scheduled) return;
    scheduled = true;
    setImmediate(async () => {
      const batch = queue.slice(0, most);
      queue = queue.slice(most);
      await flush(batch);
      scheduled = false;
      if (queue.length > 0) schedule();
      else for (const done of idle.splice(0)) done();
    });
  }

  return {
    submit<T>(work: (tx: Tx) => Awaitable<T>): Promise<T> {
      if (closed) return Promise.reject(new AppError('going_away'));
      return new Promise<T>((resolve, reject) => {
        queue.push({ work, resolve: resolve as (value: unknown) => void, reject });
        schedule();
      });
    },
    /** Takes nothing more; resolves once everything accepted so far is answered. */
    close(): Promise<void> {
      closed = true;
      if (!scheduled) return Promise.resolve();
      return new Promise((resolve) => idle.push(resolve));
    },
    get waiting() {
      return queue.length;
    },
  };
}
