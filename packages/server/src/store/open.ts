import type { PostgresOptions } from './postgres/index.ts';
import { openSqliteStore } from './sqlite/index.ts';
import { isFirstStart as isFirstInFolder } from './sqlite/open.ts';
import type { Store } from './store.ts';

export type PostgresSettings = Required<Pick<PostgresOptions, 'url' | 'lanes' | 'pollMs'>>;

/** Where the log is, as configured. */
interface Place {
  dataDir: string;
  createDataDir: boolean;
  /** Instead of the data folder. */
  postgres: PostgresSettings | undefined;
}

type Around = Pick<PostgresOptions, 'guest' | 'warn' | 'onFatal'>;

/** Opens the log where it is kept; throws a `StartupError` when it must not be used. */
export async function openStore(
  { dataDir, createDataDir, postgres }: Place,
  around: Around = {},
): Promise<Store> {
  if (!postgres)
    return openSqliteStore({ dataDir, create: createDataDir && !around.guest, ...around });
  return (await loadPostgres()).openPostgresStore({ ...postgres, ...around });
}

/** Whether there is no log yet; throws where there was one that is gone. */
export async function isFirstStart({ dataDir, postgres }: Omit<Place, 'createDataDir'>) {
  return postgres ? (await loadPostgres()).isFirstStart(postgres.url) : isFirstInFolder(dataDir);
}

/** Whoever keeps it in a folder need not wait for the driver. */
const loadPostgres = () => import('./postgres/index.ts');
