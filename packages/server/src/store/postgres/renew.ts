import type pg from 'pg';
import { StartupError } from '../../lib/errors.ts';
import type { Renewal } from '../archive/log.ts';
import { holdDatabase } from './alone.ts';
import { explain, openClient } from './connect.ts';
import { insertRows } from './import.ts';
import { checkSchema, isUnused, migrations } from './migrate.ts';

async function renew(client: pg.Client, { epoch, note }: Renewal): Promise<void> {
  if (await isUnused(client)) throw new StartupError('There is no log in this database.');
  await checkSchema(client, migrations);
  await holdDatabase(client);
  await client.query('BEGIN');
  const { rows } = await client.query(
    `SELECT nextval(pg_get_serial_sequence('event', 'log_offset')) AS next`,
  );
  const next = Number(rows[0]?.next);
  await client.query('UPDATE sink_cursor SET epoch = $1 WHERE log_offset < $2', [epoch, next]);
  await client.query(`UPDATE meta SET value = $1 WHERE name = 'epoch'`, [epoch]);
  await insertRows(client, 'event', [note(next)]);
  await client.query('COMMIT');
}

/** Gives the log of a database no relay runs on another identity. */
export async function renewPostgres(url: string, renewal: Renewal): Promise<void> {
  try {
    const client = await openClient(url);
    await renew(client, renewal).finally(() => client.end());
  } catch (error) {
    throw explain(error, url);
  }
}
