import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Deliveries } from '../../deliveries.ts';
import { checkSchema, migrate } from '../migrate.ts';
import { deliveryReads } from './reads.ts';
import { deliveryWrites } from './writes.ts';

export const migrations = join(import.meta.dirname, 'migrations');

/**
 * A file of its own beside the log: what is written here needs no sync of the disk, so it never makes
 * a message wait (decision 0013).
 */
export function openDeliveries(
  path: string,
  { guest }: { guest: boolean },
): Deliveries & { close(): void } {
  const db = new DatabaseSync(path, { timeout: 5000 });
  db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA trusted_schema = OFF;
    PRAGMA secure_delete = ON;
    PRAGMA journal_size_limit = 67108864`);
  try {
    if (guest) checkSchema(db, migrations);
    else migrate(db, migrations);
    const reads = deliveryReads(db);
    const all = { ...reads, ...deliveryWrites(db, reads) };
    // Nobody else has the folder, whatever the term.
    const under = () => ({ ...all, under });
    return { ...all, under, close: () => db.close() };
  } catch (error) {
    db.close();
    throw error;
  }
}
