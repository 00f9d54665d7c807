import type { StoredFile, Tx } from '../store.ts';
import { type Db, places } from './db.ts';

const COLUMNS = [
  'id',
  'conversation',
  'owner_kind',
  'owner',
  'name',
  'type',
  'bytes',
  'width',
  'height',
  'state',
  'message',
  'created_at',
];

const SELECT = `SELECT id, conversation, owner_kind AS "ownerKind", owner, name, type, bytes, width,
  height, state, message, created_at AS "createdAt" FROM file`;

export const files = (db: Db): Tx['files'] => ({
  get: (id) => db.row<StoredFile>(`${SELECT} WHERE id = $1 ${db.hold}`, [id]),
  async bytesOf(conversation) {
    const found = await db.row<{ bytes: number }>(
      `SELECT coalesce(sum(bytes), 0)::bigint AS bytes FROM file
       WHERE conversation = $1 AND state <> 'gone'`,
      [conversation],
    );
    return found?.bytes ?? 0;
  },
  allOf: (conversation, after, limit) =>
    db.rows<StoredFile>(
      `${SELECT} WHERE conversation = $1 AND id > $2 AND state <> 'gone' ORDER BY id LIMIT $3`,
      [conversation, after, limit],
    ),
  async gone(limit) {
    const found = await db.rows<{ id: string }>(
      `SELECT id FROM file WHERE message IS NULL AND state = 'gone' ORDER BY created_at LIMIT $1`,
      [limit],
    );
    return found.map(({ id }) => id);
  },
  async expire({ begun, unused }) {
    await db.run(
      `UPDATE file SET state = 'gone' WHERE message IS NULL AND state <> 'gone'
       AND (created_at < $1 OR (state = 'begun' AND created_at < $2))`,
      [unused, begun],
    );
  },
  async insert(f) {
    await db.run(`INSERT INTO file (${COLUMNS.join(', ')}) VALUES (${places(COLUMNS)})`, [
      f.id,
      f.conversation,
      f.ownerKind,
      f.owner,
      f.name,
      f.type,
      f.bytes,
      f.width,
      f.height,
      f.state,
      f.message,
      f.createdAt,
    ]);
  },
  async save(f) {
    await db.run(
      `UPDATE file SET bytes = $1, width = $2, height = $3, state = $4, message = $5 WHERE id = $6`,
      [f.bytes, f.width, f.height, f.state, f.message, f.id],
    );
  },
  async release(message) {
    await db.run(`UPDATE file SET state = 'gone', message = NULL WHERE message = $1`, [message]);
  },
  releaseOf: (conversation) =>
    db.run(
      `UPDATE file SET state = 'gone', message = NULL WHERE conversation = $1 AND state <> 'gone'`,
      [conversation],
    ),
  async remove(id) {
    await db.run('DELETE FROM file WHERE id = $1', [id]);
  },
});
