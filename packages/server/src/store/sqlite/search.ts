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

/** From here on FTS5 keeps, by segment, which of its rows were replaced; their words are there until a merge. */
const FIRST_MARK = 2n ** 53n;
/** Pages written at a time: a few milliseconds. */
const STEP_PAGES = 64;

/**
 * Never a plain DELETE: FTS5 notes it under a row number beyond 2^53 and leaves that as the last one
 * inserted, which Node reads after every statement that follows, BEGIN and COMMIT too, and throws.
 * Replacing the text by nothing does the same and ends with our own number.
 */
export function searchWrites(db: DatabaseSync): Tx['search'] {
  const replace = db.prepare('INSERT OR REPLACE INTO search (rowid, text) VALUES (?, ?)');
  const marked = db.prepare('SELECT 1 FROM search_data WHERE id >= ? LIMIT 1');
  // Less than nothing: of all segments, as `optimize` does, and goes on where it was.
  const merge = db.prepare(`INSERT INTO search (search, rank) VALUES ('merge', -${STEP_PAGES})`);
  return {
    put(texts) {
      for (const [offset, text] of texts) replace.run(offset, text);
    },
    tidy() {
      if (!marked.get(FIRST_MARK)) return false;
      merge.run();
      return true;
    },
  };
}
