import { openSqliteSource } from '../sqlite/export.ts';
import { openSqliteTarget } from '../sqlite/import.ts';
import { renewSqlite } from '../sqlite/renew.ts';
import type { LogTarget, MovableSource, Renewal } from './log.ts';

/** Where a log is, or is to be: a folder, or a PostgreSQL database. */
export interface Place {
  /** Without a password. */
  name: string;
  /** `alone`: only where no relay runs on it. */
  openSource(how: { alone: boolean }): Promise<MovableSource>;
  openTarget(how: { create: boolean; replace: boolean }): Promise<LogTarget>;
  renew(renewal: Renewal): Promise<void>;
}

export const folderPlace = (dataDir: string): Place => ({
  name: dataDir,
  openSource: async (how) => openSqliteSource(dataDir, how),
  openTarget: async (how) => openSqliteTarget({ dataDir, ...how }),
  renew: async (renewal) => renewSqlite(dataDir, renewal),
});

export function databasePlace(url: string): Place {
  const { host, pathname } = new URL(url);
  return {
    name: `${host}${pathname}`,
    openSource: async (how) => (await import('../postgres/export.ts')).openPostgresSource(url, how),
    openTarget: async ({ replace }) =>
      (await import('../postgres/import.ts')).openPostgresTarget({ url, replace }),
    renew: async (renewal) => (await import('../postgres/renew.ts')).renewPostgres(url, renewal),
  };
}
