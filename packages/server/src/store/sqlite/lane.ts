import type { DatabaseSync } from 'node:sqlite';
import { AppError } from '../../lib/errors.ts';
import { createQueue, type Job } from '../queue.ts';
import type { LogRecord, Tx } from '../store.ts';

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
const BATCH_MAX = 128;

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

  return createQueue(BATCH_MAX, flush);
}
