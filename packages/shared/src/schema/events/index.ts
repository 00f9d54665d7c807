import { z } from 'zod';
import * as f from '../fields.ts';
import { answerEvents } from './answer.ts';
import { approvalEvents } from './approval.ts';
import { attachmentEvents } from './attachment.ts';
import { botEvents } from './bot.ts';
import { contactEvents } from './contact.ts';
import { conversationEvents } from './conversation.ts';
import { actor } from './define.ts';
import { messageEvents } from './message.ts';
import { isPersonal } from './personal.ts';
import { relayEvents } from './relay.ts';
import { routingEvents } from './routing.ts';
import { suggestionEvents } from './suggestion.ts';
import { widgetEvents } from './widget.ts';

export type { ApprovalOutcome } from './approval.ts';
export { type Attachment, attachment } from './attachment.ts';
export type { BotFailure, BotOutcome, SupersededWhy } from './bot.ts';
export {
  type Actor,
  actor,
  type EventKind,
  isWithin,
  type PiiLevel,
  piiLevels,
} from './define.ts';
export type { AgentStatus, Need, Why } from './routing.ts';
export type { SuggestionOutcome } from './suggestion.ts';

/** Every kind of event there is. Names are `entity.past_tense`, the same everywhere they appear. */
export const catalogue = {
  ...conversationEvents,
  ...messageEvents,
  ...attachmentEvents,
  ...answerEvents,
  ...contactEvents,
  ...relayEvents,
  ...routingEvents,
  ...approvalEvents,
  ...botEvents,
  ...suggestionEvents,
  ...widgetEvents,
} as const;

type Kinds = typeof catalogue;
/** Every name there is. */
export type EventName = keyof Kinds;
/** What the log may hold. */
export type EventType = Exclude<EventName, keyof typeof widgetEvents>;
/** What reaches a visitor's page. */
export type PageEventType = {
  [T in EventName]: Kinds[T]['seenBy'] extends 'agents' ? never : T;
}[EventName];
export type EventData<T extends EventName> = z.infer<Kinds[T]['data']>;

export const eventNames = Object.keys(catalogue) as EventName[];
export const eventTypes = eventNames.filter(
  (name): name is EventType => catalogue[name].seenBy !== 'page',
);

/** They name agents, and nobody else. */
const aboutAgents: ReadonlySet<string> = new Set([
  'conversation.assigned',
  'conversation.offer_ended',
  'agent.status_changed',
]);

/** The event types that say something of the person they are about: what an erasure takes out. */
export const personalTypes: ReadonlySet<EventType> = new Set(
  eventTypes.filter((type) => !aboutAgents.has(type) && isPersonal(catalogue[type].data)),
);

/** Written in place of `data` once a record was redacted; number and type stay. */
export interface Tombstone {
  redacted: true;
}

/** The event types a visitor may see; the others have no `pub`. */
export const publicEvents: ReadonlySet<EventType> = new Set(
  eventTypes.filter((type) => catalogue[type].seenBy === 'everybody'),
);

const wireEnvelope = z.object({
  id: z.string(),
  type: z.string(),
  conversation: f.id,
  /** Place in the conversation as the visitor sees it, dense from 1; null for what only agents see. */
  pub: z.int().nullable(),
  /** Milliseconds since 1970, by the relay's clock; order never follows from it. */
  time: z.int(),
  actor,
});

/** An event as a visitor's socket receives it. */
export const visitorEvent = wireEnvelope.extend({ pub: z.int(), data: z.unknown() });
/** An event as an agent's socket receives it: with its place among all events. */
export const agentEvent = wireEnvelope.extend({ seq: z.int(), data: z.unknown() });

type Typed<E> = {
  [T in EventType]: Omit<E, 'type' | 'data'> & { type: T; data: EventData<T> | Tombstone };
}[EventType];

export type VisitorEvent = Typed<z.infer<typeof visitorEvent>>;
export type AgentEvent = Typed<z.infer<typeof agentEvent>>;

export const isTombstone = (data: object): data is Tombstone => 'redacted' in data;
