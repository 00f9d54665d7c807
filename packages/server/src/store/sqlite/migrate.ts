import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { StartupError } from '../../lib/errors.ts';

/** Of the log's own database. */
export const logMigrations = join(import.meta.dirname, 'migrations');

interface Migration {
  version: number;
  file: string;
}

const migrationsIn = (folder: string): Migration[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.sql'))
    .sort()
    .map((file) => ({ version: Number.parseInt(file, 10), file }));

const versionOf = (db: DatabaseSync, name = 'main'): number =>
  Number(db.prepare(`PRAGMA ${name}.user_version`).get()?.user_version);

export const newestIn = (folder: string): number => migrationsIn(folder).at(-1)?.version ?? 0;

/** For a program beside a relay: the schema is the relay's to change, not under its feet. */
export function checkSchema(db: DatabaseSync, folder: string, name = 'main'): void {
  const newest = newestIn(folder);
  const found = versionOf(db, name);
  if (found !== newest)
    throw new StartupError(
      `The database has schema version ${found}, this program works with ${newest}; use the version of the relay that runs on it.`,
    );
}

/**
 * Brings the schema up to this program's, one numbered file at a time, each in its own transaction
 * together with the version it leads to: killed half way, it goes on from the last whole one.
 */
export function migrate(db: DatabaseSync, folder: string): void {
  const known = migrationsIn(folder);
  const newest = known.at(-1)?.version ?? 0;
  const found = versionOf(db);
  if (found > newest)
    throw new StartupError(
      `The database has schema version ${found}, this program knows up to ${newest}; run the version that wrote it, or a newer one.`,
    );
  for (const { version, file } of known) {
    if (version <= found) continue;
    db.exec('BEGIN IMMEDIATE');
    try {
      db.exec(readFileSync(join(folder, file), 'utf8'));
      db.exec(`PRAGMA user_version = ${version}`);
      db.exec('COMMIT');
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK');
      throw error;
    }
  }
}
