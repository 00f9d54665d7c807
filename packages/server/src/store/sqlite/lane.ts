import type { DatabaseSync } from 'node:sqlite';
import { AppError } from '../../lib/errors.ts';
import type { Awaitable, LogRecord, Tx } from '../store.ts';

interface Job {
  work: (tx: Tx) => Awaitable<unknown>;
  resolve: (value: unknown) => void;
  reject: (error: unknown) => void;
  value?: unknown;
}

export interface LaneHooks {
  /** Records of one commit, in order, once they are on stable storage. */
  committed(records: LogRecord[]): void;
  /** Something written was taken back: what was remembered of it is wrong. */
  undone(): void;
  /** The engine's state is unknown (an I/O error at commit): the process must end and recover. */
  fatal(error: unknown): void;
}

/** One commit takes this many at most, so that the first in the queue never waits for a crowd. */
const BATCH_MAX = 256;

/** SQLite result codes (sqlite.org/rescode.html), low byte. */
const SQLITE_IOERR = 10;
const SQLITE_CORRUPT = 11;

const resultCode = (error: unknown): number => {
  const code = (error as { errcode?: unknown } | null)?.errcode;
  return typeof code === 'number' ? code & 0xff : 0;
};

const isFatal = (error: unknown): boolean =>
  [SQLITE_IOERR, SQLITE_CORRUPT].includes(resultCode(error));

/**
 * Group commit: everything that arrived in one turn of the event loop shares one transaction. When one
 * of them throws, the transaction is undone and each is run again in one of its own, so that a bad one
 * fails alone; that is rare (a refusal is a value, not an exception) and saves everybody a savepoint.
 * Nothing is answered before the commit returned.
 */
export function createLane(
  db: DatabaseSync,
  open: (appended: (record: LogRecord) => void) => Tx,
  hooks: LaneHooks,
) {
  const begin = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');
  const records: LogRecord[] = [];
  const tx = open((record) => records.push(record));
  let queue: Job[] = [];
  let scheduled = false;
  const idle: (() => void)[] = [];

  async function transact(batch: Job[]): Promise<void> {
    begin.run();
    for (const job of batch) job.value = await job.work(tx);
    commit.run();
    for (const job of batch) job.resolve(job.value);
    if (records.length > 0) hooks.committed(records.splice(0));
  }

  function undo(): void {
    records.length = 0;
    hooks.undone();
    if (db.isTransaction) db.exec('ROLLBACK');
  }

  function fail(job: Job, cause: unknown): void {
    if (resultCode(cause) === 0) return job.reject(cause);
    job.reject(new AppError('storage_unavailable', { cause }));
    if (isFatal(cause)) hooks.fatal(cause);
  }

  async function flush(batch: Job[]): Promise<void> {
    try {
      await transact(batch);
    } catch (error) {
      undo();
      // After an I/O error nobody knows what reached the disk: never try that again (P3).
      if (batch.length === 1 || isFatal(error)) for (const job of batch) fail(job, error);
      else for (const job of batch) await flush([job]);
    }
  }

  function schedule(): void {
    if (scheduled) return;
    scheduled = true;
    setImmediate(async () => {
      const batch = queue.slice(0, BATCH_MAX);
      queue = queue.slice(BATCH_MAX);
      await flush(batch);
      scheduled = false;
      if (queue.length > 0) schedule();
      else for (const done of idle.splice(0)) done();
    });
  }

  return {
    submit<T>(work: (tx: Tx) => Awaitable<T>): Promise<T> {
      return new Promise<T>((resolve, reject) => {
        queue.push({ work, resolve: resolve as (value: unknown) => void, reject });
        schedule();
      });
    },
    /** Resolves once everything accepted so far is answered. */
    drained(): Promise<void> {
      if (!scheduled) return Promise.resolve();
      return new Promise((resolve) => idle.push(resolve));
    },
    get waiting() {
      return queue.length;
    },
  };
}
