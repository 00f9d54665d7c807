import type { ErrorCode } from '@throughline/shared';
import type {
  Actor,
  Block,
  CommandInput,
  CommandName,
  EventData,
  EventType,
  FlowVars,
  Need,
  NewFact,
  Site,
  Why,
} from '@throughline/shared/schema';
import type {
  Agent,
  Availability,
  Conversation,
  Fact as Known,
  LogRecord,
  OpenPromise,
  StoredFile,
} from '../store/store.ts';
import type { FileChange } from './files/decide.ts';
import type { Principal } from './policy.ts';

/**
 * Commands no socket gives: a snooze ends, the bytes of a file have arrived, a program or an agent says
 * something of a conversation; routing moves it.
 */
type OwnInput = {
  'conversation:wake': { id: string; conversation: string; until: number };
  'facts:record': { id: string; conversation: string; facts: NewFact[] };
  /** Into a queue; away from its owner, where it has one. */
  'conversation:queue': Fenced & {
    queue: string;
    base: number;
    rate: number;
    need: Need;
    hold: { agent: string; until: number } | null;
    why: Why;
  };
  /** To somebody who has room; `until` null: theirs at once. */
  'conversation:offer': Fenced & {
    agent: string;
    until: number | null;
    why: Why;
  };
  'offer:end': { id: string; conversation: string; offer: string; outcome: 'missed' | 'withdrawn' };
  /** Nobody has answered by the target. */
  'sla:breach': { id: string; conversation: string } & EventData<'sla.breached'>;
  'promise:make': Fenced & { what: OpenPromise['what']; dueAt: number };
  'promise:break': { id: string; conversation: string; promise: string };
  'conversation:park': Fenced;
  /** As far as its owner, `agent`, has room. */
  'conversation:unpark': Fenced & { agent: string };
  'flow:step': FlowTurn;
  'file:store': { id: string; conversation: string } & EventData<'attachment.uploaded'>;
  'file:reject': { id: string; conversation: string } & EventData<'attachment.rejected'>;
};

/** All that a flow does at once; good only for the visit it was decided at. */
export interface FlowTurn {
  id: string;
  conversation: string;
  run: string;
  /** Turns before; 0: it begins. */
  visit: number;
  flow: string;
  version: string;
  say: { id: string; text: string; block?: Block }[];
  facts: NewFact[];
  to: FlowWait | FlowEnd;
}

/** Waits at a step. */
interface FlowWait {
  step: string;
  heard: number;
  vars: FlowVars;
  asked: string | null;
  until: number | null;
}

interface FlowEnd {
  outcome: 'ended' | 'routed' | 'failed';
  queue?: string;
  resolve?: boolean;
}

/** Good for one owner only (rule P18). */
type Fenced = { id: string; conversation: string; expectedEpoch: number };

/** Commands on a conversation that exists, and the relay's own. */
export type Name =
  | Exclude<
      CommandName,
      | 'conversation:start'
      | 'contact:identify'
      | 'contact:update'
      | 'event:track'
      | 'proactive:note'
      | 'status:set'
    >
  | keyof OwnInput;

export type Input<N extends Name> = N extends CommandName
  ? CommandInput<N>
  : OwnInput[N & keyof OwnInput];

/** What a decision may look at; loaded beforehand, so that deciding is pure. */
export interface Subject {
  row: Conversation;
  /** The message named by the input, and the records that edited it or answered it. */
  message?: LogRecord | undefined;
  amendments?: LogRecord[];
  /** Those the input names, as far as there are any. */
  files?: StoredFile[];
  /** What is said of the conversation so far. */
  said?: Known[];
  /** The agent who has it now, where the input changes that. */
  owner?: Agent | undefined;
  /** Whom the input names to take it, or has it offered, and what they have already. */
  taker?: Taker | undefined;
  /** The queue the input names. */
  queue?: QueueTerms | undefined;
  /** Where it stands, as configured now. */
  site?: Site | undefined;
}

/** How a wait counts in a queue, and what all have as a need. */
export interface QueueTerms {
  base: number;
  rate: number;
  need: Need;
}

export interface Limits {
  /** Given to them. */
  capacity: number;
  /** With those they take by hand. */
  most: number;
}

export interface Taker {
  agent: Agent;
  availability: Availability | undefined;
  /** Conversations that take of their capacity; not this one. */
  load: number;
  /** How many they may have; undefined: nobody limits it. */
  limits: Limits | undefined;
}

/** Who says it and under which id, unless it is the command's first: the relay, under a new one. */
interface Told {
  id?: string;
  by?: Actor;
}

export type Fact = { [T in EventType]: { type: T; data: EventData<T> } & Told }[EventType];

/** Facts to append, the first under the command's id; none: it is already so. */
export type Decision = Accepted | { refuse: ErrorCode; field?: string | undefined };

interface Accepted {
  facts: Fact[];
  timer?: TimerChange;
  redact?: number[];
  files?: FileChange;
  /** What somebody says of the conversation, as it is kept. */
  said?: Known[];
}

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
export function heard({ status }: Conversation, said: Fact): Accepted {
  if (status === 'snoozed') return { facts: [said, awake('message')], timer: { clear: true } };
  if (status !== 'resolved') return { facts: [said] };
  return { facts: [said, { type: 'conversation.reopened', data: { trigger: 'message' } }] };
}
