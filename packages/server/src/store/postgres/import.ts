import type pg from 'pg';
import { StartupError } from '../../lib/errors.ts';
import type { LogTarget, Row } from '../archive/log.ts';
import { type Column, columnsOf, kindsOf, type TableName, tableNames } from '../archive/tables.ts';
import { holdDatabase } from './alone.ts';
import { checkServer } from './check.ts';
import { explain, openClient } from './connect.ts';
import { readRows, UNHURRIED } from './export.ts';
import { isUnused, migrateHere, migrations } from './migrate.ts';
import { passageWords } from './passages.ts';

interface DatabaseTarget {
  url: string;
  /** What is there may be lost. */
  replace: boolean;
}

/** Made here beside what is brought: its name, and the words in the order of `passageWords`. */
const WORDS = ['title_words', 'heading_words', 'words'];

/** Tables whose numbers go on behind the last one brought. */
const NUMBERED = [
  ['event', 'log_offset'],
  ['conversation', 'no'],
  ['passage', 'no'],
] as const;

const TYPES: Record<Column['kind'], string> = {
  text: 'text',
  integer: 'bigint',
  real: 'double precision',
  boolean: 'int::boolean',
  json: 'json',
};

function insertOf(name: TableName): string {
  const columns = kindsOf(name);
  const values = columns.map(({ kind }, i) => `(r ->> ${i})::${TYPES[kind]}`);
  const words = name === 'passage' ? WORDS : [];
  const found = words.map(
    (_, i) =>
      `array_to_tsvector(ARRAY(SELECT json_array_elements_text(r -> ${columns.length + i})))`,
  );
  return `INSERT INTO ${name} (${[...columnsOf(name), ...words].join(', ')}) OVERRIDING SYSTEM VALUE
    SELECT ${[...values, ...found].join(', ')} FROM json_array_elements($1::json) r`;
}

function withWords(row: Row): unknown[] {
  const of = (name: string) => String(row[columnsOf('passage').indexOf(name)] ?? '');
  const said = { title: of('title'), heading: of('heading'), text: of('text') };
  return [...row, ...passageWords(said)];
}

export async function insertRows(client: pg.Client, name: TableName, rows: Row[]): Promise<void> {
  const brought = name === 'passage' ? rows.map(withWords) : rows;
  const values = [JSON.stringify(brought)];
  await client.query({ name: `put ${name}`, text: insertOf(name), values });
}

/** Whether there are conversations, people or settings already. */
async function makeRoom(client: pg.Client, replace: boolean): Promise<void> {
  if (await isUnused(client)) return;
  if (!replace)
    throw new StartupError(
      'There is a log in this database already; name another database, or say --replace to lose what is there.',
    );
  for (const name of [...tableNames, 'search', 'lease', 'meta'])
    await client.query(`DROP TABLE IF EXISTS ${name}`);
}

async function begin(client: pg.Client, replace: boolean): Promise<void> {
  await checkServer(client);
  await holdDatabase(client);
  await client.query('BEGIN');
  await makeRoom(client, replace);
  await migrateHere(client, migrations);
}

async function end(client: pg.Client, { was, is }: { was: string; is: string }): Promise<void> {
  await client.query(`INSERT INTO meta (name, value) VALUES ('epoch', $1)`, [is]);
  await client.query('UPDATE sink_cursor SET epoch = $1 WHERE epoch = $2', [is, was]);
  for (const [table, column] of NUMBERED)
    await client.query(
      `SELECT setval(pg_get_serial_sequence('${table}', '${column}'), max(${column})) FROM ${table}
       HAVING max(${column}) IS NOT NULL`,
    );
  await client.query('COMMIT');
}

/**
 * Puts a log into a database no relay runs on, in one transaction. Throws a `StartupError` where it must
 * not be put.
 */
export async function openPostgresTarget({ url, replace }: DatabaseTarget): Promise<LogTarget> {
  try {
    const client = await openClient(url, UNHURRIED);
    try {
      await begin(client, replace);
    } catch (error) {
      await client.end();
      throw error;
    }
    return {
      put: (name, rows) => insertRows(client, name, rows),
      rows: (name) => readRows(client, name),
      commit: (epoch) =>
        end(client, epoch).catch((error: unknown) => {
          throw explain(error, url);
        }),
      close: () => client.end(),
    };
  } catch (error) {
    throw explain(error, url);
  }
}
