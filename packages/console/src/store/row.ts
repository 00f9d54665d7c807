import type { AgentEvent, ConversationSummary } from '@throughline/shared/schema';
import { match, type Table } from './live.ts';

const changes: Table<[ConversationSummary], Partial<ConversationSummary>> = {
  'message.created': ({ actor }, { status }) => {
    if (actor.kind === 'visitor') return { status: status === 'waiting' ? 'open' : status };
    return { status: status === 'open' ? 'waiting' : status };
  },
  'conversation.assigned': ({ data: { assignee, epoch } }) => ({
    assignee: assignee?.id ?? null,
    epoch,
    ...(assignee && { queue: null, offer: null }),
  }),
  'conversation.queued': ({ data: { queue } }) => ({ queue, offer: null }),
  'conversation.offered': ({ id, data: { agent, until } }) => ({
    offer: until === null ? null : { id, agent: agent.id, until },
  }),
  'conversation.offer_ended': () => ({ offer: null }),
  'conversation.erased': () => ({ tags: [], lastMessage: null, promises: [] }),
  'conversation.parked': ({ data: { parked } }) => ({ parked }),
  'promise.made': ({ id, data }, { promises }) => ({ promises: [...promises, { id, ...data }] }),
  'promise.ended': ({ data: { promise } }, { promises }) => ({
    promises: promises.filter(({ id }) => id !== promise),
  }),
  'conversation.resolved': () => ({ status: 'resolved', snoozedUntil: null }),
  'conversation.reopened': () => ({ status: 'open' }),
  'conversation.snoozed': ({ data: { until } }) => ({
    status: until === null ? 'open' : 'snoozed',
    snoozedUntil: until,
  }),
  'conversation.updated': ({ data: { tags } }) => ({ tags }),
};

/**
 * What the open conversation's next event makes of its row, a moment before `inbox` says the same: the
 * next key pressed already means the new state. A row that missed something waits for the relay's.
 */
export function evolveRow(row: ConversationSummary, event: AgentEvent): ConversationSummary {
  if (event.seq !== row.seq + 1) return row;
  return { ...row, ...match(changes, event, row), seq: event.seq };
}
