import type { AgentEvent, ConversationSummary, VisitorEvent } from '@throughline/shared/schema';
import { forPeople } from '../store/facts.ts';
import type { Conversation, ConversationRow, LogRecord } from '../store/store.ts';

/** A record as its visitor may see it: no trace of the numbering that counts notes. */
export const toVisitorEvent = ({
  id,
  type,
  conversation,
  pub,
  time,
  actor,
  data,
}: LogRecord): VisitorEvent => ({ id, type, conversation, pub, time, actor, data }) as VisitorEvent;

export function toAgentEvent(record: LogRecord): AgentEvent {
  const { id, type, conversation, seq, pub, time, actor, data } = forPeople(record);
  return { id, type, conversation, seq, pub, time, actor, data } as AgentEvent;
}

/** By when a person should answer, as configured now. */
export type ReplyDue = (row: Conversation) => ConversationSummary['replyDue'];

export const toSummary = (row: ConversationRow, replyDue: ReplyDue): ConversationSummary => ({
  id: row.id,
  site: row.site,
  contact: { id: row.contact, name: row.contactName, email: row.contactEmail },
  status: row.status,
  assignee: row.assignee,
  epoch: row.epoch,
  seq: row.seq,
  pub: row.pub,
  tags: row.tags,
  snoozedUntil: row.snoozedUntil,
  createdAt: row.createdAt,
  activeAt: row.activeAt,
  lastMessage: row.lastMessage,
  unread: row.visitorPub > row.agentRead,
  visitorPub: row.visitorPub,
  visitorRead: row.visitorRead,
  agentRead: row.agentRead,
  queue: row.waiting?.queue ?? null,
  unansweredSince: row.unansweredSince,
  replyDue: replyDue(row),
  offer: row.offer,
  parked: row.parked,
  promises: row.promises,
});
