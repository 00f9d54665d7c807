import type { Conversation } from '../store/store.ts';
import type { Queries } from './queries.ts';

const PAGE = 1000;

/** All that is open or waits for its visitor, page by page: one is read when the one before is done with. */
export async function* activePages(
  queries: Pick<Queries, 'active'>,
): AsyncGenerator<Conversation[]> {
  let rows = await queries.active('', PAGE);
  while (rows.length > 0) {
    yield rows;
    rows = await queries.active(rows.at(-1)?.id ?? '', PAGE);
  }
}
