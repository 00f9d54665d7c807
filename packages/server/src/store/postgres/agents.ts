import type { Agent, Session, SetupLink, Tx } from '../store.ts';
import type { Db, Value } from './db.ts';

export const agentTables = (db: Db): Pick<Tx, 'agents' | 'sessions' | 'links'> => ({
  agents: agents(db),
  sessions: sessions(db),
  links: links(db),
});

const AGENT = `SELECT id, name, email, role, password_hash AS "passwordHash", disabled,
  created_at AS "createdAt" FROM agent`;

const bind = (a: Agent): Value[] => [a.name, a.email, a.role, a.passwordHash, a.disabled, a.id];

const agents = (db: Db): Tx['agents'] => ({
  get: (id) => db.row<Agent>(`${AGENT} WHERE id = $1`, [id]),
  byEmail: (email) => db.row<Agent>(`${AGENT} WHERE lower(email) = lower($1)`, [email]),
  list: () => db.rows<Agent>(`${AGENT} WHERE NOT disabled ORDER BY name, id`),
  all: () => db.rows<Agent>(`${AGENT} ORDER BY name, id ${db.hold}`),
  async insert(a) {
    await db.run(
      `INSERT INTO agent (name, email, role, password_hash, disabled, id, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [...bind(a), a.createdAt],
    );
  },
  async save(a) {
    await db.run(
      `UPDATE agent SET name = $1, email = $2, role = $3, password_hash = $4, disabled = $5
       WHERE id = $6`,
      bind(a),
    );
  },
});

const SESSION = `SELECT token_hash AS "tokenHash", agent, csrf, created_at AS "createdAt",
  expires_at AS "expiresAt" FROM session`;

const sessions = (db: Db): Tx['sessions'] => ({
  get: (tokenHash) => db.row<Session>(`${SESSION} WHERE token_hash = $1`, [tokenHash]),
  async valid(hashes, now) {
    const found = await db.rows<{ hash: string }>(
      `SELECT s.token_hash AS hash FROM session s JOIN agent a ON a.id = s.agent
       WHERE s.token_hash = ANY($1) AND s.expires_at > $2 AND NOT a.disabled`,
      [hashes, now],
    );
    return new Set(found.map(({ hash }) => hash));
  },
  async insert(s) {
    await db.run(
      `INSERT INTO session (token_hash, agent, csrf, created_at, expires_at)
       VALUES ($1, $2, $3, $4, $5)`,
      [s.tokenHash, s.agent, s.csrf, s.createdAt, s.expiresAt],
    );
  },
  async remove(tokenHash) {
    await db.run('DELETE FROM session WHERE token_hash = $1', [tokenHash]);
  },
  async removeOf(agent) {
    await db.run('DELETE FROM session WHERE agent = $1', [agent]);
  },
  async removeExpired(now) {
    await db.run('DELETE FROM session WHERE expires_at <= $1', [now]);
  },
});

const links = (db: Db): Tx['links'] => ({
  get: (tokenHash) =>
    db.row<SetupLink>(
      `SELECT token_hash AS "tokenHash", agent, expires_at AS "expiresAt" FROM setup_link
       WHERE token_hash = $1 ${db.hold}`,
      [tokenHash],
    ),
  async insert({ tokenHash, agent, expiresAt }) {
    await db.run('INSERT INTO setup_link (token_hash, agent, expires_at) VALUES ($1, $2, $3)', [
      tokenHash,
      agent,
      expiresAt,
    ]);
  },
  async remove(tokenHash) {
    await db.run('DELETE FROM setup_link WHERE token_hash = $1', [tokenHash]);
  },
  async removeOpen(agent) {
    await db.run('DELETE FROM setup_link WHERE agent IS NOT DISTINCT FROM $1', [agent]);
  },
});
