import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StartupError } from '../../lib/errors.ts';
import type { LogTarget, Row } from '../archive/log.ts';
import { columnsOf, type TableName } from '../archive/tables.ts';
import { migrations as deliveryMigrations } from './deliveries/index.ts';
import { placeOf, readRows } from './export.ts';
import { damaged, findDamage } from './integrity.ts';
import { logMigrations, migrate } from './migrate.ts';
import { checkFolder, DATABASE, DELIVERIES, lockFolder, writeMarker } from './open.ts';

/** Where a log is put together; whole, it is moved into its place. */
const STAGING = 'incoming-log';

interface FolderTarget {
  dataDir: string;
  /** Make the folder when it is not there. */
  create: boolean;
  /** What is there may be lost. */
  replace: boolean;
}

function makeFile(path: string, folder: string): void {
  const db = new DatabaseSync(path);
  migrate(db, folder);
  db.close();
}

function makeStaging(staging: string): DatabaseSync {
  rmSync(staging, { recursive: true, force: true });
  mkdirSync(staging);
  makeFile(join(staging, DELIVERIES), deliveryMigrations);
  makeFile(join(staging, DATABASE), logMigrations);
  const db = new DatabaseSync(join(staging, DATABASE));
  db.prepare('ATTACH ? AS beside').run(join(staging, DELIVERIES));
  // Nobody sees it before it is whole and synced: what goes wrong here is thrown away.
  db.exec(`PRAGMA main.journal_mode = OFF; PRAGMA beside.journal_mode = OFF;
    PRAGMA main.synchronous = OFF; PRAGMA beside.synchronous = OFF; PRAGMA trusted_schema = OFF; BEGIN`);
  return db;
}

function sync(path: string): void {
  const file = openSync(path, 'r');
  fsyncSync(file);
  closeSync(file);
}

/** What SQLite still has beside the old file must never be applied to the new one. */
function retire(path: string): void {
  if (existsSync(path) && statSync(path).size > 0) {
    try {
      const db = new DatabaseSync(path);
      db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
      db.close();
    } catch {
      // Damaged: it is being replaced.
    }
  }
  for (const end of ['-wal', '-shm', '-journal']) rmSync(`${path}${end}`, { force: true });
}

/** Moves both files into their place, the log last: with it a log is there. */
function moveIn(staging: string, dataDir: string, epoch: string): void {
  for (const name of [DELIVERIES, DATABASE]) {
    sync(join(staging, name));
    retire(join(dataDir, name));
  }
  for (const name of [DELIVERIES, DATABASE]) renameSync(join(staging, name), join(dataDir, name));
  writeMarker(dataDir, epoch);
  sync(dataDir);
}

const hasLog = (dataDir: string): boolean => {
  const path = join(dataDir, DATABASE);
  return existsSync(path) && statSync(path).size > 0;
};

export function insertInto(db: DatabaseSync) {
  const known = new Map<TableName, ReturnType<DatabaseSync['prepare']>>();
  return (name: TableName, rows: Row[]): void => {
    const columns = columnsOf(name);
    const insert =
      known.get(name) ??
      db.prepare(
        `INSERT INTO ${placeOf(name)} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
      );
    known.set(name, insert);
    for (const row of rows) insert.run(...row);
  };
}

/** Puts a log into a folder no relay runs on. Throws a `StartupError` where it must not be put. */
export function openSqliteTarget({ dataDir, create, replace }: FolderTarget): LogTarget {
  checkFolder({ dataDir, create });
  const unlock = lockFolder(dataDir);
  if (hasLog(dataDir) && !replace) {
    unlock();
    throw new StartupError(
      `There is a log in ${dataDir} already; name another folder, or say --replace to lose what is there.`,
    );
  }
  const staging = join(dataDir, STAGING);
  const db = makeStaging(staging);
  return {
    put: insertInto(db),
    rows: (name) => readRows(db, name),
    commit({ was, is }) {
      db.prepare(`INSERT INTO meta (name, value) VALUES ('epoch', ?)`).run(is);
      db.prepare('UPDATE beside.cursor SET epoch = ? WHERE epoch = ?').run(is, was);
      db.exec('COMMIT');
      const damage = findDamage(db);
      if (damage) throw damaged(staging, damage);
      db.close();
      moveIn(staging, dataDir, is);
    },
    close() {
      if (db.isOpen) db.close();
      rmSync(staging, { recursive: true, force: true });
      unlock();
    },
  };
}
