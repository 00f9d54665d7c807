import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import type { Agent, Session, SetupLink, Tx } from '../store.ts';

type Row = Record<string, SQLInputValue>;

const toAgent = (row: Row): Agent =>
  ({
    id: row.id,
    name: row.name,
    email: row.email,
    role: row.role,
    passwordHash: row.password_hash,
    disabled: row.disabled === 1,
    createdAt: row.created_at,
  }) as Agent;

const toSession = (row: Row): Session =>
  ({
    tokenHash: row.token_hash,
    agent: row.agent,
    csrf: row.csrf,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  }) as Session;

export function agentTables(db: DatabaseSync): Pick<Tx, 'agents' | 'sessions' | 'links'> {
  return { agents: agents(db), sessions: sessions(db), links: links(db) };
}

function agents(db: DatabaseSync): Tx['agents'] {
  const get = db.prepare('SELECT * FROM agent WHERE id = ?');
  const byEmail = db.prepare('SELECT * FROM agent WHERE email = ?');
  const list = db.prepare('SELECT * FROM agent WHERE disabled = 0 ORDER BY name, id');
  const all = db.prepare('SELECT * FROM agent ORDER BY name, id');
  const insert = db.prepare(
    `INSERT INTO agent (name, email, role, password_hash, disabled, id, created_at)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
  );
  const save = db.prepare(
    'UPDATE agent SET name = ?, email = ?, role = ?, password_hash = ?, disabled = ? WHERE id = ?',
  );
  const bind = (a: Agent): SQLInputValue[] => [
    a.name,
    a.email,
    a.role,
    a.passwordHash,
    a.disabled ? 1 : 0,
    a.id,
  ];
  return {
    get: (id) => {
      const row = get.get(id);
      return row && toAgent(row as Row);
    },
    byEmail: (email) => {
      const row = byEmail.get(email);
      return row && toAgent(row as Row);
    },
    list: () => list.all().map((row) => toAgent(row as Row)),
    all: () => all.all().map((row) => toAgent(row as Row)),
    insert: (a) => {
      insert.run(...bind(a), a.createdAt);
    },
    save: (a) => {
      save.run(...bind(a));
    },
  };
}

function sessions(db: DatabaseSync): Tx['sessions'] {
  const get = db.prepare('SELECT * FROM session WHERE token_hash = ?');
  const valid = db.prepare(
    `SELECT s.token_hash FROM session s JOIN agent a ON a.id = s.agent
     WHERE s.token_hash = ? AND s.expires_at > ? AND a.disabled = 0`,
  );
  const insert = db.prepare(
    'INSERT INTO session (token_hash, agent, csrf, created_at, expires_at) VALUES (?, ?, ?, ?, ?)',
  );
  const remove = db.prepare('DELETE FROM session WHERE token_hash = ?');
  const removeOf = db.prepare('DELETE FROM session WHERE agent = ?');
  const removeExpired = db.prepare('DELETE FROM session WHERE expires_at <= ?');
  return {
    get: (tokenHash) => {
      const row = get.get(tokenHash);
      return row && toSession(row as Row);
    },
    valid: (hashes, now) => new Set(hashes.filter((hash) => valid.get(hash, now))),
    insert: (s) => {
      insert.run(s.tokenHash, s.agent, s.csrf, s.createdAt, s.expiresAt);
    },
    remove: (tokenHash) => {
      remove.run(tokenHash);
    },
    removeOf: (agent) => {
      removeOf.run(agent);
    },
    removeExpired: (now) => {
      removeExpired.run(now);
    },
  };
}

function links(db: DatabaseSync): Tx['links'] {
  const get = db.prepare('SELECT * FROM setup_link WHERE token_hash = ?');
  const insert = db.prepare(
    'INSERT INTO setup_link (token_hash, agent, expires_at) VALUES (?, ?, ?)',
  );
  const remove = db.prepare('DELETE FROM setup_link WHERE token_hash = ?');
  const removeOpen = db.prepare('DELETE FROM setup_link WHERE agent IS ?');
  return {
    get: (tokenHash) => {
      const row = get.get(tokenHash);
      return (
        row &&
        ({ tokenHash: row.token_hash, agent: row.agent, expiresAt: row.expires_at } as SetupLink)
      );
    },
    insert: (link) => {
      insert.run(link.tokenHash, link.agent, link.expiresAt);
    },
    remove: (tokenHash) => {
      remove.run(tokenHash);
    },
    removeOpen: (agent) => {
      removeOpen.run(agent);
    },
  };
}
