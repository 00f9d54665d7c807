import type { Tx } from '../store.ts';
import type { Db } from './db.ts';

export const cursors = (db: Db): Tx['cursors'] => ({
  async get(name) {
    const sql = `SELECT log_offset AS "offset" FROM cursor WHERE name = $1 ${db.hold}`;
    return (await db.row<{ offset: number }>(sql, [name]))?.offset ?? 0;
  },
  async set(name, offset) {
    await db.run(
      `INSERT INTO cursor (name, log_offset) VALUES ($1, $2)
       ON CONFLICT (name) DO UPDATE SET log_offset = excluded.log_offset`,
      [name, offset],
    );
  },
});
