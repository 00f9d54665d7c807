import type { DatabaseSync } from 'node:sqlite';
import type { Tx } from '../store.ts';

export function cursors(db: DatabaseSync): Tx['cursors'] {
  const get = db.prepare('SELECT log_offset FROM cursor WHERE name = ?');
  const set = db.prepare(
    `INSERT INTO cursor (name, log_offset) VALUES (?, ?)
     ON CONFLICT (name) DO UPDATE SET log_offset = excluded.log_offset`,
  );
  return {
    get: (name) => Number(get.get(name)?.log_offset ?? 0),
    set: (name, offset) => {
      set.run(name, offset);
    },
  };
}
