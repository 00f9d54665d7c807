import { LIMITS } from '@throughline/shared';
import type { Undo } from '@throughline/shared/client';
import type { Connection } from '../connection/index.ts';
import type { Core } from './core.ts';
import type { Inbox } from './inbox.ts';

type Rows = Inbox['rows'];

/** Rows that say more than before of what a visitor wrote and nobody has read. */
const news = (rows: Rows, before: Rows) =>
  Object.values(rows)
    .filter(({ id, unread, pub }) => unread && pub > (before[id]?.pub ?? 0))
    .map(({ id, pub }) => ({ conversation: id, pub }));

/**
 * Says how far what visitors wrote has come through to this console: what is new as it comes, and after
 * every connect all it holds, since another relay may have nothing left of it (P22).
 */
export function tellDelivered({ store }: Core, line: Pick<Connection, 'signal'>): Undo {
  return store.subscribe(({ inbox, link }, before) => {
    if (link.status !== 'online') return;
    const known = before.link.status === 'online' ? before.inbox.rows : {};
    if (inbox.rows === known) return;
    const heads = news(inbox.rows, known);
    for (let at = 0; at < heads.length; at += LIMITS.heads)
      line.signal('delivered:set', { heads: heads.slice(at, at + LIMITS.heads) });
  });
}
