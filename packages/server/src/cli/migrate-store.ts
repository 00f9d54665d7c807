import { resolve } from 'node:path';
import { readPostgres } from '../config-store.ts';
import { UsageError } from '../lib/errors.ts';
import { countRows } from '../store/archive/log.ts';
import { moveLog } from '../store/archive/move.ts';
import { databasePlace, folderPlace, type Place } from '../store/archive/place.ts';
import type { Command } from './invocation.ts';

const TAKES =
  'takes sqlite:FOLDER, an address such as postgres://relay:secret@db.example:5432/throughline, or postgres for the one in DATABASE_URL.';

type Env = Record<string, string | undefined>;

/** A password stands better in the environment than on a command line, which everybody on the machine sees. */
function placeOf(option: '--from' | '--to', value: unknown, env: Env): Place {
  const text = String(value ?? '');
  if (text.startsWith('sqlite:') && text.length > 7) return folderPlace(resolve(text.slice(7)));
  const faults: string[] = [];
  const url = text === 'postgres' ? env.DATABASE_URL : text;
  const postgres = readPostgres({ DATABASE_URL: url }, faults);
  if (!postgres || faults.length > 0) throw new UsageError(`${option} ${TAKES}`);
  return databasePlace(postgres.url);
}

export const migrateStore: Command = {
  about: 'Move a log from SQLite to PostgreSQL, or back; clients go on where they were.',
  takes: '--from sqlite:FOLDER --to postgres://…',
  options: { from: { type: 'string' }, to: { type: 'string' } },
  async run({ env, values, print }) {
    const from = placeOf('--from', values.from, env);
    const to = placeOf('--to', values.to, env);
    if (from.name === to.name) throw new UsageError('--from and --to are the same place.');
    const tables = await moveLog(from, to);
    print(
      `${tables.event.rows} events, ${countRows(tables)} rows in all, have moved from ${from.name} to ${to.name}; read back there, and the same.`,
    );
    print(`No relay starts on ${from.name} any more. Files stay where they are: keep DATA_DIR.`);
    return 0;
  },
};
