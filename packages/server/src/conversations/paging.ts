import { LIMITS } from '@throughline/shared';
import type {
  AgentEvent,
  HistoryPage,
  Page,
  ResetReason,
  VisitorEvent,
} from '@throughline/shared/schema';
import { readCursor } from '../lib/cursor.ts';
import type { Conversation, LogRecord, Store } from '../store/store.ts';
import { toAgentEvent, toVisitorEvent } from './views.ts';

/** How an audience counts and sees; everything else about reading is the same for both. */
interface Audience<E> {
  publicOnly: boolean;
  position(record: LogRecord): number;
  head(row: Conversation): number;
  show(record: LogRecord): E;
}

const visitor: Audience<VisitorEvent> = {
  publicOnly: true,
  position: (record) => record.pub ?? 0,
  head: (row) => row.pub,
  show: toVisitorEvent,
};

const agent: Audience<AgentEvent> = {
  publicOnly: false,
  position: (record) => record.seq ?? 0,
  head: (row) => row.seq,
  show: toAgentEvent,
};

/** Events a newcomer gets at once; older ones come as history. */
const NEWEST = 60;

export interface Pager<E> {
  /** Exactly what followed the cursor, or an honest reset with its reason (P10, P11). */
  resume(row: Conversation, cursor: string | null): Promise<Page<E>>;
  history(row: Conversation, before: number, limit: number): Promise<HistoryPage<E>>;
}

export const visitorPager = (store: Store): Pager<VisitorEvent> => createPager(store, visitor);
export const agentPager = (store: Store): Pager<AgentEvent> => createPager(store, agent);

/** Cuts a page at its byte budget; at least one record stays, or nobody would get past it (P13). */
function fit(records: LogRecord[]): LogRecord[] {
  let bytes = 0;
  const end = records.findIndex((record, i) => {
    bytes += Buffer.byteLength(JSON.stringify(record.data));
    return i > 0 && bytes > LIMITS.pageBytes;
  });
  return end === -1 ? records : records.slice(0, end);
}

function createPager<E>(store: Store, who: Audience<E>): Pager<E> {
  const { events } = store.read;
  const { publicOnly } = who;
  const lastOf = (records: LogRecord[], none: number): number => {
    const last = records.at(-1);
    return last ? who.position(last) : none;
  };

  async function newest({ id }: Conversation, reason: ResetReason): Promise<Page<E>> {
    const position = Number.MAX_SAFE_INTEGER;
    const found = await events.backward({ conversation: id, position, limit: NEWEST, publicOnly });
    const records = fit(found).reverse();
    return {
      conversation: id,
      state: 'reset',
      reason,
      events: records.map(who.show),
      head: lastOf(records, 0),
      end: true,
      epoch: store.epoch,
    };
  }

  async function after(row: Conversation, position: number): Promise<Page<E>> {
    const limit = LIMITS.pageEvents;
    const records = fit(
      await events.forward({ conversation: row.id, position, limit, publicOnly }),
    );
    const last = lastOf(records, position);
    // The row may be older than the page: another commit can come between the two reads.
    const head = Math.max(who.head(row), last);
    return {
      conversation: row.id,
      state: 'recovered',
      events: records.map(who.show),
      head,
      end: last >= head,
      epoch: store.epoch,
    };
  }

  return {
    async resume(row, cursor) {
      if (cursor === null) return newest(row, 'no_cursor');
      const at = readCursor(cursor);
      if (!at) return newest(row, 'bad_cursor');
      if (at.epoch !== store.epoch) return newest(row, 'epoch_changed');
      const { position } = at;
      return position > who.head(row) ? newest(row, 'ahead_of_head') : after(row, position);
    },

    async history(row, before, limit) {
      const range = { conversation: row.id, position: before, limit, publicOnly };
      const records = fit(await events.backward(range)).reverse();
      const first = records[0];
      return {
        events: records.map(who.show),
        more: first !== undefined && who.position(first) > 1,
      };
    },
  };
}
