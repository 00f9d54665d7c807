import { uuidv7 } from '@throughline/shared';
import type { Connection } from '../connection/index.ts';
import type { Core } from './core.ts';
import { isVisitorsMessage } from './thread.ts';

export interface Reading {
  /** The newest message is before somebody's eyes. */
  seen(): void;
}

/** Says what was read: once, and only while the window has the focus. */
export function createReading({ store }: Core, line: Pick<Connection, 'request'>): Reading {
  const said = new Map<string, number>();

  async function say(conversation: string, upTo: number): Promise<void> {
    said.set(conversation, upTo);
    const ack = await line.request('message:read', { id: uuidv7(), conversation, upTo });
    if (!ack?.ok && said.get(conversation) === upTo) said.delete(conversation);
  }

  return {
    seen() {
      const { route, inbox, threads, isFocused } = store.getState();
      const id = route.conversation ?? '';
      const row = inbox.rows[id];
      const thread = threads[id];
      if (!isFocused || !row || !thread) return;
      const upTo = thread.events.findLast(isVisitorsMessage)?.pub ?? 0;
      if (upTo > Math.max(row.agentRead, said.get(id) ?? 0)) void say(id, upTo);
    },
  };
}
