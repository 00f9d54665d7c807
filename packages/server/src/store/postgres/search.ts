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
  // The server's own vacuum does.
  tidy: () => false,
  async put(texts) {
    const all = [...texts].map(([offset, text]) => ({ offset, words: wordsOf(text) }));
    const [some, none] = [
      all.filter(({ words }) => words.length > 0),
      all.filter(({ words }) => words.length === 0),
    ];
    if (none.length > 0)
      await db.run('DELETE FROM search WHERE log_offset = ANY($1)', [
        none.map(({ offset }) => offset),
      ]);
    if (some.length === 0) return;
    // Words have no spaces: so many lists of different lengths are one column of texts.
    await db.run(
      `INSERT INTO search (log_offset, words)
       SELECT log_offset, array_to_tsvector(string_to_array(words, ' '))
       FROM unnest($1::bigint[], $2::text[]) AS given (log_offset, words)
       ON CONFLICT (log_offset) DO UPDATE SET words = excluded.words`,
      [some.map(({ offset }) => offset), some.map(({ words }) => [...new Set(words)].join(' '))],
    );
  },
});
