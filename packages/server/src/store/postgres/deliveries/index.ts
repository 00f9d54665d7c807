import type { Pool } from 'pg';
import type { Deliveries } from '../../deliveries.ts';
import { openPool } from '../connect.ts';
import { dbOn, engine } from '../db.ts';
import { checkTerm } from '../lease.ts';
import { deliveryReads } from './reads.ts';
import { type Atomically, deliveryWrites } from './writes.ts';

const CONNECTIONS = 2;

const atomicallyOn =
  (pool: Pool): Atomically =>
  async (work) => {
    const client = await engine(pool.connect());
    try {
      await engine(client.query('BEGIN'));
      const result = await work(dbOn(client, 'FOR UPDATE'));
      await engine(client.query('COMMIT'));
      client.release();
      return result;
    } catch (error) {
      const isBack = await client.query('ROLLBACK').then(
        () => true,
        () => false,
      );
      client.release(!isBack);
      throw error;
    }
  };

/**
 * Connections of their own, whose commits wait for no disk: what is written here never makes a message
 * wait (decision 0013).
 */
export function openDeliveries(url: string): Deliveries & { close(): Promise<void> } {
  const pool = openPool(url, CONNECTIONS, { synchronous_commit: 'off' });
  const db = dbOn(pool);
  const atomically = atomicallyOn(pool);
  const reads = deliveryReads(db);

  function under(term: number): Deliveries {
    const checked: Atomically = (work) =>
      atomically(async (tx) => {
        await checkTerm(tx, term);
        return work(tx);
      });
    return { ...reads, ...deliveryWrites(checked, checked), under };
  }

  return {
    ...reads,
    ...deliveryWrites((work) => work(db), atomically),
    under,
    close: () => pool.end(),
  };
}
