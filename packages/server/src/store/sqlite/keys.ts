import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import type { ApiKey, Tx } from '../store.ts';

type Row = Record<string, SQLInputValue>;

const toKey = (row: Row): ApiKey =>
  ({
    id: row.id,
    name: row.name,
    hash: row.hash,
    previousHash: row.previous_hash,
    previousUntil: row.previous_until,
    scopes: JSON.parse(row.scopes as string),
    pii: row.pii,
    createdBy: row.created_by,
    createdAt: row.created_at,
    usedAt: row.used_at,
    revoked: row.revoked === 1,
  }) as ApiKey;

export function keys(db: DatabaseSync): Tx['keys'] {
  const get = db.prepare('SELECT * FROM api_key WHERE id = ?');
  const byHash = db.prepare('SELECT * FROM api_key WHERE hash = :hash OR previous_hash = :hash');
  const list = db.prepare('SELECT * FROM api_key WHERE revoked = 0 ORDER BY created_at, id');
  const insert = db.prepare(
    `INSERT INTO api_key (name, hash, previous_hash, previous_until, scopes, pii, used_at, revoked,
       id, created_by, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const save = db.prepare(
    `UPDATE api_key SET name = ?, hash = ?, previous_hash = ?, previous_until = ?, scopes = ?, pii = ?,
       used_at = ?, revoked = ? WHERE id = ?`,
  );
  const bind = (k: ApiKey): SQLInputValue[] => [
    k.name,
    k.hash,
    k.previousHash,
    k.previousUntil,
    JSON.stringify(k.scopes),
    k.pii,
    k.usedAt,
    k.revoked ? 1 : 0,
    k.id,
  ];
  const found = (row: unknown) => (row ? toKey(row as Row) : undefined);
  return {
    get: (id) => found(get.get(id)),
    byHash: (hash) => found(byHash.get({ hash })),
    list: () => list.all().map((row) => toKey(row as Row)),
    insert: (k) => {
      insert.run(...bind(k), k.createdBy, k.createdAt);
    },
    save: (k) => {
      save.run(...bind(k));
    },
  };
}
