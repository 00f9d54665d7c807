import type { DatabaseSync } from 'node:sqlite';
import { AppError } from '../../lib/errors.ts';
import type { Awaitable } from '../awaitable.ts';
import type { LogRecord, Tx } from '../store.ts';

interface Job {
  work: (tx: Tx) => Awaitable<unknown>;
  resolve: (value: unknown) => void;
  reject: (error: unknown) => void;
  value?: unknown;
}

/** What the works of one commit did to the log. */
export interface LogChange {
  /** In order. */
  appended: LogRecord[];
  /** Offsets whose data was taken out. */
  redacted: number[];
}

export interface LaneHooks {
  /** The log has changed, and that is on stable storage. */
  committed(change: LogChange): void;
  /** Something written was taken back: what was remembered of it is wrong. */
  undone(): void;
  /** The engine's state is unknown (an I/O error at commit): the process must end and recover. */
  fatal(error: unknown): void;
}

/** One commit takes this many at most, so that the first in the queue never waits for a crowd. */
const BATCH_MAX = 1024;

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
export function createLane(db: DatabaseSync, open: (change: LogChange) => Tx, hooks: LaneHooks) {
  // With `get`, not `run`: that one reads the last row number as well, and throws when it is larger
  // than a number holds, after the commit was made.
  const begin = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');
  const change: LogChange = { appended: [], redacted: [] };
  const tx = open(change);
  let queue: Job[] = [];
  let scheduled = false;
  let closed = false;
  const idle: (() => void)[] = [];

  async function transact(batch: Job[]): Promise<void> {
    for (const job of batch) job.value = await job.work(tx);
    commit.get();
    for (const job of batch) job.resolve(job.value);
    const { appended, redacted } = change;
    if (appended.length + redacted.length > 0)
      hooks.committed({ appended: appended.splice(0), redacted: redacted.splice(0) });
  }

  function undo(): void {
    change.appended.length = 0;
    change.redacted.length = 0;
    hooks.undone();
    if (db.isTransaction) db.exec('ROLLBACK');
  }

  function fail(jobs: Job[], cause: unknown): void {
    const isEngine = resultCode(cause) !== 0;
    const error = isEngine ? new AppError('storage_unavailable', { cause }) : cause;
    for (const job of jobs) job.reject(error);
    if (isFatal(cause)) hooks.fatal(cause);
  }

  /** Where none can begin no work is to blame: all fail at once, or each would wait for the lock. */
  function isBegun(batch: Job[]): boolean {
    try {
      begin.get();
      return true;
    } catch (error) {
      fail(batch, error);
      return false;
    }
  }

  async function flush(batch: Job[]): Promise<void> {
    if (!isBegun(batch)) return;
    try {
      await transact(batch);
    } catch (error) {
      undo();
      // After an I/O error nobody knows what reached the disk: never try that again (P3).
      if (batch.length === 1 || isFatal(error)) fail(batch, error);
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
