import type { DatabaseSync } from 'node:sqlite';
import type { Tx } from '../store.ts';

/** An id of a bot is never empty. */
const ALL = '';

export function bots(db: DatabaseSync): Tx['bots'] {
  const off = db.prepare('SELECT * FROM bot_off ORDER BY bot');
  const put = db.prepare(
    `INSERT INTO bot_off (bot, since, by) VALUES (?, ?, ?) ON CONFLICT (bot) DO NOTHING`,
  );
  const remove = db.prepare('DELETE FROM bot_off WHERE bot = ?');
  return {
    off: () =>
      off.all().map(({ bot, since, by }) => ({
        bot: bot === ALL ? null : String(bot),
        since: Number(since),
        by: String(by),
      })),
    switchOff: ({ bot, since, by }) => {
      put.run(bot ?? ALL, since, by);
    },
    switchOn: (bot) => {
      remove.run(bot ?? ALL);
    },
  };
}
