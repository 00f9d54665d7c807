import type pg from 'pg';
import { StartupError } from '../../lib/errors.ts';

const RELAYS = new StartupError(
  'Another relay is already running on this database; stop every relay on it first.',
);

/** Relays share a database; what moves a log, or puts one back, has it alone. */
export const TAKEN = new StartupError(
  'The log of this database is being moved or put back; start the relay when that is done.',
);

/** Of this schema; ends with the connection, however that ends. */
const LOCK = `SELECT pg_try_advisory_lock(4600002, hashtext(current_schema())) AS is_ours`;
const SHARE = `SELECT pg_try_advisory_lock_shared(4600002, hashtext(current_schema())) AS is_ours`;

/** Keeps a database for this connection; throws where a relay has it. */
export async function holdDatabase(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ is_ours: boolean }>(LOCK);
  if (!rows[0]?.is_ours) throw RELAYS;
}

/** Keeps a database for relays; throws where it is not for any. */
export async function shareDatabase(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ is_ours: boolean }>(SHARE);
  if (!rows[0]?.is_ours) throw TAKEN;
}
