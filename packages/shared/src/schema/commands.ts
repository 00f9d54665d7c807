import { z } from 'zod';
import { LIMITS } from '../limits.ts';
import { block, paymentStatuses } from './block.ts';
import * as f from './fields.ts';
import { formValues, key } from './form.ts';
import { greetingId } from './greetings.ts';

/** A command's id is the id of the event it causes, and so its idempotency key (rule P6). */
const command = <T extends z.ZodRawShape>(fields: T) => z.strictObject({ id: f.id, ...fields });
const onConversation = <T extends z.ZodRawShape>(fields: T) =>
  command({ conversation: f.id, ...fields });

/** What may become of a greeting: each is an event of that name. */
const proactiveActs = ['shown', 'clicked', 'dismissed'] as const;

/** Everything a client can ask the relay to change. */
export const commands = {
  'conversation:start': onConversation({
    context: f.context.optional(),
    /** Begun by filling in a form of the site: it stands there as this message, for `form:submit` to answer. */
    form: z.strictObject({ as: key, message: f.id }).optional(),
    /** Begun by rating something, for `survey:submit` to answer; nobody is waited for in it. */
    survey: z.strictObject({ as: key, message: f.id }).optional(),
  }),
  /** What the page says of a conversation, as `contact:update` does of its visitor. */
  'conversation:describe': onConversation({ attributes: f.attributes }),
  /** Tags its page gives and takes away, of those that the site leaves to pages. */
  'conversation:label': onConversation({ add: f.tags, remove: f.tags }),
  'message:send': onConversation({
    text: f.caption,
    files: f.files.optional(),
    block: block.optional(),
    /** The one it is sent for, by an agent. */
    suggestion: f.id.optional(),
  }).refine(f.saysSomething, { error: 'empty', path: ['text'] }),
  'message:edit': onConversation({ message: f.id, text: f.body }),
  'message:delete': onConversation({ message: f.id }),
  'message:read': onConversation({ upTo: f.position }),
  /** Chooses a quick reply, or presses a button. */
  'message:act': onConversation({ message: f.id, action: key }),
  'form:submit': onConversation({ message: f.id, values: formValues }),
  'survey:submit': onConversation({
    message: f.id,
    score: z.int().min(0).max(10),
    comment: f.comment.optional(),
  }),
  'payment:report': onConversation({ message: f.id, status: z.enum(paymentStatuses) }),
  'contact:identify': command({
    externalId: f.text(200).optional(),
    name: f.name.optional(),
    email: f.email.optional(),
  }),
  'contact:update': command({ attributes: f.attributes }),
  'event:track': command({ name: f.name, properties: f.attributes }),
  'proactive:note': command({
    act: z.enum(proactiveActs),
    rule: greetingId,
    delayMs: f.position.optional(),
  }),
  'note:add': onConversation({ text: f.body }),
  'conversation:assign': onConversation({ assignee: f.id, expectedEpoch: f.position }),
  'conversation:unassign': onConversation({ expectedEpoch: f.position }),
  /** To a queue, away from whoever has it; its visitor's wait goes on. */
  'conversation:transfer': onConversation({
    queue: f.slug,
    note: f.body.optional(),
    expectedEpoch: f.position,
  }),
  /** `offer` is the id of the event that made it. */
  'offer:accept': onConversation({ offer: f.id }),
  'offer:decline': onConversation({ offer: f.id }),
  /** Says yes or no to what a bot wants to do; `approval` is the id of the event that asked. */
  'approval:decide': onConversation({
    approval: f.id,
    outcome: z.enum(['approved', 'rejected']),
  }),
  /** What its visitor owes is owed no more; `promise` is the id of the event that made it. */
  'promise:withdraw': onConversation({ promise: f.id }),
  /** Whether one takes new conversations; those one has stay. */
  'status:set': command({ status: z.enum(['available', 'away']) }),
  /** Gives it to a bot, which is told what is wanted of it. */
  'conversation:hand_back': onConversation({ bot: f.slug, goal: f.visible(2000) }),
  /** What a bot would say, `suggestion`, is not to leave by itself; or not to stand there any more. */
  'suggestion:hold': onConversation({ suggestion: f.id }),
  'suggestion:dismiss': onConversation({ suggestion: f.id }),
  'conversation:resolve': onConversation({}),
  'conversation:reopen': onConversation({}),
  'conversation:snooze': onConversation({ until: f.timeMs }),
  'conversation:tag': onConversation({ tags: f.tags }),
} as const;

export type CommandName = keyof typeof commands;
export type CommandInput<N extends CommandName> = z.infer<(typeof commands)[N]>;

/** Commands by who may give them; the policy decides about each conversation. */
export const visitorCommands = [
  'conversation:start',
  'conversation:describe',
  'conversation:label',
  'message:send',
  'message:edit',
  'message:delete',
  'message:read',
  'message:act',
  'form:submit',
  'survey:submit',
  'contact:identify',
  'contact:update',
  'event:track',
  'proactive:note',
] as const satisfies readonly CommandName[];

export const agentCommands = [
  'message:send',
  'message:edit',
  'message:delete',
  'message:read',
  'payment:report',
  'note:add',
  'conversation:assign',
  'conversation:unassign',
  'conversation:hand_back',
  'conversation:transfer',
  'suggestion:hold',
  'suggestion:dismiss',
  'offer:accept',
  'offer:decline',
  'approval:decide',
  'promise:withdraw',
  'status:set',
  'conversation:resolve',
  'conversation:reopen',
  'conversation:snooze',
  'conversation:tag',
] as const satisfies readonly CommandName[];

/** A browser's own words (`PushSubscription`), and the page a notice opens. */
export const pushSubscription = z.strictObject({
  endpoint: f.webAddress,
  p256dh: z.base64url().length(87),
  auth: z.base64url().min(22).max(24),
  url: f.webAddress,
});
export type PushSubscription = z.infer<typeof pushSubscription>;

/** Questions a socket can ask; they change nothing in the log. */
export const queries = {
  'conversation:list': z.strictObject({}),
  /** Null asks for the newest page: the answer is a `reset` with the reason `no_cursor`. */
  'conversation:resume': z.strictObject({
    conversation: f.id,
    cursor: f.text(200).nullable(),
  }),
  'conversation:history': z.strictObject({
    conversation: f.id,
    before: f.position,
    limit: z.int().min(1).max(100).optional(),
  }),
  'conversation:leave': z.strictObject({ conversation: f.id }),
  /** Asks for a ticket to bring a file under this id; for what was brought already there is none. */
  'file:begin': f.fileClaim.extend({ id: f.id, conversation: f.id }),
  /** Where these files can be fetched, for the next minutes. */
  'file:links': z.strictObject({ files: z.array(f.id).min(1).max(50) }),
  /** An article the site shows to anybody. */
  'article:read': z.strictObject({ article: f.slug }),
  /** Where this browser wants to be told of replies while it is away; null: nowhere. */
  'push:set': z.strictObject({ subscription: pushSubscription.nullable() }),
} as const;

/** What is worth knowing now and forgotten later. */
export const signals = {
  'typing:set': z.strictObject({ conversation: f.id, on: z.boolean() }),
  'context:set': f.context,
  /** To how far, as visitors count, this console holds what visitors wrote. */
  'delivered:set': z.strictObject({
    heads: z
      .array(z.strictObject({ conversation: f.id, pub: z.int().min(1) }))
      .min(1)
      .max(LIMITS.heads),
  }),
} as const;

export type QueryName = keyof typeof queries;
export type QueryInput<N extends QueryName> = z.infer<(typeof queries)[N]>;
export type SignalName = keyof typeof signals;
export type SignalInput<N extends SignalName> = z.infer<(typeof signals)[N]>;
export type Context = z.infer<typeof f.context>;
export type Attributes = z.infer<typeof f.attributes>;
