import type { Availability, Tx } from '../store.ts';
import type { Db } from './db.ts';

const SELECT = 'SELECT agent, status, chosen, until FROM availability';

export const availability = (db: Db): Tx['availability'] => ({
  get: (agent) => db.row<Availability>(`${SELECT} WHERE agent = $1 ${db.hold}`, [agent]),
  list: () => db.rows<Availability>(`${SELECT} ORDER BY agent`),
  async put({ agent, status, chosen, until }) {
    await db.run(
      `INSERT INTO availability (agent, status, chosen, until) VALUES ($1, $2, $3, $4)
       ON CONFLICT (agent) DO UPDATE SET status = excluded.status, chosen = excluded.chosen,
         until = excluded.until`,
      [agent, status, chosen, until],
    );
  },
  async renew(agents, until) {
    await db.run(
      `UPDATE availability SET until = $1 WHERE agent = ANY($2) AND status <> 'offline'`,
      [until, agents],
    );
  },
});
