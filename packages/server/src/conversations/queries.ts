import { LIMITS } from '@throughline/shared';
import {
  type AgentEvent,
  type ConversationList,
  type ConversationSummary,
  isTombstone,
  type Journeys,
  type View,
  type VisitorConversation,
  type VisitorEvent,
} from '@throughline/shared/schema';
import type { Signer } from '../lib/signer.ts';
import { type Viewer, visibleTo } from '../store/facts.ts';
import type {
  Conversation,
  ConversationRow,
  Fact,
  Happening,
  LogRecord,
  Reads,
  Store,
} from '../store/store.ts';
import { countJourneys } from './journeys.ts';
import { agentPager, type Pager, visitorPager } from './paging.ts';
import { findable } from './search-index.ts';
import { type ReplyDue, toSummary } from './views.ts';

export { botHasFloor, hasDecision, holderOf, mayBeAtWork } from '../store/holder.ts';
export type { BotRun, Conversation } from '../store/store.ts';
export { isQuiet, mayBegin } from './decide-bot.ts';
export { mayAdvise, openSuggestion } from './decide-suggestion.ts';

/** Numbers beside views are exact up to this; one more means "more". */
const COUNT_CAP = 999;

/** Whether a console has it is not kept. */
type Kept = Omit<VisitorConversation, 'delivered'>;

type Said = LogRecord<'message.created'>;

interface ListRequest {
  view: View;
  /** Whose `mine`. */
  agent: string;
  cursor?: string;
  limit: number;
}

export interface Queries {
  /** The conversation, for whoever has to decide about access. */
  get(id: string): Promise<Conversation | undefined>;
  visitor: Pager<VisitorEvent>;
  agent: Pager<AgentEvent>;
  /** Those that are open or wait for their visitor, by id, after one. */
  active(after: string, limit: number): Promise<Conversation[]>;
  journeys(flows: Parameters<typeof countJourneys>[1]): Promise<Journeys>;
  /** Those of a contact, the newest first. */
  rowsOf(contact: string): Promise<Conversation[]>;
  /** The first of some events that programs tell of a contact, behind a place in the log. */
  happened(contact: string, of: Happening): Promise<LogRecord<'event.tracked'> | undefined>;
  isBlocked(contact: string): Promise<boolean>;
  /** When, and where in the log, a bot last began with a contact. */
  lastRun(contact: string, bot: string): Promise<{ offset: number; time: number } | undefined>;
  /** What its visitor could see of it before a `pub`, newest first. */
  saidBefore(id: string, pub: number, limit: number): Promise<LogRecord[]>;
  /** What a message says by now; undefined: nothing, it was deleted. */
  saidNow(record: Said): Promise<Said['data'] | undefined>;
  /** What the log knows of them. */
  ofContact(contact: string): Promise<Kept[]>;
  /** Undefined when the cursor is none of ours. */
  list(request: ListRequest): Promise<ConversationList | undefined>;
  search(query: string, limit: number): Promise<ConversationList>;
  summary(id: string): Promise<ConversationSummary | undefined>;
  /** What every source said last of the conversation itself. */
  facts(id: string, viewer: Viewer): Promise<Fact[]>;
  /** Summaries and numbers for an `inbox` message. */
  inbox(changed: {
    conversations: string[];
    contacts: string[];
  }): Promise<Pick<ConversationList, 'counts'> & { changed: ConversationList['data'] }>;
}

/** What screens need, read beside the writer and never through it. */
export function createQueries(
  store: Store,
  signer: Signer,
  replyDue: ReplyDue = () => null,
): Queries {
  const summaryOf = (row: ConversationRow) => toSummary(row, replyDue);
  const { read } = store;
  const counts = () => read.conversations.counts(COUNT_CAP);
  return {
    get: async (id) => read.conversations.get(id),
    active: async (after, limit) => read.conversations.active(after, limit),
    journeys: (flows) => countJourneys(store, flows),
    rowsOf: async (contact) => read.conversations.ofContact(contact, LIMITS.streams),
    happened: async (contact, of) => read.events.happened(contact, of),
    isBlocked: async (contact) => read.contacts.isBlocked(contact),
    lastRun: async (contact, bot) => read.events.lastRun(contact, bot),
    saidBefore: async (conversation, position, limit) =>
      read.events.backward({ conversation, position, limit, publicOnly: true }),
    saidNow: (record) => saidNow(read, record),
    visitor: visitorPager(store),
    agent: agentPager(store),

    async ofContact(contact) {
      const rows = await read.conversations.ofContact(contact, LIMITS.streams);
      return Promise.all(rows.map((row) => toVisitorConversation(read, row)));
    },

    async list({ view, agent, cursor, limit }) {
      const places = placesIn([view, agent], signer);
      const before = cursor === undefined ? undefined : places.read(cursor);
      if (before === null) return undefined;
      const offset = await read.events.head();
      const page = before ? { before } : {};
      const rows = await read.conversations.list({ view, agent, limit, ...page });
      const last = rows.at(-1);
      const nextCursor = last && rows.length === limit ? places.write(last) : null;
      return { data: rows.map(summaryOf), nextCursor, counts: await counts(), offset };
    },

    async search(query, limit) {
      const offset = await read.events.head();
      const rows = await read.conversations.search(findable(query), limit);
      return { data: rows.map(summaryOf), nextCursor: null, counts: await counts(), offset };
    },

    async summary(id) {
      const [row] = await read.conversations.rows([id]);
      return row && summaryOf(row);
    },

    facts: async (id, viewer) => visibleTo(viewer, await read.facts.of(id)),

    async inbox({ conversations, contacts }) {
      const ids = new Set(conversations);
      for (const contact of contacts)
        for (const { id } of await read.conversations.ofContact(contact, LIMITS.streams))
          ids.add(id);
      const rows = await read.conversations.rows([...ids]);
      return { changed: rows.map(summaryOf), counts: await counts() };
    },
  };
}

async function saidNow(
  { events }: Pick<Reads, 'events'>,
  { id, conversation }: Said,
): Promise<Said['data'] | undefined> {
  const found = await events.find(id);
  if (found?.type !== 'message.created' || isTombstone(found.data)) return undefined;
  const after = await events.amendments(conversation ?? '', id);
  const edit = after.findLast((record) => record.type === 'message.updated')?.data;
  return edit && 'text' in edit ? { ...found.data, text: `${edit.text}` } : found.data;
}

async function toVisitorConversation(read: Reads, row: Conversation): Promise<Kept> {
  const owner = row.assignee === null ? undefined : await read.agents.get(row.assignee);
  return {
    id: row.id,
    status: row.status === 'resolved' ? 'resolved' : 'open',
    pub: row.pub,
    activeAt: row.activeAt,
    agent: owner ? { id: owner.id, name: owner.name } : null,
    lastMessage: row.lastMessage,
    unread: await read.conversations.unreadOf(row.id, row.visitorRead),
    visitorRead: row.visitorRead,
    agentRead: row.agentRead,
  };
}

/** Places in one list, signed: a cursor of another list, or made up, is none. */
function placesIn(list: string[], signer: Signer) {
  return {
    write: ({ activeAt, id }: Place): string =>
      `${activeAt}.${id}.${signer.sign('list', ...list, activeAt, id)}`,
    read(cursor: string): Place | null {
      const [, time, id = '', signature = ''] = CURSOR.exec(cursor) ?? [];
      const activeAt = Number(time);
      return signer.isSigned(signature, 'list', ...list, activeAt, id) ? { activeAt, id } : null;
    },
  };
}

type Place = Pick<Conversation, 'activeAt' | 'id'>;

const CURSOR = /^(\d{1,15})\.([0-9a-f-]{36})\.([\w-]{43})$/;
