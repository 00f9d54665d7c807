import { z } from 'zod';
import { block, paymentStatuses } from './block.ts';
import { endpoint, source } from './blueprint.ts';
import { actor, piiLevels } from './events/index.ts';
import { effectiveFact, fact, newFact } from './facts.ts';
import * as f from './fields.ts';
import { floor } from './floor.ts';

export const statuses = ['open', 'waiting', 'snoozed', 'resolved'] as const;
export const status = z.enum(statuses);
export type Status = z.infer<typeof status>;

export const views = ['mine', 'unassigned', 'all', 'snoozed', 'resolved'] as const;
export const view = z.enum(views);
export type View = z.infer<typeof view>;

export const { role } = f;
export type Role = z.infer<typeof role>;

/** What a program's key may do, `thing:read` or `thing:write`. */
export const scopes = [
  'events:read',
  'contacts:read',
  'contacts:write',
  'contacts:erase',
  'conversations:read',
  'conversations:write',
  'endpoints:write',
  'knowledge:write',
] as const;
export type Scope = (typeof scopes)[number];
export const password = f.text(200).min(12, { error: 'weak_password' });

/** POST /v1/session */
export const signIn = z.strictObject({ email: f.text(320), password: z.string().max(200) });
/** POST /v1/setup/check: whom a link is for. */
export const setUpCheck = z.strictObject({ token: z.string().max(200) });
/** POST /v1/setup: redeems a one-time link; the first administrator's also names an address. */
export const setUp = z.strictObject({
  token: z.string().max(200),
  name: f.name,
  password,
  email: f.email.optional(),
});
/** Of what takes no query. */
export const noQuery = z.strictObject({});
/** GET /v1/conversations */
export const listQuery = z.strictObject({
  view: view.default('all'),
  /** Words to look for in messages, notes, names and addresses; looks in every view. */
  q: f.text(200).min(1).optional(),
  cursor: z.string().min(1).max(200).optional(),
  limit: f.numeral(1, 100).default(50),
});
/** GET /v1/conversations/:id/events */
export const historyQuery = z.strictObject({
  before: f.numeral(0).optional(),
  limit: f.numeral(1, 100).default(50),
});

export const agentSummary = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string(),
  role,
});
export type AgentSummary = z.infer<typeof agentSummary>;

export const sessionInfo = z.object({
  agent: agentSummary,
  /** Goes into the `x-csrf-token` header of every write and into the socket's handshake. */
  csrf: z.string(),
});
export type SessionInfo = z.infer<typeof sessionInfo>;

export const contactSummary = z.object({
  id: z.string(),
  site: z.string(),
  name: z.string().nullable(),
  email: z.string().nullable(),
  externalId: z.string().nullable(),
  /** Whether the business itself said so, and not only the page. */
  verified: z.boolean(),
  /** Nothing is taken from them, and no bot writes to them. */
  blocked: z.boolean(),
  /** What every source said last; `effectiveFacts` says what counts. */
  facts: z.array(fact),
  context: f.context,
  createdAt: z.int(),
});
export type ContactSummary = z.infer<typeof contactSummary>;

/** One row of the inbox. */
export const conversationSummary = z.object({
  id: z.string(),
  site: z.string(),
  contact: z.object({ id: z.string(), name: z.string().nullable(), email: z.string().nullable() }),
  status,
  assignee: z.string().nullable(),
  epoch: z.int(),
  seq: z.int(),
  pub: z.int(),
  tags: f.tags,
  snoozedUntil: z.int().nullable(),
  createdAt: z.int(),
  /** Time of the last message, either way. */
  activeAt: z.int(),
  lastMessage: z.object({ id: z.string(), text: z.string(), by: actor.shape.kind }).nullable(),
  /** Whether the visitor wrote something no agent has read. */
  unread: z.boolean(),
  /** `pub` of what the visitor said last, a message or the answers in a form; 0: nothing yet. */
  visitorPub: z.int(),
  /** `pub` up to which the visitor, and any agent, has read. */
  visitorRead: z.int(),
  agentRead: z.int(),
  ...floor,
});
export type ConversationSummary = z.infer<typeof conversationSummary>;

/** Numbers beside the views, exact up to 999; 1000 means "more". `mine` is by agent id. */
export const counts = z.object({
  unassigned: z.int(),
  all: z.int(),
  snoozed: z.int(),
  resolved: z.int(),
  mine: z.record(z.string(), z.int()),
});
export type Counts = z.infer<typeof counts>;

export const conversationList = z.object({
  data: z.array(conversationSummary),
  nextCursor: z.string().nullable(),
  counts,
  /** Log position the list was read at; `inbox` messages continue from here. */
  offset: z.int(),
});
export type ConversationList = z.infer<typeof conversationList>;

/** To agents: the rows that changed since the last of these. A `from` that is not the last `to` means: reload. */
export const inboxChange = z.object({
  from: z.int(),
  to: z.int(),
  changed: z.array(conversationSummary),
  /** Of whom something was learnt that is no part of a row. */
  contacts: z.array(z.string()).optional(),
  counts,
});
export type InboxChange = z.infer<typeof inboxChange>;

export const conversationDetail = z.object({
  conversation: conversationSummary,
  contact: contactSummary,
  /** What every source said last of the conversation itself. */
  facts: z.array(fact),
  /** What counts of that. */
  effective: z.array(effectiveFact),
});
export type ConversationDetail = z.infer<typeof conversationDetail>;

/** A visitor's own conversation, as its list shows it. */
export const visitorConversation = z.object({
  id: z.string(),
  status,
  pub: z.int(),
  activeAt: z.int(),
  agent: z.object({ id: z.string(), name: z.string() }).nullable(),
  lastMessage: z.object({ id: z.string(), text: z.string(), by: actor.shape.kind }).nullable(),
  /** Messages of agents the visitor has not read. */
  unread: z.int(),
  /** `pub` up to which the visitor, and any agent, has read. */
  visitorRead: z.int(),
  agentRead: z.int(),
  /** `pub` up to which an agent's console has it, as far as the relay remembers; 0: nothing is known. */
  delivered: z.int(),
});
export type VisitorConversation = z.infer<typeof visitorConversation>;

const commaSeparated = z
  .string()
  .min(1)
  .max(2000)
  .transform((text) => text.split(',').map((part) => part.trim()))
  .pipe(f.eventPatterns);

const eventFilter = {
  types: commaSeparated.optional(),
  conversation: f.id.optional(),
  contact: f.id.optional(),
  site: f.text(40).min(1).optional(),
};
/** GET /v1/events/stream and /v1/events/export */
export const eventsQuery = z.strictObject({
  /** `next` of a page, an event's `sequence`, or `now`; the beginning of the log where it is missing. */
  after: f.text(100).min(1).optional(),
  ...eventFilter,
});
/** GET /v1/events */
export const eventPageQuery = eventsQuery.extend({
  limit: f.numeral(1, 1000).default(100),
});

/** Admins only. POST /v1/keys */
export const newKey = z.strictObject({
  name: f.name,
  scopes: z.array(z.enum(scopes)).min(1).max(scopes.length),
  pii: z.enum(piiLevels).default('none'),
});

export const keySummary = z.object({
  id: z.string(),
  name: z.string(),
  scopes: z.array(z.enum(scopes)),
  pii: z.enum(piiLevels),
  createdBy: z.string(),
  createdAt: z.int(),
  usedAt: z.int().nullable(),
  /** Until when the secret before the last rotation is good; null: there is none. */
  previousUntil: z.int().nullable(),
});
export type KeySummary = z.infer<typeof keySummary>;

/** A key with its secret, which is told this once. */
export const issuedKey = keySummary.extend({ secret: z.string() });
export type IssuedKey = z.infer<typeof issuedKey>;

/** POST /v1/endpoints; the id is the relay's. */
export const newEndpoint = endpoint.omit({ id: true });
/** PATCH /v1/endpoints/:id, with `If-Match`. */
export const endpointChange = z.strictObject({
  url: endpoint.shape.url.optional(),
  description: endpoint.shape.description.unwrap().optional(),
  types: endpoint.shape.types.unwrap().optional(),
  pii: endpoint.shape.pii.unwrap().optional(),
  order: endpoint.shape.order.unwrap().optional(),
  paused: endpoint.shape.paused.unwrap().optional(),
});
export type EndpointChange = z.infer<typeof endpointChange>;

export const deliveryStates = ['pending', 'delivered', 'dead'] as const;

export const endpointSummary = endpoint.extend({
  /** Why the relay sends nothing there any more until somebody enables it; null: it does. */
  disabled: z.enum(['gone', 'failing']).nullable(),
  /** Since when every try failed; null: the last one did not. */
  failingSince: z.int().nullable(),
  /** Until when the secret before the last rotation signs too; null: there is none. */
  previousUntil: z.int().nullable(),
  /** Exact up to 999; 1000 means "more". */
  deliveries: z.record(z.enum(deliveryStates), z.int()),
});
export type EndpointSummary = z.infer<typeof endpointSummary>;

/** An endpoint with its secret, which is told this once. */
export const issuedEndpoint = endpointSummary.extend({ secret: z.string() });
export type IssuedEndpoint = z.infer<typeof issuedEndpoint>;

/** GET /v1/endpoints/:id/deliveries, newest first. */
export const deliveriesQuery = z.strictObject({
  state: z.enum(deliveryStates).optional(),
  /** `offset` of the last one of the page before. */
  before: f.numeral(0).optional(),
  limit: f.numeral(1, 100).default(50),
});

/** POST /v1/endpoints/:id/replay: one event, what failed since a time, or everything since a time. */
export const replay = z.union([
  z.strictObject({ offset: z.int().min(1) }),
  z.strictObject({ failedSince: f.timeMs }),
  z.strictObject({ since: f.timeMs }),
]);
export type Replay = z.infer<typeof replay>;

export const delivery = z.object({
  /** Of the event, in the log. */
  offset: z.int(),
  state: z.enum(deliveryStates),
  attempts: z.int(),
  /** When the next try is due; past or present for what waits its turn. */
  nextAt: z.int(),
  createdAt: z.int(),
  type: z.string(),
  id: z.string(),
  conversation: z.string().nullable(),
});
export type DeliverySummary = z.infer<typeof delivery>;

export const deliveryDetail = delivery.extend({
  /** The event as it is sent. */
  event: z.unknown(),
  tries: z.array(
    z.object({
      at: z.int(),
      durationMs: z.int(),
      /** HTTP status; null where there was no answer. */
      status: z.int().nullable(),
      error: z.string().nullable(),
      /** Headers of the request, the signature masked. */
      request: z.string(),
      /** Headers and up to 4 kB of the answer's body. */
      response: z.string().nullable(),
    }),
  ),
});
export type DeliveryDetail = z.infer<typeof deliveryDetail>;

/** PUT /v1/sources/:id */
export const sourceBody = source.omit({ id: true });

/** What a context provider answers: what it knows, and how it likes to show it. */
export const contextAnswer = z.strictObject({
  facts: z.array(newFact).max(50).default([]),
  card: z
    .strictObject({
      title: f.name,
      lines: z
        .array(
          z.strictObject({
            label: f.name,
            value: f.text(500),
            /** A page of the business's, for agents. */
            href: f.text(2048).optional(),
          }),
        )
        .max(20),
    })
    .optional(),
});
export type ContextCard = NonNullable<z.infer<typeof contextAnswer>['card']>;

/** GET /v1/contacts/:id/card: what the site's provider says; `failed` where it did not in time. */
export const cardAnswer = z.object({
  state: z.enum(['none', 'fresh', 'failed']),
  card: contextAnswer.shape.card.unwrap().nullable(),
});
export type CardAnswer = z.infer<typeof cardAnswer>;

/** What an identity token says beside `aud`, `iat` and `exp`. */
export const signedClaims = z.strictObject({
  externalId: f.name,
  name: f.name.optional(),
  email: f.email.optional(),
  /** Names with text, number, true or false that the business vouches for. */
  facts: f.attributes.optional(),
});

/** PUT /v1/contacts: makes the contact with this id of the business’s, or changes it. */
export const contactUpsert = z.strictObject({
  site: f.text(40),
  externalId: f.name,
  name: f.name.optional(),
  email: f.email.optional(),
});
/** PATCH /v1/contacts/:id, with `If-Match`. */
export const contactChange = z.strictObject({
  externalId: f.name.optional(),
  name: f.name.optional(),
  email: f.email.optional(),
});
export type ContactChange = z.infer<typeof contactChange>;
/** GET /v1/contacts */
export const contactQuery = z.strictObject({ site: f.text(40).min(1), externalId: f.name });
/** POST /v1/contacts/:id/facts */
export const newFacts = z.strictObject({ facts: z.array(newFact).min(1).max(100) });
/** POST /v1/contacts/:id/events */
export const newEvent = z.strictObject({
  name: f.name,
  properties: f.attributes.default({}),
  occurredAt: f.timeMs.optional(),
});
/** POST /v1/contacts/:id/merge: it becomes part of `into`. */
export const merge = z.strictObject({ into: f.id });
/** GET /v1/contacts/:id/timeline, newest first. */
export const timelineQuery = z.strictObject({
  before: f.numeral(0).optional(),
  limit: f.numeral(1, 100).default(50),
});

/** POST /v1/conversations */
export const newConversation = z.strictObject({ contact: f.id, text: f.body.optional() });
/** POST /v1/conversations/:id/messages */
export const newMessage = z
  .strictObject({
    text: f.caption.default(''),
    files: f.files.optional(),
    block: block.optional(),
  })
  .refine(f.saysSomething, { error: 'empty', path: ['text'] });
/** POST /v1/conversations/:id/payments */
export const paymentReport = z.strictObject({ message: f.id, status: z.enum(paymentStatuses) });
/** POST /v1/conversations/:id/notes */
export const newText = z.strictObject({ text: f.body });
/** PUT /v1/conversations/:id/tags */
export const newTags = z.strictObject({ tags: f.tags });
/** PUT /v1/conversations/:id/assignee; null: nobody. */
export const newAssignee = z.strictObject({
  assignee: f.id.nullable(),
  expectedEpoch: f.position,
});
/** POST /v1/conversations/:id/snooze */
export const snooze = z.strictObject({ until: f.timeMs });
