import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import type { Availability, Tx } from '../store.ts';

type Row = Record<string, SQLInputValue>;

const toAvailability = ({ agent, status, chosen, until }: Row): Availability =>
  ({ agent, status, chosen, until }) as Availability;

export function availability(db: DatabaseSync): Tx['availability'] {
  const get = db.prepare('SELECT * FROM availability WHERE agent = ?');
  const list = db.prepare('SELECT * FROM availability ORDER BY agent');
  const put = db.prepare(
    `INSERT INTO availability (agent, status, chosen, until) VALUES (?, ?, ?, ?)
     ON CONFLICT (agent) DO UPDATE SET status = excluded.status, chosen = excluded.chosen,
       until = excluded.until`,
  );
  const renew = db.prepare(
    `UPDATE availability SET until = ? WHERE agent = ? AND status <> 'offline'`,
  );
  return {
    get: (agent) => {
      const row = get.get(agent);
      return row && toAvailability(row as Row);
    },
    list: () => list.all().map((row) => toAvailability(row as Row)),
    put: ({ agent, status, chosen, until }) => {
      put.run(agent, status, chosen, until);
    },
    renew: (agents, until) => {
      for (const agent of agents) renew.run(until, agent);
    },
  };
}
