import { newStream } from '@throughline/shared/client';
import type { VisitorConversation, VisitorEvent } from '@throughline/shared/schema';
import type { Conversation, Item, Line } from './state.ts';

export const emptyConversation = (id: string, now: number): Conversation => ({
  id,
  status: 'open',
  agent: null,
  activeAt: now,
  last: null,
  unread: 0,
  visitorRead: 0,
  agentRead: 0,
  head: 0,
  items: [],
  low: 1,
  amendments: {},
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
    head: Math.max(base.head, said.pub),
  };
}

const isRedacted = (data: object): data is { redacted: true } => 'redacted' in data;

const lineOf = (event: VisitorEvent): Line | undefined => {
  const { id, pub, time } = event;
  const base = { kind: 'line' as const, id, pub, time };
  if (event.type === 'conversation.resolved') return { ...base, what: 'resolved' };
  if (event.type === 'conversation.reopened') return { ...base, what: 'reopened' };
  if (event.type !== 'conversation.assigned' || isRedacted(event.data)) return undefined;
  const { assignee } = event.data;
  return assignee ? { ...base, what: 'joined', name: assignee.name } : undefined;
};

/** What an event puts into the thread, if anything. */
export const itemOf = (event: VisitorEvent): Item | undefined => {
  if (event.type !== 'message.created') return lineOf(event);
  const { id, pub, time, actor, data } = event;
  return { kind: 'message', id, pub, time, by: actor, text: isRedacted(data) ? '' : data.text };
};

/** What this event changes about how another message reads. */
function amend(c: Conversation, event: VisitorEvent): Conversation['amendments'] {
  if (event.type === 'message.created')
    return isRedacted(event.data)
      ? { ...c.amendments, [event.id]: { pub: event.pub, text: null } }
      : c.amendments;
  if (event.type !== 'message.updated' && event.type !== 'message.deleted') return c.amendments;
  if (isRedacted(event.data)) return c.amendments;
  const { message } = event.data;
  const known = c.amendments[message];
  // The newest word counts, in whatever order pages arrive; a deletion is the last one.
  if (known && known.pub > event.pub) return c.amendments;
  const text = event.type === 'message.updated' && !isRedacted(event.data) ? event.data.text : null;
  return { ...c.amendments, [message]: { pub: event.pub, text } };
}

function insert(items: Item[], item: Item | undefined): Item[] {
  if (!item || items.some(({ id }) => id === item.id)) return items;
  const after = items.findLastIndex(({ pub }) => pub < item.pub);
  return [...items.slice(0, after + 1), item, ...items.slice(after + 1)];
}

const countUnread = (c: Conversation): number =>
  c.items.filter((i) => i.kind === 'message' && i.by.kind !== 'visitor' && i.pub > c.visitorRead)
    .length;

/** What a live event says about the conversation as a whole. */
function facts(c: Conversation, event: VisitorEvent): Partial<Conversation> {
  const { actor, data, pub, time } = event;
  if (isRedacted(data)) return {};
  switch (event.type) {
    case 'message.created': {
      const last = { id: event.id, text: itemText(event), by: actor.kind };
      if (actor.kind === 'visitor') return { last, activeAt: time, visitorRead: pub, unread: 0 };
      return { last, activeAt: time, unread: pub > c.head ? c.unread + 1 : c.unread };
    }
    case 'message.read': {
      const { upTo } = event.data as { upTo: number };
      return actor.kind === 'visitor' ? { visitorRead: upTo, unread: 0 } : { agentRead: upTo };
    }
    case 'conversation.assigned':
      return { agent: (event.data as { assignee: Conversation['agent'] }).assignee };
    case 'conversation.resolved':
      return { status: 'resolved' };
    case 'conversation.reopened':
      return { status: 'open' };
    default:
      return {};
  }
}

const itemText = (event: VisitorEvent & { type: 'message.created' }): string =>
  isRedacted(event.data) ? '' : event.data.text;

/**
 * The one way an event enters the state: pure, and the same for a live event and one from a replay.
 * Items are kept only of conversations somebody has looked at.
 */
export function applyEvent(c: Conversation, event: VisitorEvent): Conversation {
  const next: Conversation = {
    ...c,
    ...facts(c, event),
    head: Math.max(c.head, event.pub),
    amendments: c.stream ? amend(c, event) : c.amendments,
    items: c.stream ? insert(c.items, itemOf(event)) : c.items,
  };
  return next.stream && event.type === 'message.read'
    ? { ...next, unread: countUnread(next) }
    : next;
}

/** A page of older events: it adds what is above and says nothing about how things stand now. */
export function applyHistory(c: Conversation, events: readonly VisitorEvent[]): Conversation {
  let next = c;
  for (const event of events)
    next = { ...next, amendments: amend(next, event), items: insert(next.items, itemOf(event)) };
  const first = events[0];
  return first ? { ...next, low: Math.min(c.low, first.pub) } : next;
}

/** Starts over with a page that begins at `low`: what was loaded is dropped, as the relay asked. */
export const resetItems = (c: Conversation, low: number): Conversation => ({
  ...c,
  items: [],
  amendments: {},
  low,
});
