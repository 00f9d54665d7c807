import type { Tx } from '../store.ts';
import type { Db } from './db.ts';

/** An index entry of PostgreSQL's is no longer than 2 kB. */
const WORD_MAX = 200;

/** Words as they are compared: composed, small, without the accents of Latin, Greek and Cyrillic. */
export const wordsOf = (text: string): string[] =>
  (
    text
      .normalize('NFD')
      .replace(/[\u0300-\u036f]/g, '')
      .normalize('NFC')
      .toLowerCase()
      .match(/[\p{L}\p{N}][\p{L}\p{N}\p{M}]*/gu) ?? []
  ).map((word) => word.slice(0, WORD_MAX).toWellFormed());

/** Every word must be there, the beginning of a word is enough: `'ann':* & 'invoice':*`. */
export const queryOf = (text: string): string | undefined =>
  wordsOf(text)
    .slice(0, 10)
    .map((word) => `'${word}':*`)
    .join(' & ') || undefined;

/** Words are ours, not a dictionary's: the same text is found the same way on every engine and server. */
export const searchWrites = (db: Db): Tx['search'] => ({
  async add(offset, text) {
    await db.run(
      `INSERT INTO search (log_offset, words) VALUES ($1, array_to_tsvector($2::text[]))
       ON CONFLICT (log_offset) DO UPDATE SET words = excluded.words`,
      [offset, [...new Set(wordsOf(text))]],
    );
  },
  async remove(offset) {
    await db.run('DELETE FROM search WHERE log_offset = $1', [offset]);
  },
});
