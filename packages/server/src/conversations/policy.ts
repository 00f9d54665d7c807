import type { ErrorCode } from '@throughline/shared';
import {
  type Actor,
  agentCommands,
  type CommandName,
  visitorCommands,
} from '@throughline/shared/schema';
import type { Conversation, LogRecord } from '../store/store.ts';

/** Who gives a command, as the gateway has established it; nothing of it comes from the payload. */
export type Principal =
  | { kind: 'visitor'; id: string; site: string }
  | { kind: 'agent'; id: string; name: string }
  /** A program with a key, and the event that made it do this. */
  | { kind: 'bot'; id: string; name: string; cause?: { id: string; depth: number } | null }
  | { kind: 'system'; id: string };

export const actorOf = (who: Principal): Actor =>
  'name' in who ? { kind: who.kind, id: who.id, name: who.name } : { kind: who.kind, id: who.id };

const allowed: Record<'visitor' | 'agent', ReadonlySet<CommandName>> = {
  visitor: new Set<CommandName>(visitorCommands),
  agent: new Set<CommandName>(agentCommands),
};

export const mayGive = (who: Principal['kind'], name: CommandName): boolean =>
  who === 'system' || allowed[who === 'bot' ? 'agent' : who].has(name);

/** A visitor sees its own conversations and, of all others, not even that they exist (rule P17). */
export const maySee = (who: Principal, conversation: Conversation): boolean =>
  who.kind !== 'visitor' || (conversation.contact === who.id && conversation.site === who.site);

/** What makes its visitor hear from a program. */
const reaching: ReadonlySet<string> = new Set([
  ...['message:send', 'suggestion:release', 'bot:begin', 'conversation:hand_back'],
]);

/** Where the contact is blocked: nothing is taken from them, and only people write to them. */
export const mayStill = (who: Principal, name: string): boolean =>
  who.kind !== 'visitor' &&
  (!reaching.has(name) || (who.kind === 'agent' && name !== 'conversation:hand_back'));

/** What a turn that was under way has cost, and the end of it all, which whoever erases gives: without a word. */
const wordless: ReadonlySet<string> = new Set([
  ...['bot:act', 'bot:end', 'bot:give_up', 'conversation:resolve'],
]);

/** Where the contact is erased: programs write nothing of them any more. */
export const mayStillOfErased = (who: Principal, name: string): boolean =>
  who.kind !== 'bot' || wordless.has(name);

/** Only what one wrote oneself can be changed, and only while it is there. */
export function mayAmend(who: Principal, message: LogRecord | undefined): ErrorCode | undefined {
  if (message?.type !== 'message.created') return 'not_found';
  if (message.actor.kind !== who.kind || message.actor.id !== who.id) return 'forbidden';
  return 'redacted' in message.data ? 'wrong_status' : undefined;
}
