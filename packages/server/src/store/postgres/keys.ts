import type { ApiKey, Tx } from '../store.ts';
import { type Db, json, places, type Value } from './db.ts';

const SELECT = `SELECT id, name, hash, previous_hash AS "previousHash",
    previous_until AS "previousUntil", scopes, pii, created_by AS "createdBy",
    created_at AS "createdAt", used_at AS "usedAt", revoked
  FROM api_key`;

const COLUMNS = [
  'name',
  'hash',
  'previous_hash',
  'previous_until',
  'scopes',
  'pii',
  'used_at',
  'revoked',
];

const bind = (k: ApiKey): Value[] => [
  k.name,
  k.hash,
  k.previousHash,
  k.previousUntil,
  json(k.scopes),
  k.pii,
  k.usedAt,
  k.revoked,
  k.id,
];

export const keys = (db: Db): Tx['keys'] => ({
  get: (id) => db.row<ApiKey>(`${SELECT} WHERE id = $1 ${db.hold}`, [id]),
  byHash: (hash) => db.row<ApiKey>(`${SELECT} WHERE hash = $1 OR previous_hash = $1`, [hash]),
  list: () => db.rows<ApiKey>(`${SELECT} WHERE NOT revoked ORDER BY created_at, id`),
  async insert(k) {
    await db.run(
      `INSERT INTO api_key (${COLUMNS.join(', ')}, id, created_by, created_at)
       VALUES (${places(COLUMNS)}, $9, $10, $11)`,
      [...bind(k), k.createdBy, k.createdAt],
    );
  },
  async save(k) {
    await db.run(
      `UPDATE api_key SET (${COLUMNS.join(', ')}) = (${places(COLUMNS)}) WHERE id = $9`,
      bind(k),
    );
  },
});
