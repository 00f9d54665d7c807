import { newStream } from '@throughline/shared/client';
import type { Block, VisitorConversation, VisitorEvent } from '@throughline/shared/schema';
import type { Attached, Conversation, Item, Line } from './state.ts';

export const emptyConversation = (id: string, now: number): Conversation => ({
  id,
  status: 'open',
  agent: null,
  activeAt: now,
  last: null,
  unread: 0,
  visitorRead: 0,
  agentRead: 0,
  delivered: 0,
  head: 0,
  items: [],
  low: 1,
  amendments: {},
  answers: {},
});

/** One that exists only here so far: looked at from its first moment on. */
export const begunConversation = (id: string, now: number): Conversation => ({
  ...emptyConversation(id, now),
  stream: newStream(),
});

/** A row of the relay's list, over what is known already; what is loaded stays. */
export function applySummary(
  known: Conversation | undefined,
  said: VisitorConversation,
): Conversation {
  const base = known ?? emptyConversation(said.id, said.activeAt);
  return {
    ...base,
    status: said.status === 'resolved' ? 'resolved' : 'open',
    agent: said.agent,
    activeAt: said.activeAt,
    last: said.lastMessage,
    unread: said.unread,
    visitorRead: said.visitorRead,
    agentRead: said.agentRead,
    delivered: said.delivered,
    head: Math.max(base.head, said.pub),
  };
}

const isRedacted = (data: object): data is { redacted: true } => 'redacted' in data;

const lines: Partial<Record<VisitorEvent['type'], Line['what']>> = {
  'conversation.assigned': 'joined',
  'conversation.resolved': 'resolved',
  'conversation.reopened': 'reopened',
  'attachment.rejected': 'rejected',
};

/** What an event puts into the thread, if anything. */
export function itemOf({ type, id, pub, time, actor, data }: VisitorEvent): Item | undefined {
  const {
    text = '',
    block,
    assignee,
    attachments,
  } = data as {
    text?: string;
    block?: Block;
    assignee?: { name: string } | null;
    attachments?: Attached[];
  };
  if (type === 'message.created')
    return { kind: 'message', id, pub, time, by: actor, text: String(text), block, attachments };
  const what = lines[type];
  // An agent who leaves is no news.
  if (!what || assignee === null) return undefined;
  return { kind: 'line', id, pub, time, what, ...(assignee && { name: assignee.name }) };
}

const AMENDS = /^message.(upd|del)/;

/** What this event changes about how a message reads; the newest word counts, whatever the order of pages. */
function amend(c: Conversation, { type, id, pub, data }: VisitorEvent): Conversation['amendments'] {
  const { message, text = null } = data as { message?: string; text?: string };
  const isGone = type === 'message.created' && isRedacted(data);
  const target = isGone ? id : AMENDS.test(type) ? message : undefined;
  if (!target || (c.amendments[target]?.pub ?? 0) > pub) return c.amendments;
  return { ...c.amendments, [target]: { pub, text: isGone ? null : text } };
}

/** An answer names the message it answers, and changes nothing about how that reads. */
function answered({ answers }: Conversation, event: VisitorEvent): Conversation['answers'] {
  const { message } = event.data as { message?: string };
  const isNewer =
    message && !AMENDS.test(event.type) && !(answers[message] && answers[message].pub > event.pub);
  return isNewer ? { ...answers, [message]: event } : answers;
}

/** Once, and where it belongs. */
export function insert(items: Item[], item: Item | undefined): Item[] {
  if (!item) return items;
  const others = items.filter(({ id }) => id !== item.id);
  const after = others.findLastIndex(({ pub }) => pub < item.pub);
  return [...others.slice(0, after + 1), item, ...others.slice(after + 1)];
}

const countUnread = ({ items, amendments }: Conversation, upTo: number): number =>
  items.filter(
    (item) =>
      item.kind === 'message' &&
      item.by.kind !== 'visitor' &&
      item.pub > upTo &&
      amendments[item.id]?.text !== null,
  ).length;

/** What a message says in a row of the list: its words, or what its files are called. */
const wordsOf = (text: string, attachments: Attached[] = []): string =>
  text || attachments.map(({ name }) => name).join(', ');

/** What an event says about the conversation as a whole. */
function facts(c: Conversation, event: VisitorEvent): Partial<Conversation> {
  const { type, id, pub, time, actor, data } = event;
  const {
    text = '',
    attachments,
    upTo = 0,
    assignee = null,
  } = data as {
    text?: string;
    attachments?: Attached[];
    upTo?: number;
    assignee?: Conversation['agent'];
  };
  const isOurs = actor.kind === 'visitor';
  switch (type) {
    case 'message.created': {
      // What the relay asks by itself has no words.
      const said = wordsOf(text, attachments);
      const news = {
        last: said ? { id, text: said, by: actor.kind } : c.last,
        activeAt: time,
      };
      return isOurs ? { ...news, visitorRead: pub, unread: 0 } : { ...news, unread: c.unread + 1 };
    }
    case 'message.read':
      return isOurs
        ? { visitorRead: upTo, unread: c.stream ? countUnread(c, upTo) : 0 }
        : { agentRead: upTo };
    case 'message.deleted': {
      const amendments = amend(c, event);
      return c.stream ? { unread: countUnread({ ...c, amendments }, c.visitorRead) } : {};
    }
    case 'conversation.assigned':
      return { agent: assignee };
    case 'conversation.resolved':
      return { status: 'resolved' };
    case 'conversation.reopened':
      return { status: 'open' };
    default:
      // Whoever does something in it has it before them.
      return isOurs ? { visitorRead: pub, unread: 0 } : {};
  }
}

/**
 * The one way an event enters the state: pure, and the same for a live event and one from a replay.
 * Of what is not after the head the relay's list has told the outcome already: how much is unread.
 * Items are kept only of conversations somebody has looked at.
 */
export const applyEvent = (c: Conversation, event: VisitorEvent): Conversation => ({
  ...c,
  ...(event.pub > c.head && facts(c, event)),
  head: Math.max(c.head, event.pub),
  ...(c.stream && {
    amendments: amend(c, event),
    answers: answered(c, event),
    items: insert(c.items, itemOf(event)),
  }),
});

/** A page of older events: it adds what is above and says nothing about how things stand now. */
export function applyHistory(c: Conversation, events: readonly VisitorEvent[]): Conversation {
  let next = c;
  for (const event of events)
    next = {
      ...next,
      amendments: amend(next, event),
      answers: answered(next, event),
      items: insert(next.items, itemOf(event)),
    };
  return { ...next, low: Math.min(c.low, events[0]?.pub ?? c.low) };
}

/** Starts over with a page that begins at `low`: what was loaded is dropped, as the relay asked. */
export const resetItems = (c: Conversation, low: number): Conversation => ({
  ...c,
  items: [],
  amendments: {},
  answers: {},
  low,
});
