import type { DatabaseSync } from 'node:sqlite';
import type { StoredFile, Tx } from '../store.ts';

const COLUMNS = `id, conversation, owner_kind AS ownerKind, owner, name, type, bytes, width, height,
  state, message, created_at AS createdAt`;

export function files(db: DatabaseSync): Tx['files'] {
  const get = db.prepare(`SELECT ${COLUMNS} FROM file WHERE id = ?`);
  const bytesOf = db.prepare(
    `SELECT coalesce(sum(bytes), 0) AS bytes FROM file WHERE conversation = ? AND state <> 'gone'`,
  );
  const allOf = db.prepare(
    `SELECT ${COLUMNS} FROM file WHERE conversation = ? AND id > ? AND state <> 'gone'
     ORDER BY id LIMIT ?`,
  );
  const gone = db.prepare(
    `SELECT id FROM file WHERE message IS NULL AND state = 'gone' ORDER BY created_at LIMIT ?`,
  );
  const expire = db.prepare(
    `UPDATE file SET state = 'gone' WHERE message IS NULL AND state <> 'gone'
     AND (created_at < :unused OR (state = 'begun' AND created_at < :begun))`,
  );
  const insert = db.prepare(
    `INSERT INTO file (id, conversation, owner_kind, owner, name, type, bytes, width, height, state,
       message, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const save = db.prepare(
    'UPDATE file SET bytes = ?, width = ?, height = ?, state = ?, message = ? WHERE id = ?',
  );
  const release = db.prepare(`UPDATE file SET state = 'gone', message = NULL WHERE message = ?`);
  const releaseOf = db.prepare(
    `UPDATE file SET state = 'gone', message = NULL WHERE conversation = ? AND state <> 'gone'`,
  );
  const remove = db.prepare('DELETE FROM file WHERE id = ?');
  return {
    get: (id) => get.get(id) as StoredFile | undefined,
    bytesOf: (conversation) => Number(bytesOf.get(conversation)?.bytes),
    allOf: (...bound) => allOf.all(...bound) as unknown as StoredFile[],
    gone: (limit) => gone.all(limit).map(({ id }) => String(id)),
    expire: (before) => {
      expire.run(before);
    },
    insert: (f) => {
      insert.run(
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
      );
    },
    save: (f) => {
      save.run(f.bytes, f.width, f.height, f.state, f.message, f.id);
    },
    release: (message) => {
      release.run(message);
    },
    releaseOf: (conversation) => Number(releaseOf.run(conversation).changes),
    remove: (id) => {
      remove.run(id);
    },
  };
}
