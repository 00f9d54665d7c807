import type { RoutingBoard } from '@throughline/shared/schema';
import type { Parts } from '../parts.ts';
import { getBoard } from './contract/board.ts';
import { guarded, type Route } from './route.ts';

type Promised = RoutingBoard['promises'][number];

/** What routing says; who the contacts are is no business of it. */
export interface BoardNow extends Omit<RoutingBoard, 'promises'> {
  promises: Omit<Promised, 'contact'>[];
}

/** How the queues stand. */
export function boardRoutes({ queries }: Parts, board: () => BoardNow): Route[] {
  async function withContact(promised: BoardNow['promises'][number]): Promise<Promised[]> {
    const row = await queries.summary(promised.conversation);
    return row ? [{ ...promised, contact: row.contact }] : [];
  }
  return [
    guarded(getBoard, async () => {
      const { promises, ...rest } = board();
      return { ...rest, promises: (await Promise.all(promises.map(withContact))).flat() };
    }),
  ];
}
