import type { DatabaseSync } from 'node:sqlite';
import type { Timer, Tx } from '../store.ts';

export function timers(db: DatabaseSync): Tx['timers'] {
  const due = db.prepare('SELECT * FROM timer WHERE at <= ? ORDER BY at LIMIT ?');
  const nextAt = db.prepare('SELECT min(at) AS at FROM timer');
  const set = db.prepare(
    `INSERT INTO timer (key, id, at, name, input) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (key) DO UPDATE SET id = excluded.id, at = excluded.at, name = excluded.name,
       input = excluded.input`,
  );
  const clear = db.prepare('DELETE FROM timer WHERE key = ?');
  return {
    due: (now, limit) =>
      due.all(now, limit).map(
        (row) =>
          ({
            id: row.id,
            key: row.key,
            at: row.at,
            name: row.name,
            input: JSON.parse(row.input as string),
          }) as Timer,
      ),
    nextAt: () => (nextAt.get()?.at ?? undefined) as number | undefined,
    set: (t) => {
      set.run(t.key, t.id, t.at, t.name, JSON.stringify(t.input));
    },
    clear: (key) => {
      clear.run(key);
    },
  };
}
