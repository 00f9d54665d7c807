import type { RoutingBoard } from '@throughline/shared/schema';
import type { Core } from './core.ts';
import { myId, type State } from './state.ts';

export interface Board {
  /** Asks how the queues stand. */
  load(): Promise<void>;
}

/** Names of queues that rows have and the board does not: somebody has published others. */
const unknownIn = ({ inbox, board }: State): string[] =>
  Object.values(inbox.rows).flatMap(({ queue }) =>
    queue === null || board.queues.some(({ id }) => id === queue) ? [] : [queue],
  );

/**
 * How the queues stand: asked for with every new list, and by whoever shows it. `missing` is told of
 * conversations on offer to oneself of which no row is held.
 */
export function createBoard({ store, api }: Core, missing: (id: string) => void): Board {
  const sought = new Set<string>();
  let asking: Promise<void> | undefined;

  function take(board: RoutingBoard): void {
    store.setState({ board });
    const state = store.getState();
    for (const { conversation, agent } of board.offers)
      if (agent === myId(state) && !state.inbox.rows[conversation]) missing(conversation);
  }

  async function ask(): Promise<void> {
    const answer = await api.board();
    asking = undefined;
    if (answer?.ok) take(answer.data);
  }

  const load = (): Promise<void> => {
    asking ??= ask();
    return asking;
  };

  store.subscribe((now, before) => {
    if (now.inbox === before.inbox) return;
    const isFresh = now.inbox.phase === 'live' && before.inbox.phase !== 'live';
    const unknown = unknownIn(now).filter((id) => !sought.has(id));
    for (const id of unknown) sought.add(id);
    if (isFresh || unknown.length > 0) void load();
  });
  return { load };
}
