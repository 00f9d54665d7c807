import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { migrations as deliveryMigrations } from './deliveries/index.ts';
import { logMigrations, migrate } from './migrate.ts';

const databases = [
  { name: 'the log', path: join(import.meta.dirname, 'schema.sql'), folder: logMigrations },
  {
    name: 'deliveries',
    path: join(import.meta.dirname, 'deliveries/schema.sql'),
    folder: deliveryMigrations,
  },
];

/** What all migrations together make, in one order; the search engine's own tables are its business. */
function dump(folder: string): string {
  const db = new DatabaseSync(':memory:');
  migrate(db, folder);
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

test.each(databases)('schema.sql of $name is what the migrations make', ({ path, folder }) => {
  const made = dump(folder);
  if (process.env.UPDATE_SCHEMA) writeFileSync(path, made);
  const written = existsSync(path) ? readFileSync(path, 'utf8') : '';
  expect(written, 'run this test once with UPDATE_SCHEMA=1, and look at the difference').toBe(made);
});

test.each(databases)('migrating $name twice changes nothing', ({ folder }) => {
  const db = new DatabaseSync(':memory:');
  migrate(db, folder);
  const count = () => db.prepare('SELECT count(*) AS n FROM sqlite_schema').get()?.n;
  const before = count();
  migrate(db, folder);
  expect(count()).toBe(before);
  db.close();
});
