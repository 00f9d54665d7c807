import type { Timer, Tx } from '../store.ts';
import { type Db, json } from './db.ts';

export const timers = (db: Db): Tx['timers'] => ({
  due: (now, limit) =>
    db.rows<Timer>(
      'SELECT id, key, at, name, input FROM timer WHERE at <= $1 ORDER BY at LIMIT $2',
      [now, limit],
    ),
  async nextAt() {
    const found = await db.row<{ at: number | null }>('SELECT min(at) AS at FROM timer');
    return found?.at ?? undefined;
  },
  async set({ key, id, at, name, input }) {
    await db.run(
      `INSERT INTO timer (key, id, at, name, input) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (key) DO UPDATE SET id = excluded.id, at = excluded.at, name = excluded.name,
         input = excluded.input`,
      [key, id, at, name, json(input)],
    );
  },
  async clear(key) {
    await db.run('DELETE FROM timer WHERE key = $1', [key]);
  },
});
