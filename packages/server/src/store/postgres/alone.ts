import type pg from 'pg';
import { StartupError } from '../../lib/errors.ts';

export const OTHER = new StartupError(
  'Another relay is already running on this database; stop it first, or give this one a database of its own.',
);

/** Of this schema; ends with the connection, however that ends. */
const LOCK = `SELECT pg_try_advisory_lock(4600002, hashtext(current_schema())) AS is_ours`;

/** Keeps a database for this connection; throws where a relay has it. */
export async function holdDatabase(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ is_ours: boolean }>(LOCK);
  if (!rows[0]?.is_ours) throw OTHER;
}
