import type { ClientBase } from 'pg';
import { StartupError } from '../../lib/errors.ts';
import { openClient } from './connect.ts';

/** A log that went somewhere else under its own identity must not be written here as well. */
export async function markMoved(url: string, to: string): Promise<void> {
  const client = await openClient(url);
  try {
    await client.query(
      `INSERT INTO meta (name, value) VALUES ('moved_to', $1)
       ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
      [to],
    );
  } finally {
    await client.end();
  }
}

export async function checkMoved(client: ClientBase): Promise<void> {
  const { rows } = await client.query(`SELECT value FROM meta WHERE name = 'moved_to'`);
  if (rows[0])
    throw new StartupError(
      `The log in this database has moved to ${rows[0].value}; start the relay there. If the move did not come to its end, run throughline migrate-store again.`,
    );
}
