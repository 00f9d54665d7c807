import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { migrate } from './migrate.ts';

const PATH = join(import.meta.dirname, 'schema.sql');

/** What all migrations together make, in one order; the search engine's own tables are its business. */
function dump(): string {
  const db = new DatabaseSync(':memory:');
  migrate(db);
  const rows = db
    .prepare(
      `SELECT sql FROM sqlite_schema
       WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' AND name NOT GLOB 'search_*'
       ORDER BY tbl_name, type = 'index', name`,
    )
    .all();
  const version = db.prepare('PRAGMA user_version').get()?.user_version;
  db.close();
  const head = `-- Written by schema.test.ts from the migrations; do not edit.\n-- Version ${version}.\n`;
  return `${head}${rows.map(({ sql }) => `\n${sql};\n`).join('')}`;
}

test('schema.sql is what the migrations make', () => {
  const made = dump();
  if (process.env.UPDATE_SCHEMA) writeFileSync(PATH, made);
  const written = existsSync(PATH) ? readFileSync(PATH, 'utf8') : '';
  expect(written, 'run this test once with UPDATE_SCHEMA=1, and look at the difference').toBe(made);
});

test('migrating twice changes nothing', () => {
  const db = new DatabaseSync(':memory:');
  migrate(db);
  const count = () => db.prepare('SELECT count(*) AS n FROM sqlite_schema').get()?.n;
  const before = count();
  migrate(db);
  expect(count()).toBe(before);
  db.close();
});
