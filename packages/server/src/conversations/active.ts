import { pages } from '../store/pages.ts';
import type { Conversation } from '../store/store.ts';
import type { Queries } from './queries.ts';

const PAGE = 1000;

/** All that is open or waits for its visitor, page by page: one is read when the one before is done with. */
export const activePages = (queries: Pick<Queries, 'active'>): AsyncGenerator<Conversation[]> =>
  pages(
    { first: '', limit: PAGE },
    (after) => queries.active(after, PAGE),
    ({ id }) => id,
  );
