import type { ErrorCode } from '@throughline/shared';
import type { CommandInput, CommandName, EventData, EventType } from '@throughline/shared/schema';
import type { Agent, Conversation, LogRecord } from '../store/store.ts';
import type { Principal } from './policy.ts';

/** Commands on a conversation that exists, and the relay's own one that ends a snooze. */
export type Name =
  | Exclude<
      CommandName,
      'conversation:start' | 'contact:identify' | 'contact:update' | 'event:track'
    >
  | 'conversation:wake';

export type Input<N extends Name> = N extends CommandName
  ? CommandInput<N>
  : { id: string; conversation: string; until: number };

/** What a decision may look at; loaded beforehand, so that deciding is pure. */
export interface Subject {
  row: Conversation;
  /** The message named by the input, and the records that edited it or answered it. */
  message?: LogRecord | undefined;
  amendments?: LogRecord[];
  /** The agent to assign, and the one assigned now. */
  assignee?: Agent | undefined;
  owner?: Agent | undefined;
}

export type Fact = { [T in EventType]: { type: T; data: EventData<T> } }[EventType];

/** Facts to append, the first under the command's id; none: it is already so. */
export type Decision =
  | { facts: Fact[]; timer?: TimerChange; redact?: number[] }
  | { refuse: ErrorCode; field?: string | undefined };

export type TimerChange = { set: number } | { clear: true };

export type Decide<N extends Name> = (
  subject: Subject,
  input: Input<N>,
  context: { who: Principal; now: number },
) => Decision;

export const refuse = (code: ErrorCode, field?: string): Decision => ({ refuse: code, field });

export const awake = (trigger: 'agent' | 'message' | 'timer'): Fact => ({
  type: 'conversation.snoozed',
  data: { until: null, trigger },
});

/** The visitor said something: what was put off or closed is open again. */
export function heard({ status }: Conversation, said: Fact): Decision {
  if (status === 'snoozed') return { facts: [said, awake('message')], timer: { clear: true } };
  if (status !== 'resolved') return { facts: [said] };
  return { facts: [said, { type: 'conversation.reopened', data: { trigger: 'message' } }] };
}
