import type { DatabaseSync } from 'node:sqlite';
import type { Secret, Tx } from '../store.ts';

export function secrets(db: DatabaseSync): Tx['secrets'] {
  const of = db.prepare(
    `SELECT owner, secret, created_at AS createdAt, expires_at AS expiresAt FROM secret
     WHERE owner = ? ORDER BY expires_at IS NOT NULL, created_at DESC`,
  );
  const insert = db.prepare(
    'INSERT INTO secret (owner, secret, created_at, expires_at) VALUES (?, ?, ?, ?)',
  );
  const expire = db.prepare(
    'UPDATE secret SET expires_at = ? WHERE owner = ? AND expires_at IS NULL',
  );
  const removeOf = db.prepare('DELETE FROM secret WHERE owner = ?');
  const removeExpired = db.prepare('DELETE FROM secret WHERE expires_at <= ?');
  return {
    of: (owner) => of.all(owner).map((row) => ({ ...row })) as unknown as Secret[],
    insert: (s) => {
      insert.run(s.owner, s.secret, s.createdAt, s.expiresAt);
    },
    expire: (owner, expiresAt) => {
      expire.run(expiresAt, owner);
    },
    removeOf: (owner) => {
      removeOf.run(owner);
    },
    removeExpired: (now) => {
      removeExpired.run(now);
    },
  };
}
