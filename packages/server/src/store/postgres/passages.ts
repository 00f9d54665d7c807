import type { Passage, Tx } from '../store.ts';
import type { Db } from './db.ts';
import { wordsOf } from './search.ts';

/** A search looks at this many at most. */
const FOUND_MAX = 1000;

/**
 * Any of the words will do, the beginning of one is enough. A word in a title says more than one in a text,
 * and one that few passages have more than one that many have.
 */
const SEARCH = `WITH word AS (SELECT unnest($1::text[])::tsquery AS query),
  hit AS (
    SELECT p.no, word.query, CASE WHEN p.title_words @@ word.query THEN 4
      WHEN p.heading_words @@ word.query THEN 2 ELSE 1 END AS weight
    FROM word CROSS JOIN LATERAL (
      SELECT no, title_words, heading_words FROM passage
      WHERE words @@ word.query AND collection = ANY($2::text[]) LIMIT ${FOUND_MAX}) p),
  rarity AS (SELECT query, 1 / ln(1 + count(*)) AS worth FROM hit GROUP BY query),
  best AS (SELECT no, sum(weight * worth) AS score FROM hit JOIN rarity USING (query) GROUP BY no)
  SELECT p.collection, p.article, p.anchor, p.url, p.title, p.heading, p.text
  FROM best JOIN passage p USING (no) ORDER BY best.score DESC, p.no LIMIT $3`;

const OF = `SELECT collection, article, anchor, url, title, heading, text FROM passage
  WHERE collection = $1 AND article = $2 ORDER BY no`;

const INSERT = `INSERT INTO passage (collection, article, anchor, url, title, heading, text,
    title_words, heading_words, words)
  VALUES ($1, $2, $3, $4, $5, $6, $7, array_to_tsvector($8::text[]), array_to_tsvector($9::text[]),
    array_to_tsvector($10::text[]))`;

/** What a passage is found by: the words of its title, of its heading, and of all it says. */
export const passageWords = ({
  title,
  heading,
  text,
}: Pick<Passage, 'title' | 'heading' | 'text'>) =>
  [title, heading, `${title} ${heading} ${text}`].map(uniqueWordsOf);

const uniqueWordsOf = (text: string): string[] => [...new Set(wordsOf(text))];

export const passages = (db: Db): Tx['passages'] => ({
  of: ({ collection, article }) => db.rows<Passage>(OF, [collection, article]),
  async search({ collections, query, limit }) {
    const words = uniqueWordsOf(query)
      .slice(0, 20)
      .map((word) => `'${word}':*`);
    if (words.length === 0) return [];
    return db.rows<Passage>(SEARCH, [words, collections, limit]);
  },
  async replace({ collection, article }, made) {
    const removed = await db.run('DELETE FROM passage WHERE collection = $1 AND article = $2', [
      collection,
      article,
    ]);
    for (const passage of made) {
      const { anchor, url, title, heading, text } = passage;
      const said = [anchor, url, title, heading, text];
      await db.run(INSERT, [collection, article, ...said, ...passageWords(passage)]);
    }
    return removed > 0;
  },
});
