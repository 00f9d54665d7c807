import type { Pool } from 'pg';
import { LeaseLost } from '../../lib/errors.ts';
import type { Lease, LeaseReads } from '../lease.ts';
import { type Db, dbOn } from './db.ts';

/** Times are the server's: relays need not agree on what time it is. */
const NOW = '(extract(epoch FROM clock_timestamp()) * 1000)::bigint';

/** Changes no column of a key, so it waits for nobody who reads the term `FOR KEY SHARE`. */
const KEEP = `UPDATE lease SET until = ${NOW} + $2 WHERE holder = $1 RETURNING term`;
const SEE = `SELECT holder, until >= ${NOW} AS is_held FROM lease`;
/** The term belongs to a key: this waits for every transaction that relies on it, and they for this. */
const TAKE = `INSERT INTO lease (name, term, holder, until) VALUES ('relay', 1, $1, ${NOW} + $2)
  ON CONFLICT (name) DO UPDATE SET term = lease.term + 1, holder = excluded.holder,
    until = excluded.until WHERE lease.until < ${NOW} RETURNING term`;
const RELEASE = 'UPDATE lease SET until = 0 WHERE holder = $1';

export function leaseOn(pool: Pool): Lease {
  const db = dbOn(pool);
  const termOf = async (sql: string, holder: string, forMs: number) =>
    (await db.row<{ term: number }>(sql, [holder, forMs]))?.term;
  return {
    async hold(holder, forMs) {
      const seen = await db.row<{ holder: string; is_held: boolean }>(SEE);
      if (seen?.holder === holder) return termOf(KEEP, holder, forMs);
      return seen?.is_held ? undefined : termOf(TAKE, holder, forMs);
    },
    async release(holder) {
      await db.run(RELEASE, [holder]);
    },
  };
}

export const leaseReads = (db: Db): LeaseReads => ({
  term: async () =>
    (await db.row<{ term: number }>('SELECT term FROM lease FOR KEY SHARE'))?.term ?? 0,
});

/** @throws LeaseLost */
export async function checkTerm(db: Db, term: number): Promise<void> {
  if ((await leaseReads(db).term()) !== term) throw new LeaseLost();
}
