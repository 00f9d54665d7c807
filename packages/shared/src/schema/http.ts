import { z } from 'zod';
import { actor, piiLevels } from './events/index.ts';
import * as f from './fields.ts';

export const statuses = ['open', 'waiting', 'snoozed', 'resolved'] as const;
export const status = z.enum(statuses);
export type Status = z.infer<typeof status>;

export const views = ['mine', 'unassigned', 'all', 'snoozed', 'resolved'] as const;
export const view = z.enum(views);
export type View = z.infer<typeof view>;

export const role = z.enum(['admin', 'agent']);
export type Role = z.infer<typeof role>;

/** What a program's key may do, `thing:read` or `thing:write`. */
export const scopes = [
  'events:read',
  'contacts:read',
  'contacts:write',
  'conversations:read',
  'conversations:write',
  'endpoints:write',
] as const;
export type Scope = (typeof scopes)[number];

export const password = z.string().min(12, { error: 'weak_password' }).max(200);

/** POST /v1/session */
export const signIn = z.strictObject({ email: f.text(320), password: z.string().max(200) });
/** POST /v1/setup/check: whom a one-time link is for. */
export const setUpCheck = z.strictObject({ token: z.string().max(200) });
/** POST /v1/setup: redeems a one-time link; the first administrator's also names an address. */
export const setUp = z.strictObject({
  token: z.string().max(200),
  name: f.name,
  password,
  email: f.email.optional(),
});
/** GET /v1/conversations */
export const listQuery = z.strictObject({
  view: view.default('all'),
  /** Words to look for in messages, notes, names and addresses; looks in every view. */
  q: f.text(200).optional(),
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});
/** GET /v1/conversations/:id/events */
export const historyQuery = z.strictObject({
  before: z.coerce.number().int().min(0).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
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
  attributes: f.attributes,
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
  /** `pub` up to which the visitor, and any agent, has read. */
  visitorRead: z.int(),
  agentRead: z.int(),
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
  counts,
});
export type InboxChange = z.infer<typeof inboxChange>;

export const conversationDetail = z.object({
  conversation: conversationSummary,
  contact: contactSummary,
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
});
export type VisitorConversation = z.infer<typeof visitorConversation>;

/** GET /v1/sites/:key, readable by anybody. */
export const siteConfig = z.object({
  key: z.string(),
  name: z.string(),
  accent: z.string(),
  greeting: z.string(),
  language: z.string().nullable(),
  position: z.enum(['right', 'left']),
  protocol: z.int(),
});
export type SiteConfig = z.infer<typeof siteConfig>;

/** Names of event types, or their beginnings: `conversation.*`. */
export const eventPatterns = z
  .array(z.string().regex(/^([a-z_]+(\.[a-z_0-9]+)*|([a-z_]+\.)*\*)$/, { error: 'bad_value' }))
  .max(50);

const commaSeparated = z
  .string()
  .max(2000)
  .transform((text) => text.split(',').map((part) => part.trim()))
  .pipe(eventPatterns);

const eventFilter = {
  types: commaSeparated.optional(),
  conversation: f.id.optional(),
  contact: f.id.optional(),
  site: f.text(40).optional(),
};
/** GET /v1/events/stream and /v1/events/export */
export const eventsQuery = z.strictObject({
  /** `next` of a page, an event's `sequence`, or `now`; the beginning of the log where it is missing. */
  after: f.text(100).optional(),
  ...eventFilter,
});
/** GET /v1/events */
export const eventPageQuery = eventsQuery.extend({
  limit: z.coerce.number().int().min(1).max(1000).default(100),
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
