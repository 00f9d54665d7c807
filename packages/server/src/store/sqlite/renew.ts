import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StartupError } from '../../lib/errors.ts';
import type { Renewal } from '../archive/log.ts';
import { insertInto } from './import.ts';
import { checkSchema, logMigrations } from './migrate.ts';
import { DATABASE, DELIVERIES, explain, isFirstStart, lockFolder, setPragmas } from './open.ts';

/** Gives the log of a folder no relay runs on another identity. */
export function renewSqlite(dataDir: string, { epoch, note }: Renewal): void {
  if (!existsSync(dataDir) || isFirstStart(dataDir))
    throw new StartupError(`There is no log in ${dataDir}.`);
  const unlock = lockFolder(dataDir);
  const path = join(dataDir, DATABASE);
  const db = new DatabaseSync(path, { timeout: 5000 });
  try {
    setPragmas(db);
    checkSchema(db, logMigrations);
    const last = Number(db.prepare('SELECT max(log_offset) AS last FROM event').get()?.last ?? 0);
    if (existsSync(join(dataDir, DELIVERIES))) {
      db.prepare('ATTACH ? AS beside').run(join(dataDir, DELIVERIES));
      db.prepare('UPDATE beside.cursor SET epoch = ? WHERE log_offset <= ?').run(epoch, last);
    }
    db.exec('BEGIN IMMEDIATE');
    db.prepare(`UPDATE meta SET value = ? WHERE name = 'epoch'`).run(epoch);
    insertInto(db)('event', [note(last + 1)]);
    db.exec('COMMIT');
  } catch (error) {
    throw explain(error, path);
  } finally {
    db.close();
    unlock();
  }
}
