import type { DatabaseSync } from 'node:sqlite';
import type { Passage, Tx } from '../store.ts';

/** Any of the words will do, the beginning of one is enough; the best come first. */
const anyWord = (query: string): string | undefined =>
  query
    .normalize('NFC')
    .match(/[\p{L}\p{N}]+/gu)
    ?.slice(0, 20)
    .map((word) => `"${word}"*`)
    .join(' OR ');

const rowsOf = (rows: object[]): Passage[] => rows.map((row) => ({ ...row }) as Passage);

export function passages(db: DatabaseSync): Tx['passages'] {
  // A word in a title says more than one in a text.
  const search = db.prepare(
    `SELECT p.collection, p.article, p.anchor, p.url, p.title, p.heading, p.text
     FROM passage_search s JOIN passage p ON p.no = s.rowid
     WHERE passage_search MATCH :match
       AND p.collection IN (SELECT value FROM json_each(:collections))
     ORDER BY bm25(passage_search, 4, 2, 1), p.no LIMIT :limit`,
  );
  const of = db.prepare(
    `SELECT collection, article, anchor, url, title, heading, text FROM passage
     WHERE collection = ? AND article = ? ORDER BY no`,
  );
  const remove = db.prepare('DELETE FROM passage WHERE collection = ? AND article = ?');
  const insert = db.prepare(
    `INSERT INTO passage (collection, article, anchor, url, title, heading, text)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
  );
  return {
    of: ({ collection, article }) => rowsOf(of.all(collection, article)),
    search: ({ collections, query, limit }) => {
      const match = anyWord(query);
      if (!match) return [];
      return rowsOf(search.all({ match, collections: JSON.stringify(collections), limit }));
    },
    replace: ({ collection, article }, made) => {
      const { changes } = remove.run(collection, article);
      for (const { anchor, url, title, heading, text } of made)
        insert.run(collection, article, anchor, url, title, heading, text);
      return Number(changes) > 0;
    },
  };
}
