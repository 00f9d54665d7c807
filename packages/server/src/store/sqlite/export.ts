import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StartupError } from '../../lib/errors.ts';
import type { MovableSource, Row } from '../archive/log.ts';
import { columnsOf, type TableName, tables } from '../archive/tables.ts';
import { migrations as deliveryMigrations } from './deliveries/index.ts';
import { damaged, findDamage } from './integrity.ts';
import { checkSchema, logMigrations } from './migrate.ts';
import { markMoved } from './moved.ts';
import { DATABASE, DELIVERIES, explain, isFirstStart, lockFolder } from './open.ts';

/** What is in the file beside the log (decision 0013), as a connection names it that has both. */
const BESIDE: Partial<Record<TableName, string>> = {
  sink_cursor: 'beside.cursor',
  delivery: 'beside.delivery',
  attempt: 'beside.attempt',
  endpoint_state: 'beside.endpoint_state',
};

export const placeOf = (name: TableName): string => BESIDE[name] ?? `main.${name}`;

export function readRows(db: DatabaseSync, name: TableName): Iterable<Row> {
  const { key, where = 'true' } = { where: undefined, ...tables[name] };
  const statement = db.prepare(
    `SELECT ${columnsOf(name).join(', ')} FROM ${placeOf(name)} WHERE ${where} ORDER BY ${key}`,
  );
  statement.setReturnArrays(true);
  return statement.iterate() as unknown as Iterable<Row>;
}

/** Both files as they are at one moment; deliveries first, so that no cursor is ahead of the log. */
function openBoth(dataDir: string): { db: DatabaseSync; hasDeliveries: boolean } {
  const path = join(dataDir, DATABASE);
  const beside = join(dataDir, DELIVERIES);
  const hasDeliveries = existsSync(beside);
  const db = new DatabaseSync(path, { readOnly: true, timeout: 5000 });
  try {
    checkSchema(db, logMigrations);
    db.exec('PRAGMA trusted_schema = OFF');
    if (hasDeliveries) {
      db.prepare('ATTACH ? AS beside').run(beside);
      checkSchema(db, deliveryMigrations, 'beside');
    }
    db.exec('BEGIN');
    if (hasDeliveries) db.exec('SELECT 1 FROM beside.cursor LIMIT 1');
    const damage = findDamage(db);
    if (damage) throw damaged(path, damage);
    return { db, hasDeliveries };
  } catch (error) {
    db.close();
    throw explain(error, path);
  }
}

/**
 * The log in a folder, as it is now. Beside a running relay, or, where it is to be taken away, only without.
 * Throws a `StartupError` where there is none to be read.
 */
export function openSqliteSource(dataDir: string, { alone }: { alone: boolean }): MovableSource {
  if (!existsSync(dataDir) || isFirstStart(dataDir))
    throw new StartupError(`There is no log in ${dataDir}.`);
  const unlock = alone ? lockFolder(dataDir) : () => {};
  try {
    const { db, hasDeliveries } = openBoth(dataDir);
    const epoch = db.prepare(`SELECT value FROM meta WHERE name = 'epoch'`).get()?.value;
    return {
      epoch: String(epoch),
      rows: (name) => (name in BESIDE && !hasDeliveries ? [] : readRows(db, name)),
      markMoved(to) {
        db.exec('COMMIT');
        markMoved(join(dataDir, DATABASE), to);
      },
      close() {
        db.close();
        unlock();
      },
    };
  } catch (error) {
    unlock();
    throw error;
  }
}
