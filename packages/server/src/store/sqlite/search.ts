import type { DatabaseSync } from 'node:sqlite';
import type { Tx } from '../store.ts';

/** Every word must be there, the beginning of a word is enough: `"ann"* "invoice"*`. */
export function matchExpression(query: string): string | undefined {
  // Composed: an accent typed as a sign of its own would cut its word in two.
  const words = query.normalize('NFC').match(/[\p{L}\p{N}]+/gu);
  return words
    ?.slice(0, 10)
    .map((word) => `"${word}"*`)
    .join(' ');
}

export function searchWrites(db: DatabaseSync): Tx['search'] {
  const insert = db.prepare('INSERT INTO search (rowid, text) VALUES (?, ?)');
  const remove = db.prepare('DELETE FROM search WHERE rowid = ?');
  return {
    add: (offset, text) => {
      insert.run(offset, text);
    },
    remove: (offset) => {
      remove.run(offset);
    },
  };
}
