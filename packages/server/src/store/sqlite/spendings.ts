import type { DatabaseSync } from 'node:sqlite';
import type { Tx } from '../store.ts';

export function spendings(db: DatabaseSync): Tx['spendings'] {
  const of = db.prepare('SELECT tokens, micro_usd AS microUsd FROM spending WHERE key = ?');
  const add = db.prepare(
    `INSERT INTO spending (key, tokens, micro_usd, until) VALUES (?, ?, ?, ?)
     ON CONFLICT (key) DO UPDATE SET tokens = tokens + excluded.tokens,
       micro_usd = micro_usd + excluded.micro_usd, until = excluded.until`,
  );
  const removeExpired = db.prepare('DELETE FROM spending WHERE until <= ?');
  return {
    of: (key) => {
      const row = of.get(key);
      return { tokens: Number(row?.tokens ?? 0), microUsd: Number(row?.microUsd ?? 0) };
    },
    add: ({ key, tokens, microUsd, until }) => {
      add.run(key, tokens, microUsd, until);
    },
    removeExpired: (now) => {
      removeExpired.run(now);
    },
  };
}
