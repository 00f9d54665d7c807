import type { Tx } from '../store.ts';
import type { Db } from './db.ts';

export const spendings = (db: Db): Tx['spendings'] => ({
  async of(key) {
    const found = await db.row<{ tokens: number; microUsd: number }>(
      `SELECT tokens, micro_usd AS "microUsd" FROM spending WHERE key = $1 ${db.hold}`,
      [key],
    );
    return found ?? { tokens: 0, microUsd: 0 };
  },
  async add({ key, tokens, microUsd, until }) {
    await db.run(
      `INSERT INTO spending (key, tokens, micro_usd, until) VALUES ($1, $2, $3, $4)
       ON CONFLICT (key) DO UPDATE SET tokens = spending.tokens + excluded.tokens,
         micro_usd = spending.micro_usd + excluded.micro_usd, until = excluded.until`,
      [key, tokens, microUsd, until],
    );
  },
  async removeExpired(now) {
    await db.run('DELETE FROM spending WHERE until <= $1', [now]);
  },
});
