import type { ErrorCode } from '@throughline/shared';
import type {
  Act,
  Actor,
  BotFailure,
  CommandInput,
  CommandName,
  EventData,
  EventType,
  Need,
  NewFact,
  Reply,
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
    /** What its visitor is told of the wait. */
    estimate?: { lowMs: number; highMs: number };
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
  'promise:make': Fenced & Promised;
  /** By an event of a program of the business. */
  'promise:keep': {
    id: string;
    conversation: string;
    promise: string;
    event: { name: string; time: number };
  };
  'promise:break': { id: string; conversation: string; promise: string };
  'conversation:park': Fenced;
  /** As far as its owner, `agent`, has room. */
  'conversation:unpark': Fenced & { agent: string };
  'approval:expire': { id: string; conversation: string; approval: string };
  /** Good once, for exactly what was agreed to. */
  'approval:use': { id: string; conversation: string; approval: string; hash: string };
  'bot:begin': { id: string; conversation: string } & BotBegin;
  'bot:act': BotTurn;
  'bot:end': BotEnd;
  /** The visitor wrote on: the turn is given up, and another one follows. */
  'bot:give_up': OfTurn & Spent & { draft?: string[] };
  'suggestion:make': Suggested;
  'suggestion:fail': { id: string; conversation: string } & EventData<'suggestion.failed'>;
  /** Whoever made it may make none any more. */
  'suggestion:expire': OfSuggestion;
  /** Nobody has stopped it: it leaves by itself. */
  'suggestion:release': OfSuggestion;
  'file:store': { id: string; conversation: string } & EventData<'attachment.uploaded'>;
  'file:reject': { id: string; conversation: string } & EventData<'attachment.rejected'>;
};

/** What is to be owed from now on. */
export interface Promised extends Pick<OpenPromise, 'what' | 'dueAt' | 'amount' | 'keptWhen'> {
  /** The run of a bot that arranges it. */
  run?: string;
}

/** A run of a bot, about to begin. */
export interface BotBegin {
  run: string;
  bot: string;
  version: string;
  /** It begins because something has happened, at the first of these behind a place in the log. */
  event?: { events: string[]; since: number };
}

/** Good only for the turn it is about. */
interface OfTurn {
  id: string;
  conversation: string;
  run: string;
  /** Turns before. */
  visit: number;
}

/** All that a bot does at once, whole or not at all. */
export interface BotTurn extends OfTurn, Spent {
  /** `seq` up to which it has heard. */
  heard: number;
  /** Whether it counts although the visitor has said more since. */
  final: boolean;
  /** The place in the log of what has happened, where that is why it was asked. */
  since?: number;
  acts: Act[];
  next: Reply['next'];
  /** What it wants to do next, once a person has agreed to it. */
  approval?: Omit<EventData<'approval.requested'>, 'bot'>;
  state: unknown;
}

/** A bot does not go on; `after` has the floor next, as far as it may be passed on. */
export interface BotEnd extends OfTurn, Spent {
  outcome: 'failed' | 'off' | 'routed';
  failure?: BotFailure;
  reason?: 'asked' | 'guard';
  after?: BotBegin;
}

/** What a bot without the floor would do. */
export interface Suggested
  extends Pick<EventData<'suggestion.made'>, 'bot' | 'version' | 'mode' | 'upTo' | 'state'>,
    Spent {
  id: string;
  conversation: string;
  acts: Act[];
  next: Reply['next'];
  /** How long people have to stop it; null: it does not leave by itself. */
  sendAfterMs: number | null;
}

type OfSuggestion = { id: string; conversation: string; suggestion: string };

type Spent = Pick<EventData<'bot.advanced'>, 'usage' | 'trace'>;

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
  /** Its contact is; asked only where that makes a difference. */
  isBlocked?: boolean;
  /** And what they said is taken out: nothing is written down of it any more. */
  isErased?: boolean;
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
  /** The bot the input names. */
  bot?: KnownBot | undefined;
}

export interface KnownBot {
  version: string;
  /** Whether it may answer now. */
  on: boolean;
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
