import { z } from 'zod';
import type { Problem } from '../errors.ts';
import type { AgentEvent, VisitorEvent } from './events/index.ts';
import { agentEvent, visitorEvent } from './events/index.ts';
import * as f from './fields.ts';

/** The `auth` object of a handshake. */
export const visitorAuth = z.strictObject({
  protocol: z.int(),
  site: z.string().max(64),
  token: z.string().max(200).optional(),
  /** A token of the business's backend that says who this is. */
  identity: z.string().max(8192).optional(),
  /** A device token that is nobody's from now on: its owner logged out. */
  forget: z.string().max(200).optional(),
  context: f.context.optional(),
});
/** Agents are known by their session cookie; the CSRF token proves that our own page opened the socket. */
export const agentAuth = z.strictObject({ protocol: z.int(), csrf: z.string().max(200) });

export type VisitorAuth = z.infer<typeof visitorAuth>;
export type AgentAuth = z.infer<typeof agentAuth>;

/** Every command and query is answered exactly once, by this. */
export type Ack<T = unknown> = { ok: true; data: T } | { ok: false; error: Problem };

/** The answer to a command: where its event stands in the log. */
export const receipt = z.object({
  id: z.string(),
  conversation: z.string().nullable(),
  seq: z.int().nullable(),
  pub: z.int().nullable(),
  time: z.int(),
  /** What was kept in place of the text that was sent, where that held the number of a payment card. */
  text: z.string().optional(),
});
export type Receipt = z.infer<typeof receipt>;

export const resetReason = z.enum([
  'no_cursor',
  'bad_cursor',
  'epoch_changed',
  'ahead_of_head',
  'expired',
]);
export type ResetReason = z.infer<typeof resetReason>;

const pageOf = <E extends z.ZodType>(event: E) =>
  z.object({
    conversation: z.string(),
    /** `recovered`: exactly what followed the cursor. `reset`: drop what you hold, start from here. */
    state: z.enum(['recovered', 'reset']),
    reason: resetReason.optional(),
    events: z.array(event),
    /** The conversation's last position when the page was read. */
    head: z.int(),
    /** The end-of-replay marker: false means ask again from the new cursor. */
    end: z.boolean(),
    epoch: z.string(),
  });
export const visitorPage = pageOf(visitorEvent);
export const agentPage = pageOf(agentEvent);

export interface Page<E> extends Omit<z.infer<typeof visitorPage>, 'events'> {
  events: E[];
}
export type VisitorPage = Page<VisitorEvent>;
export type AgentPage = Page<AgentEvent>;

export interface HistoryPage<E> {
  events: E[];
  /** Whether older events remain. */
  more: boolean;
}

/** First message on every visitor connection. */
export const visitorWelcome = z.object({
  /** Present when the relay issued a new device token; keep it, the relay stores only its hash. */
  token: z.string().optional(),
  contact: z.string(),
  epoch: z.string(),
  now: z.int(),
  /** `online`: ids of the agents who are there; `version`: of the site's configuration. */
  site: z.object({
    name: z.string(),
    online: z.array(z.string()),
    version: z.string().optional(),
  }),
});
export type VisitorWelcome = z.infer<typeof visitorWelcome>;

export const agentWelcome = z.object({
  agent: z.object({ id: z.string(), name: z.string() }),
  epoch: z.string(),
  now: z.int(),
});
export type AgentWelcome = z.infer<typeof agentWelcome>;

/** Heads of the conversations this connection follows; a client that is behind asks for the rest. */
export const heartbeat = z.object({ heads: z.record(z.string(), z.int()), now: z.int() });
export type Heartbeat = z.infer<typeof heartbeat>;

/** Last message on a connection the relay is about to close: why, and when to come back. */
export interface Closing {
  error: Problem;
}

/** How a conversation stands that waits for a person, or was promised something. */
const wait = z.object({
  conversation: z.string(),
  /** From 1; null: in no line, or far behind. */
  place: z.int().nullable(),
  /** How long it is likely to take; null: nobody can say with confidence. */
  minutes: z.object({ from: z.int(), to: z.int() }).nullable(),
  promises: z.array(z.object({ what: z.enum(['reply', 'call_back']), dueAt: z.int() })),
  /** What was promised and not kept. */
  broken: z.enum(['reply', 'call_back']).nullable(),
});
export type Wait = z.infer<typeof wait>;

const person = z.object({ id: z.string(), name: z.string() });

/** Never stored, never numbered, lost without regret. */
export const ephemeral = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('typing'),
    conversation: z.string(),
    actor: z.object({
      kind: z.enum(['visitor', 'agent', 'bot']),
      id: z.string(),
      name: z.string().optional(),
    }),
    on: z.boolean(),
  }),
  /** To a visitor: an agent's console has the conversation up to this `pub`. */
  z.object({ kind: z.literal('delivered'), conversation: z.string(), pub: z.int() }),
  /** To visitors: ids of the agents who are there to answer; who is away is not. */
  z.object({ kind: z.literal('availability'), online: z.array(z.string()) }),
  /** To a visitor: all of their conversations of which there is something to say; the rest have nothing. */
  z.object({ kind: z.literal('standing'), waits: z.array(wait) }),
  /** To everybody: a site was configured anew, and is fetched again by whoever shows it. */
  z.object({ kind: z.literal('site'), site: z.string(), version: z.string() }),
  /** To agents: colleagues who are signed in. */
  z.object({
    kind: z.literal('agents'),
    online: z.array(person.extend({ status: z.enum(['available', 'away', 'offline']).optional() })),
  }),
  /** To agents in a conversation: who else has it open, and who of them is writing. */
  z.object({
    kind: z.literal('viewers'),
    conversation: z.string(),
    viewers: z.array(person.extend({ writing: z.boolean() })),
  }),
  /** To agents in a conversation: whether its visitor is on the site, and where. */
  z.object({
    kind: z.literal('visitor'),
    contact: z.string(),
    online: z.boolean(),
    context: f.context.optional(),
  }),
]);
export type Ephemeral = z.infer<typeof ephemeral>;
