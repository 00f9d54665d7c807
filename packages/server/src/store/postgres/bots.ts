import type { BotOff, Tx } from '../store.ts';
import type { Db } from './db.ts';

/** An id of a bot is never empty. */
const ALL = '';

export const bots = (db: Db): Tx['bots'] => ({
  off: () =>
    db.rows<BotOff>(
      `SELECT nullif(bot, '${ALL}') AS bot, since, by FROM bot_off ORDER BY bot_off.bot`,
    ),
  async switchOff({ bot, since, by }) {
    await db.run(
      'INSERT INTO bot_off (bot, since, by) VALUES ($1, $2, $3) ON CONFLICT (bot) DO NOTHING',
      [bot ?? ALL, since, by],
    );
  },
  async switchOn(bot) {
    await db.run('DELETE FROM bot_off WHERE bot = $1', [bot ?? ALL]);
  },
});
