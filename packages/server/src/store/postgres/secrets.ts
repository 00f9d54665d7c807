import type { Secret, Tx } from '../store.ts';
import type { Db } from './db.ts';

export const secrets = (db: Db): Tx['secrets'] => ({
  of: (owner) =>
    db.rows<Secret>(
      `SELECT owner, secret, created_at AS "createdAt", expires_at AS "expiresAt" FROM secret
       WHERE owner = $1 ORDER BY expires_at IS NOT NULL, created_at DESC`,
      [owner],
    ),
  async insert({ owner, secret, createdAt, expiresAt }) {
    await db.run(
      'INSERT INTO secret (owner, secret, created_at, expires_at) VALUES ($1, $2, $3, $4)',
      [owner, secret, createdAt, expiresAt],
    );
  },
  async expire(owner, expiresAt) {
    await db.run('UPDATE secret SET expires_at = $1 WHERE owner = $2 AND expires_at IS NULL', [
      expiresAt,
      owner,
    ]);
  },
  async removeOf(owner) {
    await db.run('DELETE FROM secret WHERE owner = $1', [owner]);
  },
  async removeExpired(now) {
    await db.run('DELETE FROM secret WHERE expires_at <= $1', [now]);
  },
});
