import { readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { gunzipSync, gzipSync } from 'node:zlib';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { hasPostgres, makeSchema } from '../../../test/postgres.ts';
import { tempDir } from '../../../test/relay.ts';
import { migrations as deliveryMigrations } from '../sqlite/deliveries/index.ts';
import { logMigrations, migrate } from '../sqlite/migrate.ts';
import { digestOf, type LogTarget, type Row } from './log.ts';
import { moveLog } from './move.ts';
import { databasePlace, folderPlace, type Place } from './place.ts';
import { checkArchive } from './read.ts';
import { restoreArchive } from './restore.ts';
import { columnsOf, kindsOf, type TableName, tableNames } from './tables.ts';
import { writeArchive } from './write.ts';

const isPostgresHere = await hasPostgres();

let dir: ReturnType<typeof tempDir>;
let at: (name: string) => string;
beforeEach(() => {
  dir = tempDir();
  at = (name) => join(dir.path, name);
});
afterEach(() => dir[Symbol.dispose]());

/** What an engine could get wrong on the way, at least once in every column. */
const ODD: Record<string, (string | number | null)[]> = {
  text: ['plain', 'Zoë “ß” 𝕏', 'tab\tline\nquote"back\\slash', '', '\ufffd', 'İ'],
  json: [
    '{"b":1,"a":[1.5,true,null]}',
    '{"__proto__":{"x":1},"1":"\\u0000\\ud800"}',
    '{ "a" :  1e21 }',
    'null',
  ],
  integer: [0, 1, Number.MAX_SAFE_INTEGER, 4_102_444_800_000],
  boolean: [0, 1],
  real: [0.1, 1, 1e-9],
};

/** Rows of every table, none like another where a key wants that. */
function oddRows(name: TableName): Row[] {
  return Array.from({ length: 6 }, (_, i) =>
    kindsOf(name).map(({ name: column, kind }): string | number => {
      const values = ODD[kind] as (string | number)[];
      const value = values[i % values.length] as string | number;
      if (column === 'conversation' && name === 'event') return 1;
      // An address stands in it, and an index reads that.
      if (column === 'push') return `{"endpoint":"https://push.example/${i}"}`;
      if (column === 'log_offset' || column === 'no' || column === 'version') return 1 + 3 * i;
      return kind === 'text' ? `${i}${value}` : kind === 'integer' && column === 'seq' ? i : value;
    }),
  );
}

async function fill(target: LogTarget): Promise<void> {
  for (const name of tableNames) await target.put(name, oddRows(name));
  await target.commit({ was: 'anything', is: 'first' });
  await target.close();
}

const digest = async (place: Place) => {
  const source = await place.openSource({ alone: false });
  try {
    return await digestOf(source);
  } finally {
    await source.close();
  }
};

const isThere = async (place: Place) => {
  try {
    await (await place.openSource({ alone: true })).close();
    return true;
  } catch {
    return false;
  }
};

/** A place of each kind, empty. */
async function places(): Promise<{ folder: Place; database?: Place; drop(): Promise<void> }> {
  const path = at(`log-${Math.random()}`);
  const folder = folderPlace(path);
  const open = folder.openTarget;
  folder.openTarget = (how) => open({ ...how, create: true });
  if (!isPostgresHere) return { folder, drop: async () => {} };
  const schema = await makeSchema();
  return { folder, database: databasePlace(schema.url), drop: schema.drop };
}

/** Tables of words, and the one that says which log it is; see `tables`. */
const OWN = ['lease', 'meta', 'search', 'passage_search'];

describe('the list of tables', () => {
  const listed = Object.fromEntries(
    tableNames.map((name) => [name, [...columnsOf(name)].sort()] as const),
  );

  test('names every table and column of the embedded store', () => {
    const found: Record<string, string[]> = {};
    for (const folder of [logMigrations, deliveryMigrations]) {
      const db = new DatabaseSync(':memory:');
      migrate(db, folder);
      const tables = db
        .prepare(`SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'virtual')
          AND name NOT LIKE 'sqlite_%'`)
        .all();
      for (const { name } of tables) {
        const columns = db.prepare('SELECT name FROM pragma_table_info(?)').all(String(name));
        const known = folder === deliveryMigrations && name === 'cursor' ? 'sink_cursor' : name;
        found[String(known)] = columns.map((column) => String(column.name)).sort();
      }
      db.close();
    }
    for (const name of OWN) delete found[name];
    expect(found).toEqual(listed);
  });

  test.skipIf(!isPostgresHere)('names every table and column of PostgreSQL', async () => {
    const schema = await makeSchema();
    await fill(await databasePlace(schema.url).openTarget({ create: false, replace: false }));
    const client = new pg.Client({ connectionString: schema.url });
    await client.connect();
    const { rows } = await client.query(
      `SELECT table_name AS name, array_agg(column_name::text ORDER BY column_name COLLATE "C") AS columns
       FROM information_schema.columns
       WHERE table_schema = current_schema() AND data_type <> 'tsvector' GROUP BY table_name`,
    );
    await client.end();
    const found = Object.fromEntries(rows.map(({ name, columns }) => [name, columns]));
    for (const name of OWN) delete found[name];
    expect(found).toEqual(listed);
    await schema.drop();
  });
});

describe('[D5] a log moves whole, every column of every table, whatever stands in it', () => {
  test.skipIf(!isPostgresHere)('to PostgreSQL and back', async () => {
    const { folder, database, drop } = await places();
    const before = at('first');
    await fill(await folderPlace(before).openTarget({ create: true, replace: false }));
    const wanted = await digest(folderPlace(before));
    expect(tableNames.filter((name) => wanted[name].rows === 0)).toEqual([]);
    expect(await moveLog(folderPlace(before), database as Place)).toEqual(wanted);
    expect(await digest(database as Place)).toEqual(wanted);
    expect(await moveLog(database as Place, folder)).toEqual(wanted);
    expect(await digest(folder)).toEqual(wanted);
    await drop();
  });

  test('NUL, which PostgreSQL cannot keep, is the same replacement everywhere', async () => {
    const { folder } = await places();
    const target = await folder.openTarget({ create: true, replace: false });
    const agent = ['a', 'N\0ul', 'x@example.com', 'agent', null, 0, 1];
    await target.put('agent', [agent]);
    await target.commit({ was: '', is: 'first' });
    await target.close();
    const other = await places();
    if (other.database) {
      await moveLog(folder, other.database);
      expect((await digest(other.database)).agent).toEqual((await digest(folder)).agent);
    }
    await other.drop();
  });

  test.skipIf(!isPostgresHere)('a move killed at its end is finished by another run', async () => {
    const { database, drop } = await places();
    const before = folderPlace(at('first'));
    await fill(await before.openTarget({ create: true, replace: false }));
    const wanted = await moveLog(before, database as Place);
    expect(await moveLog(before, database as Place)).toEqual(wanted);
    await drop();
  });

  test.skipIf(!isPostgresHere)('not over another log', async () => {
    const { database, drop } = await places();
    const [one, other] = [folderPlace(at('one')), folderPlace(at('other'))];
    for (const place of [one, other])
      await fill(await place.openTarget({ create: true, replace: false }));
    const changed = new DatabaseSync(join(at('other'), 'throughline.db'));
    changed.exec(`UPDATE agent SET name = 'Eve'`);
    changed.close();
    await moveLog(one, database as Place);
    await expect(moveLog(other, database as Place)).rejects.toThrow(
      'There is a log in this database already',
    );
    expect(await digest(database as Place)).toEqual(await digest(one));
    await drop();
  });
});

const noFiles = {
  put: async () => {},
  read: async () => undefined,
  remove: async () => {},
  async *list() {},
  fullness: async () => 0,
};

async function archiveOf(place: Place): Promise<string> {
  const path = at(`${Math.random()}.jsonl.gz`);
  const source = await place.openSource({ alone: false });
  await writeArchive(path, { source, blobs: noFiles, version: '1.0.0', now: 5 });
  await source.close();
  return path;
}

describe('[D5] an archive', () => {
  async function restoreTo(path: string, place: Place, replace = false) {
    const target = await place.openTarget({ create: true, replace });
    try {
      return await restoreArchive(path, {
        ...{ target, blobs: noFiles, incoming: at('incoming'), now: 9 },
      });
    } finally {
      await target.close();
    }
  }

  const kinds = isPostgresHere ? ['folder', 'database'] : ['folder'];
  test.each(kinds)('is put back into a %s as it was, under another epoch', async (kind) => {
    const { folder, database, drop } = await places();
    const place = (kind === 'folder' ? folder : database) as Place;
    await fill(await place.openTarget({ create: true, replace: false }));
    const before = await digest(place);
    const path = await archiveOf(place);
    await expect(restoreTo(path, place)).rejects.toThrow('say --replace to lose what is there');
    expect(await digest(place)).toEqual(before);
    const { epoch } = await restoreTo(path, place, true);
    const source = await place.openSource({ alone: true });
    expect(source.epoch).toBe(epoch);
    expect(epoch).not.toBe('first');
    await source.close();
    const after = await digest(place);
    // One row more: the log says that it was restored.
    expect(after.event.rows).toBe(before.event.rows + 1);
    const { event, ...rest } = before;
    expect(after).toMatchObject(rest);
    await drop();
  });

  test('is its owner’s alone, and never written over', async () => {
    const { folder } = await places();
    await fill(await folder.openTarget({ create: true, replace: false }));
    const path = await archiveOf(folder);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const source = await folder.openSource({ alone: false });
    await expect(
      writeArchive(path, { source, blobs: noFiles, version: '1.0.0', now: 5 }),
    ).rejects.toThrow('is there already');
    await source.close();
    expect((await readdir(dir.path)).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  test('cut anywhere is refused', async () => {
    const { folder } = await places();
    await fill(await folder.openTarget({ create: true, replace: false }));
    const path = await archiveOf(folder);
    const { length } = readFileSync(path);
    for (let part = 1; part <= 20; part++) {
      truncateSync(path, Math.floor((length * (20 - part)) / 20));
      await expect(checkArchive(path)).rejects.toThrow(/cut short or was changed|is no archive/);
    }
  });

  test('with any line gone, doubled, moved or changed is refused, and nothing is restored', async () => {
    const { folder } = await places();
    await fill(await folder.openTarget({ create: true, replace: false }));
    const path = await archiveOf(folder);
    const lines = gunzipSync(readFileSync(path)).toString().trimEnd().split('\n');
    const spoiled = at('spoiled.jsonl.gz');
    const empty = folderPlace(at('empty'));
    for (let i = 1; i < lines.length; i++) {
      const line = lines[i] as string;
      const ways: string[][] = [
        lines.toSpliced(i, 1),
        lines.toSpliced(i, 0, line),
        lines.with(
          i,
          line.replace(/[a-z0-9](?=[^a-z0-9]*$)/, (it) => (it === '7' ? '8' : '7')),
        ),
      ];
      if (i > 1) ways.push(lines.with(i, lines[i - 1] as string).with(i - 1, line));
      for (const way of ways) {
        writeFileSync(spoiled, gzipSync(`${way.join('\n')}\n`, { level: 1 }));
        await expect(checkArchive(spoiled)).rejects.toThrow('cut short or was changed');
      }
    }
    await expect(restoreTo(spoiled, empty)).rejects.toThrow('nothing was restored');
    expect(await isThere(empty)).toBe(false);
  });

  test.each([
    ['of another program', 'hello\n', 'is no archive'],
    [
      'of a newer schema',
      '{"throughline":1,"schema":"99.1","version":"9.0.0"}\n',
      'schema version 99.1',
    ],
    [
      'of another format',
      '{"throughline":2,"schema":"12.1","version":"9.0.0"}\n',
      'written by throughline 9.0.0',
    ],
  ])('%s is refused', async (_, text, says) => {
    const path = at('other.gz');
    writeFileSync(path, gzipSync(text));
    await expect(checkArchive(path)).rejects.toThrow(says);
  });

  test('that is none, or not there, is refused', async () => {
    writeFileSync(at('text'), 'hello');
    await expect(checkArchive(at('text'))).rejects.toThrow('is no archive');
    await expect(checkArchive(at('nowhere'))).rejects.toThrow('cannot be read');
  });
});
