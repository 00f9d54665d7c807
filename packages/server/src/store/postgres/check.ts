import type { ClientBase } from 'pg';
import { StartupError } from '../../lib/errors.ts';

const VERSION_MIN = 15;

interface Found {
  version: number;
  server_version: string;
  server_encoding: string;
  synchronous_commit: string;
  fsync: string;
  standbys: string;
  is_standby: boolean;
}

export interface Checked {
  settings: Record<string, string | number>;
  /** What whoever runs it should know. */
  warnings: string[];
}

const NO_STANDBY =
  'PostgreSQL has no synchronous standby: every answer is on its disk, but if that server is lost and another takes over, the last moments before are lost with it.';
const NO_FSYNC =
  'PostgreSQL runs with fsync=off: a crash of its machine loses messages that were acknowledged, or the whole database.';

/** Refuses every server on which an acknowledged message could be lost. */
export async function checkServer(client: ClientBase): Promise<Checked> {
  const { rows } = await client.query<Found>(
    `SELECT current_setting('server_version_num')::int / 10000 AS version,
       current_setting('server_version') AS server_version,
       current_setting('server_encoding') AS server_encoding,
       current_setting('synchronous_commit') AS synchronous_commit,
       current_setting('fsync') AS fsync,
       current_setting('synchronous_standby_names') AS standbys,
       pg_is_in_recovery() AS is_standby`,
  );
  const found = rows[0] as Found;
  const fault = faultIn(found);
  if (fault) throw new StartupError(fault);
  const { server_version, synchronous_commit, fsync, standbys } = found;
  return {
    settings: { server_version, synchronous_commit, fsync, synchronous_standby_names: standbys },
    warnings: [...(standbys ? [] : [NO_STANDBY]), ...(fsync === 'on' ? [] : [NO_FSYNC])],
  };
}

/** @internal for its test: servers like these are not at hand. */
export function faultIn(found: Omit<Found, 'standbys' | 'fsync'>): string | undefined {
  if (found.version < VERSION_MIN)
    return `PostgreSQL ${found.server_version} is too old; Throughline needs version ${VERSION_MIN} or newer.`;
  if (found.server_encoding !== 'UTF8')
    return `The database has the encoding ${found.server_encoding}; make one with ENCODING 'UTF8'.`;
  if (found.is_standby)
    return 'DATABASE_URL names a standby, which takes no writes; name the primary.';
  if (found.synchronous_commit === 'off')
    return 'PostgreSQL is set to synchronous_commit=off for this database or user: an acknowledged message could be lost. Set it to on.';
  return undefined;
}
