import type { Attributes, EventType } from '@throughline/shared/schema';
import { factsIn } from './decide-facts.ts';
import type { Input, Name } from './decision.ts';

/** The events a command may leave under its own id. */
export const causes: Record<Name, EventType[]> = {
  'message:send': ['message.created'],
  'message:edit': ['message.updated'],
  'message:delete': ['message.deleted'],
  'message:read': ['message.read'],
  'message:act': ['message.action_clicked'],
  'form:submit': ['form.submitted'],
  'survey:submit': ['survey.submitted'],
  'payment:report': ['payment.completed'],
  'note:add': ['note.created'],
  'conversation:assign': ['conversation.assigned'],
  'conversation:unassign': ['conversation.assigned'],
  'conversation:transfer': ['conversation.transferred'],
  'sla:breach': ['sla.breached'],
  'conversation:queue': ['conversation.queued', 'conversation.assigned'],
  'conversation:offer': ['conversation.offered'],
  'conversation:park': ['conversation.parked'],
  'conversation:unpark': ['conversation.parked'],
  'promise:make': ['promise.made'],
  'promise:keep': ['promise.ended'],
  'promise:break': ['promise.ended'],
  'promise:withdraw': ['promise.ended'],
  'offer:accept': ['conversation.offer_ended'],
  'offer:decline': ['conversation.offer_ended'],
  'offer:end': ['conversation.offer_ended'],
  'conversation:resolve': ['conversation.resolved'],
  'conversation:reopen': ['conversation.reopened', 'conversation.snoozed'],
  'conversation:snooze': ['conversation.snoozed'],
  'conversation:wake': ['conversation.snoozed'],
  'conversation:tag': ['conversation.updated'],
  'conversation:describe': ['conversation.facts_recorded'],
  'conversation:label': ['conversation.updated'],
  'facts:record': ['conversation.facts_recorded'],
  'approval:decide': ['approval.decided'],
  'approval:expire': ['approval.decided'],
  'approval:use': ['approval.used'],
  'bot:begin': ['bot.started'],
  'bot:act': ['bot.advanced', 'bot.completed', 'bot.superseded'],
  'bot:end': ['bot.completed'],
  'bot:give_up': ['bot.superseded'],
  'conversation:hand_back': ['bot.started'],
  'suggestion:make': ['suggestion.made'],
  'suggestion:fail': ['suggestion.failed'],
  'suggestion:hold': ['suggestion.held'],
  'suggestion:dismiss': ['suggestion.ended'],
  'suggestion:expire': ['suggestion.ended'],
  'suggestion:release': ['message.created'],
  'file:store': ['attachment.uploaded'],
  'file:reject': ['attachment.rejected'],
};

/**
 * What its event says: a wake names the time it was set for, and the event that there is none; a message
 * names files, and its event shows them; what a page calls attributes are facts; an offer ends somehow.
 */
const ENDS: { [N in Name]?: string } = {
  'offer:accept': 'accepted',
  'offer:decline': 'declined',
  'approval:expire': 'expired',
  'suggestion:dismiss': 'dismissed',
  'promise:break': 'broken',
  'promise:withdraw': 'withdrawn',
};

/** What its event says of what was there already: nobody asks for it, and a repeat is not told by it. */
export const unasked: { [N in Name]?: readonly string[] } = {
  'conversation:label': ['tags'],
  'promise:make': ['owner'],
  'promise:keep': ['what', 'outcome'],
  'promise:break': ['what'],
  'promise:withdraw': ['what'],
};

export function askedBy(name: Name, input: object): object {
  if (name === 'conversation:wake') return { ...input, until: null };
  if (name === 'conversation:hand_back') return { ...input, reason: 'handed_back' };
  if (name === 'conversation:label') return { ...input, add: undefined, remove: undefined };
  if (name === 'promise:keep') return { ...input, event: undefined };
  const outcome = ENDS[name];
  if (outcome) return { ...input, outcome };
  if ('attributes' in input) {
    const { attributes, ...rest } = input;
    return { ...rest, facts: factsIn(attributes as Attributes) };
  }
  if (name !== 'message:send') return input;
  // What it was sent for stands in another event.
  const { files: attachments, suggestion: _, ...rest } = input as Input<'message:send'>;
  return { ...rest, attachments };
}
