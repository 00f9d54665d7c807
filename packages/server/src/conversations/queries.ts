import { LIMITS } from '@throughline/shared';
import type {
  AgentEvent,
  ConversationDetail,
  ConversationList,
  HistoryPage,
  Page,
  ResetReason,
  View,
  VisitorConversation,
  VisitorEvent,
} from '@throughline/shared/schema';
import type { Conversation, LogRecord, Store } from '../store/store.ts';
import { toAgentEvent, toContactSummary, toSummary, toVisitorEvent } from './views.ts';

/** How the two audiences count and see; everything else about reading is the same for both. */
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
const COUNT_CAP = 999;

export interface Queries {
  /** The conversation, for whoever has to decide about access. */
  get(id: string): Promise<Conversation | undefined>;
  resumeVisitor(row: Conversation, cursor: string | null): Promise<Page<VisitorEvent>>;
  resumeAgent(row: Conversation, cursor: string | null): Promise<Page<AgentEvent>>;
  historyVisitor(row: Conversation, before: number, limit: number): Promise<HistoryPage<VisitorEvent>>;
  historyAgent(row: Conversation, before: number, limit: number): Promise<HistoryPage<AgentEvent>>;
  ofContact(contact: string): Promise<VisitorConversation[]>;
  list(options: { view: View; agent: string; cursor?: string; limit: number }): Promise<ConversationList | undefined>;
  search(query: string, limit: number): Promise<ConversationList>;
  detail(id: string): Promise<ConversationDetail | undefined>;
  /** Summaries and numbers for an `inbox` message. */
  inbox(changed: {
    conversations: string[];
    contacts: string[];
  }): Promise<Pick<ConversationList, 'counts'> & { changed: ConversationList['data'] }>;
}

/** What screens need, read beside the writer and never through it. */
export function createQueries(store: Store): Queries {
  const { read } = store;

  /** Cuts a page at its byte budget; at least one record stays, or nobody would get past it. */
  const fit = (records: LogRecord[]): LogRecord[] => {
    let bytes = 0;
    const end = records.findIndex((record, i) => {
      bytes += JSON.stringify(record.data).length;
      return i > 0 && bytes > LIMITS.pageBytes;
    });
    return end === -1 ? records : records.slice(0, end);
  };

  async function newest<E>(row: Conversation, who: Audience<E>, reason: ResetReason): Promise<Page<E>> {
    const found = await read.events.backward(row.id, Number.MAX_SAFE_INTEGER, NEWEST, who.publicOnly);
    const records = fit(found).reverse();
    const last = records.at(-1);
    return {
      conversation: row.id,
      state: 'reset',
      reason,
      events: records.map(who.show),
      head: last ? who.position(last) : 0,
      end: true,
      epoch: store.epoch,
    };
  }

  /** Exactly what followed the cursor, or an honest reset with its reason (rules P11 to P13). */
  async function resume<E>(row: Conversation, cursor: string | null, who: Audience<E>): Promise<Page<E>> {
    if (cursor === null) return newest(row, who, 'no_cursor');
    const at = /^(.*)\.(0|[1-9]\d{0,14})$/.exec(cursor);
    if (!at) return newest(row, who, 'bad_cursor');
    if (at[1] !== store.epoch) return newest(row, who, 'epoch_changed');
    const after = Number(at[2]);
    if (after > who.head(row)) return newest(row, who, 'ahead_of_head');
    const found = await read.events.forward(row.id, after, LIMITS.pageEvents, who.publicOnly);
    const records = fit(found);
    const last = records.at(-1);
    // The row may be older than the page: another commit can come between the two reads.
    const head = Math.max(who.head(row), last ? who.position(last) : 0);
    return {
      conversation: row.id,
      state: 'recovered',
      events: records.map(who.show),
      head,
      end: (last ? who.position(last) : after) >= head,
      epoch: store.epoch,
    };
  }

  async function history<E>(row: Conversation, before: number, limit: number, who: Audience<E>): Promise<HistoryPage<E>> {
    const records = fit(await read.events.backward(row.id, before, limit, who.publicOnly)).reverse();
    const first = records[0];
    return { events: records.map(who.show), more: first !== undefined && who.position(first) > 1 };
  }

  async function toVisitorConversation(row: Conversation): Promise<VisitorConversation> {
    const owner = row.assignee === null ? undefined : await read.agents.get(row.assignee);
    return {
      id: row.id,
      status: row.status === 'resolved' ? 'resolved' : 'open',
      pub: row.pub,
      activeAt: row.activeAt,
      agent: owner ? { id: owner.id, name: owner.name } : null,
      lastMessage: row.lastMessage,
      unread: await read.conversations.unreadOf(row.id, row.visitorRead),
    };
  }

  const counts = () => read.conversations.counts(COUNT_CAP);

  return {
    get: async (id) => read.conversations.get(id),
    resumeVisitor: (row, cursor) => resume(row, cursor, visitor),
    resumeAgent: (row, cursor) => resume(row, cursor, agent),
    historyVisitor: (row, before, limit) => history(row, before, limit, visitor),
    historyAgent: (row, before, limit) => history(row, before, limit, agent),

    async ofContact(contact) {
      const rows = await read.conversations.ofContact(contact, LIMITS.streams);
      return Promise.all(rows.map(toVisitorConversation));
    },

    async list({ view, agent: who, cursor, limit }) {
      const before = cursor === undefined ? undefined : parseListCursor(cursor);
      if (before === null) return undefined;
      const offset = await read.events.head();
      const rows = await read.conversations.list({
        view,
        agent: who,
        limit,
        ...(before ? { before } : {}),
      });
      const last = rows.at(-1);
      const nextCursor = last && rows.length === limit ? `${last.activeAt}.${last.id}` : null;
      return { data: rows.map(toSummary), nextCursor, counts: await counts(), offset };
    },

    async search(query, limit) {
      const offset = await read.events.head();
      const rows = await read.conversations.search(query, limit);
      return { data: rows.map(toSummary), nextCursor: null, counts: await counts(), offset };
    },

    async detail(id) {
      const [row] = await read.conversations.rows([id]);
      const contact = row && (await read.contacts.get(row.contact));
      return contact && { conversation: toSummary(row), contact: toContactSummary(contact) };
    },

    async inbox({ conversations, contacts }) {
      const ids = new Set(conversations);
      for (const contact of contacts)
        for (const row of await read.conversations.ofContact(contact, LIMITS.streams)) ids.add(row.id);
      const rows = await read.conversations.rows([...ids]);
      return { changed: rows.map(toSummary), counts: await counts() };
    },
  };
}

/** Null when it is none of ours. */
function parseListCursor(cursor: string): { activeAt: number; id: string } | null {
  const at = /^(\d{1,15})\.([0-9a-f-]{36})$/.exec(cursor);
  return at ? { activeAt: Number(at[1]), id: String(at[2]) } : null;
}
