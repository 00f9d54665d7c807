import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { createQueue, type Job } from '../queue.ts';
import type { Tx } from '../store.ts';
import { engine, isLost, stateOf } from './db.ts';
import {
  type Appended,
  begin,
  type Connection,
  commit,
  isStored,
  leave,
  rollBack,
} from './transaction.ts';

/** What a transaction hears of its works' statements. */
export interface Hears {
  /** This was added to the log. */
  appended(what: Appended): void;
  /** Nobody waits for the answer; what fails undoes the transaction all the same. */
  left(asked: Promise<unknown>): void;
}

export interface LaneHooks {
  connect(): Promise<pg.Client>;
  /** What works see. */
  open(client: pg.Client, hears: Hears): Tx;
  /** This is on stable storage now. */
  committed(offsets: number[]): void;
  /** Something written was taken back. */
  undone(): void;
}

/** Rows stay locked while the others of a batch run; that long nobody else should wait. */
const BATCH_MAX = 64;

/** Deadlock, serialization, somebody waits too long for a row, two make the same thing at once. */
const CONTENDED = ['40P01', '40001', '55P03', '23505'];
const TRIES = 5;
const PAUSE_MS = 20;

/**
 * Group commit on one connection: everything that arrived in one turn shares a transaction. When one of
 * them fails, the transaction is undone and each is run again in one of its own, so that a bad one fails
 * alone; what failed only because others were at the same rows is tried again. No savepoints: more than
 * 64 of them in one transaction slow every reader of the server down (decision 0026).
 */
export function createLane({ connect, open, committed, undone }: LaneHooks) {
  let current: Connection | undefined;

  async function connected(): Promise<Connection> {
    if (current) return current;
    const client = await engine(connect());
    const made: Connection = {
      ...{ client, appended: [], unanswered: [], xid: '', isCommitting: false },
      tx: open(client, {
        appended: (what) => made.appended.push(what),
        left: (asked) => leave(made, asked),
      }),
    };
    client.once('end', () => {
      if (current === made) current = undefined;
    });
    current = made;
    return made;
  }

  function drop({ client }: Connection): void {
    current = undefined;
    client.end().catch(() => {});
  }

  function answer(batch: Job[], appended: Appended[]): void {
    if (appended.length > 0) committed(appended.map(({ offset }) => offset));
    for (const job of batch) job.resolve(job.value);
  }

  async function transact(connection: Connection, batch: Job[]): Promise<void> {
    begin(connection);
    for (const job of batch) job.value = await job.work(connection.tx);
    await commit(connection);
    answer(batch, connection.appended);
  }

  async function flush(batch: Job[], tries = 1): Promise<void> {
    let connection: Connection | undefined;
    try {
      connection = await connected();
      await transact(connection, batch);
    } catch (error) {
      if (!connection) return fail(batch, error);
      if (!isLost(error) && (await rollBack(connection))) {
        undone();
        return again(batch, { error, tries });
      }
      drop(connection);
      const { isCommitting, appended } = connection;
      if (isCommitting && (await isStored(connection, connect))) return answer(batch, appended);
      undone();
      fail(batch, error);
    }
  }

  async function again(batch: Job[], { error, tries }: { error: unknown; tries: number }) {
    if (batch.length > 1) {
      for (const job of batch) await flush([job]);
      return;
    }
    if (tries >= TRIES || !CONTENDED.includes(stateOf(error) ?? '')) return fail(batch, error);
    await sleep(Math.random() * PAUSE_MS * tries);
    await flush(batch, tries + 1);
  }

  const queue = createQueue(BATCH_MAX, flush);
  return {
    submit: queue.submit,
    async close(): Promise<void> {
      await queue.close();
      await current?.client.end().catch(() => {});
    },
    get waiting() {
      return queue.waiting;
    },
  };
}

export type Lane = ReturnType<typeof createLane>;

function fail(batch: Job[], error: unknown): void {
  for (const job of batch) job.reject(error);
}
