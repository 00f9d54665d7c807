import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { AppError } from '../../lib/errors.ts';
import type { Tx } from '../store.ts';
import { engine } from './db.ts';

/** One connection that writes, and the transaction under way on it. */
export interface Connection {
  client: pg.Client;
  tx: Tx;
  /** Offsets it added to the log. */
  appended: number[];
  /** What was asked and nobody waits for, before the commit does. */
  unanswered: Promise<unknown>[];
  /** The transaction's number, by which its outcome is found after the connection broke. */
  xid: string;
  /** What was accepted may be stored without our knowing. */
  isCommitting: boolean;
}

/** The works need not wait for it: the server does one after the other. */
export function begin(connection: Connection): void {
  connection.appended.length = 0;
  connection.unanswered.length = 0;
  connection.isCommitting = false;
  connection.xid = '';
  const asked = engine(connection.client.query('BEGIN; SELECT pg_current_xact_id()::text AS xid'));
  leave(
    connection,
    asked.then((answers) => {
      const [, taken] = answers as unknown as pg.QueryResult<{ xid: string }>[];
      connection.xid = taken?.rows[0]?.xid ?? '';
    }),
  );
}

/** Whoever commits hears of what fails; until then nobody does. */
export function leave({ unanswered }: Connection, asked: Promise<unknown>): void {
  asked.catch(() => {});
  unanswered.push(asked);
}

export async function commit(connection: Connection): Promise<void> {
  connection.isCommitting = true;
  const committed = engine(connection.client.query('COMMIT'));
  await Promise.all([...connection.unanswered, committed]);
  connection.isCommitting = false;
  // A transaction in which a statement failed is rolled back by COMMIT, and that is no error.
  if ((await committed).command !== 'COMMIT')
    throw new AppError('storage_unavailable', { detail: 'a statement failed and nobody said so' });
}

/** Whether the connection is good for more. */
export const rollBack = ({ client }: Connection): Promise<boolean> =>
  client.query('ROLLBACK').then(
    () => true,
    () => false,
  );

/** A broken commit may still be under way on the server. */
const OUTCOME_TRIES = 20;
const OUTCOME_PAUSE_MS = 250;

/** Whether a transaction whose COMMIT got no answer was committed; false where nobody can tell, too. */
export async function isStored(xid: string, connect: () => Promise<pg.Client>): Promise<boolean> {
  if (xid === '') return false;
  for (let i = 0; i < OUTCOME_TRIES; i += 1) {
    const status = await statusOf(xid, connect).catch(() => undefined);
    if (status === 'committed' || status === 'aborted') return status === 'committed';
    await sleep(OUTCOME_PAUSE_MS);
  }
  return false;
}

async function statusOf(xid: string, connect: () => Promise<pg.Client>): Promise<string> {
  const client = await connect();
  try {
    const { rows } = await client.query('SELECT pg_xact_status($1::xid8) AS status', [xid]);
    return rows[0]?.status;
  } finally {
    client.end().catch(() => {});
  }
}
