import { openSqliteSource } from '../sqlite/export.ts';
import { openSqliteTarget } from '../sqlite/import.ts';
import type { LogTarget, MovableSource } from './log.ts';

/** Where a log is, or is to be: a folder, or a PostgreSQL database. */
export interface Place {
  /** Without a password. */
  name: string;
  /** `alone`: only where no relay runs on it. */
  openSource(how: { alone: boolean }): Promise<MovableSource>;
  openTarget(how: { create: boolean; replace: boolean }): Promise<LogTarget>;
}

export const folderPlace = (dataDir: string): Place => ({
  name: dataDir,
  openSource: async (how) => openSqliteSource(dataDir, how),
  openTarget: async (how) => openSqliteTarget({ dataDir, ...how }),
});

export function databasePlace(url: string): Place {
  const { host, pathname } = new URL(url);
  return {
    name: `${host}${pathname}`,
    openSource: async (how) => (await import('../postgres/export.ts')).openPostgresSource(url, how),
    openTarget: async ({ replace }) =>
      (await import('../postgres/import.ts')).openPostgresTarget({ url, replace }),
  };
}
