import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { AppError } from '../../lib/errors.ts';
import type { LogRecord, Tx } from '../store.ts';
import { engine } from './db.ts';

/** What a transaction added to the log. */
export type Appended = Pick<LogRecord, 'offset' | 'id'>;

/** One connection that writes, and the transaction under way on it. */
export interface Connection {
  client: pg.Client;
  tx: Tx;
  appended: Appended[];
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

type Doubtful = Pick<Connection, 'xid' | 'appended'>;

/** Whether a transaction whose COMMIT got no answer was committed; false where nobody can tell, too. */
export async function isStored(
  doubtful: Doubtful,
  connect: () => Promise<pg.Client>,
): Promise<boolean> {
  if (doubtful.xid === '') return false;
  for (let i = 0; i < OUTCOME_TRIES; i += 1) {
    const found = await outcomeOf(doubtful, connect).catch(() => undefined);
    if (found?.status === 'committed') return found.is_there;
    if (found?.status === 'aborted') return false;
    await sleep(OUTCOME_PAUSE_MS);
  }
  return false;
}

/**
 * A server that crashed gives the number of what it forgot to somebody else's transaction: that one may be
 * committed, so what was written has to be there as well.
 */
const OUTCOME = `SELECT pg_xact_status($1::xid8) AS status, $2::bigint IS NULL OR EXISTS (
  SELECT 1 FROM event WHERE log_offset = $2 AND id = $3) AS is_there`;

interface Outcome {
  status: string;
  is_there: boolean;
}

async function outcomeOf(
  { xid, appended: [first] }: Doubtful,
  connect: () => Promise<pg.Client>,
): Promise<Outcome | undefined> {
  const client = await connect();
  try {
    const { rows } = await client.query<Outcome>(OUTCOME, [xid, first?.offset, first?.id]);
    return rows[0];
  } finally {
    client.end().catch(() => {});
  }
}
