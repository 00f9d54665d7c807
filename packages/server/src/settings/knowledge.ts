import type { Article as ReadArticle } from '@throughline/shared/schema';
import type { Clock } from '../lib/clock.ts';
import { AppError } from '../lib/errors.ts';
import { fingerprint } from '../lib/fingerprint.ts';
import { type Act, doneBefore, noteDone } from '../store/audit.ts';
import type { Passage, Store, Tx } from '../store/store.ts';
import { type Article, joined, passagesOf } from './article.ts';

type Name = Pick<Article, 'collection' | 'id'>;

/** What the business has written down, for bots that answer from it. */
export interface Knowledge {
  /**
   * In place of what was there; once under the same id.
   * @returns into how many passages it was cut
   * @throws AppError `idempotency_conflict`
   */
  put(article: Article, act: Act): Promise<number>;
  /** @throws AppError `not_found`, `idempotency_conflict` */
  remove(article: Name, act: Act): Promise<void>;
  /** The article of that id in the first of these collections that has one. */
  read(collections: readonly string[], id: string): Promise<ReadArticle | undefined>;
  /** The best of these collections, with the words of the query or some of them. */
  search(collections: readonly string[], query: string): Promise<Passage[]>;
}

const FOUND_MAX = 5;

const targetOf = ({ collection, id }: Name) => ({
  kind: 'article' as const,
  id: `${collection}/${id}`,
});

const replace = (tx: Tx, { collection, id }: Name, passages: ReturnType<typeof passagesOf>) =>
  tx.passages.replace({ collection, article: id }, passages);

export const createKnowledge = (store: Store, now: Clock): Knowledge => ({
  async put(article, act) {
    const passages = passagesOf(article);
    const said = {
      action: 'article.written' as const,
      target: targetOf(article),
      fingerprint: fingerprint(JSON.stringify(article)),
    };
    await store.write('knowledge', async (tx) => {
      if (await doneBefore(tx, act, said)) return;
      await replace(tx, article, passages);
      await noteDone(tx, { ...act, time: now() }, said);
    });
    return passages.length;
  },

  remove: (article, act) =>
    store.write('knowledge', async (tx) => {
      const said = { action: 'article.removed' as const, target: targetOf(article) };
      if (await doneBefore(tx, act, said)) return;
      if (!(await replace(tx, article, []))) throw new AppError('not_found');
      await noteDone(tx, { ...act, time: now() }, said);
    }),

  async read(collections, id) {
    for (const collection of collections) {
      const passages = await store.read.passages.of({ collection, article: id });
      const article = joined(passages);
      if (article) return article;
    }
    return undefined;
  },

  search: async (collections, query) =>
    store.read.passages.search({ collections, query, limit: FOUND_MAX }),
});
