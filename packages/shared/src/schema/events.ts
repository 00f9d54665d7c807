import { z } from 'zod';
import * as f from './fields.ts';

export const actor = z.object({
  kind: z.enum(['visitor', 'agent', 'bot', 'system']),
  id: z.string(),
  /** Display name at that moment; agents and bots only. */
  name: z.string().optional(),
});

const agentRef = z.object({ id: z.string(), name: z.string() });

/** The data of every event type. Names are `entity.past_tense`, the same everywhere they appear. */
export const eventData = {
  'conversation.started': z.object({ context: f.context.optional() }),
  'conversation.assigned': z.object({
    assignee: agentRef.nullable(),
    previous: agentRef.nullable(),
    /** The fencing epoch from now on. */
    epoch: z.int(),
  }),
  'conversation.resolved': z.object({}),
  'conversation.reopened': z.object({ trigger: z.enum(['message', 'agent']) }),
  /** `until` null: woken. */
  'conversation.snoozed': z.object({
    until: f.timeMs.nullable(),
    trigger: z.enum(['agent', 'message', 'timer']),
  }),
  'conversation.updated': z.object({ tags: f.tags }),
  'message.created': z.object({ text: z.string() }),
  'message.updated': z.object({ message: f.id, text: z.string() }),
  'message.deleted': z.object({ message: f.id }),
  'message.read': z.object({ upTo: f.position }),
  'note.created': z.object({ text: z.string() }),
  'contact.identified': z.object({
    externalId: z.string().optional(),
    name: z.string().optional(),
    email: z.string().optional(),
    /** `unverified`: the page said so and nobody proved it. */
    method: z.enum(['unverified']),
  }),
  'contact.updated': z.object({ attributes: f.attributes }),
  'event.tracked': z.object({ name: z.string(), properties: f.attributes }),
  'config.published': z.object({ version: z.int(), by: z.string() }),
} as const;

export type EventType = keyof typeof eventData;
export type EventData<T extends EventType> = z.infer<(typeof eventData)[T]>;
export type Actor = z.infer<typeof actor>;

/** Written in place of `data` once a record was redacted; number and type stay. */
export interface Tombstone {
  redacted: true;
}

/** The event types a visitor may see; the others have no `pub`. */
export const publicEvents: ReadonlySet<EventType> = new Set<EventType>([
  'conversation.started',
  'conversation.assigned',
  'conversation.resolved',
  'conversation.reopened',
  'message.created',
  'message.updated',
  'message.deleted',
  'message.read',
]);

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
