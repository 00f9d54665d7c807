import type pg from 'pg';
import { StartupError } from '../../lib/errors.ts';
import type { MovableSource, Row } from '../archive/log.ts';
import { type Column, kindsOf, type TableName, tables } from '../archive/tables.ts';
import { holdDatabase } from './alone.ts';
import { explain, openClient } from './connect.ts';
import { checkSchema, isUnused, migrations, readEpoch } from './migrate.ts';
import { markMoved } from './moved.ts';

/** Reading all of a log takes as long as it takes. */
export const UNHURRIED = {
  statement_timeout: 0,
  idle_in_transaction_session_timeout: 0,
  lock_timeout: 5000,
};
const AT_ONCE = 1000;

/** As both engines have it. */
const READ: Partial<Record<Column['kind'], string>> = { json: '::text', boolean: '::int' };

export async function* readRows(client: pg.Client, name: TableName): AsyncGenerator<Row> {
  const { key, where = 'true' } = { where: undefined, ...tables[name] };
  const columns = kindsOf(name).map((column) => `${column.name}${READ[column.kind] ?? ''}`);
  await client.query(
    `DECLARE reading NO SCROLL CURSOR FOR
     SELECT ${columns.join(', ')} FROM ${name} WHERE ${where} ORDER BY ${key}`,
  );
  for (;;) {
    const { rows } = await client.query<(string | number | null)[]>({
      text: `FETCH FORWARD ${AT_ONCE} FROM reading`,
      rowMode: 'array',
    });
    yield* rows;
    if (rows.length < AT_ONCE) break;
  }
  await client.query('CLOSE reading');
}

async function open(client: pg.Client, alone: boolean): Promise<string> {
  if (await isUnused(client)) throw new StartupError('There is no log in this database.');
  await checkSchema(client, migrations);
  if (alone) await holdDatabase(client);
  const epoch = await readEpoch(client);
  // Every statement sees what was committed when the first of them began.
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  return epoch;
}

/**
 * The log in a database, as it is now. Beside running relays, or, where it is to be taken away, only without.
 * Throws a `StartupError` where there is none to be read.
 */
export async function openPostgresSource(
  url: string,
  { alone }: { alone: boolean },
): Promise<MovableSource> {
  try {
    const client = await openClient(url, UNHURRIED);
    try {
      const epoch = await open(client, alone);
      return {
        epoch,
        rows: (name) => readRows(client, name),
        markMoved: (to) => markMoved(url, to),
        close: () => client.end(),
      };
    } catch (error) {
      await client.end();
      throw error;
    }
  } catch (error) {
    throw explain(error, url);
  }
}
