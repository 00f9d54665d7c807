import type { RoutingBoard } from '@throughline/shared/schema';
import type { Parts } from '../parts.ts';
import { getBoard } from './contract/board.ts';
import { guarded, type Route } from './route.ts';

type Unnamed<T> = Omit<T, 'contact'>;
type Queued = RoutingBoard['queues'][number];

/** What routing says; who the contacts are is no business of it. */
export interface BoardNow extends Omit<RoutingBoard, 'promises' | 'queues'> {
  promises: Unnamed<RoutingBoard['promises'][number]>[];
  queues: (Omit<Queued, 'first'> & { first: Unnamed<Queued['first'][number]>[] })[];
}

/** How the queues stand. */
export function boardRoutes({ queries }: Parts, board: () => BoardNow): Route[] {
  async function named<T extends { conversation: string }>(all: T[]) {
    const rows = await Promise.all(all.map(({ conversation }) => queries.summary(conversation)));
    return all.flatMap((it, i) => {
      const contact = rows[i]?.contact;
      return contact ? [{ ...it, contact }] : [];
    });
  }
  return [
    guarded(getBoard, async () => {
      const { promises, queues, ...rest } = board();
      return {
        ...rest,
        promises: await named(promises),
        queues: await Promise.all(
          queues.map(async (queue) => ({ ...queue, first: await named(queue.first) })),
        ),
      };
    }),
  ];
}
