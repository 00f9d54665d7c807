import type { PostgresOptions } from './postgres/index.ts';
import { openSqliteStore } from './sqlite/index.ts';
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
  // Whoever keeps it in a folder need not wait for the driver.
  const { openPostgresStore } = await import('./postgres/index.ts');
  return openPostgresStore({ ...postgres, ...around });
}
