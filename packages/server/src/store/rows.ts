import type {
  Actor,
  AgentStatus,
  ApprovalOutcome,
  Block,
  BotOutcome,
  Context,
  EventData,
  EventType,
  Need,
  OpenPromise,
  PiiLevel,
  Role,
  Scope,
  Status,
  SuggestionOutcome,
  Tombstone,
} from '@throughline/shared/schema';

export type { Fact, OpenPromise } from '@throughline/shared/schema';

/** One record of the log, about to be written. */
export type Draft<T extends EventType = EventType> = {
  [K in T]: {
    id: string;
    type: K;
    site: string | null;
    contact: string | null;
    conversation: string | null;
    /** Dense from 1 in its conversation; null outside one. */
    seq: number | null;
    /** Dense from 1 among what the visitor may see; null for the rest. */
    pub: number | null;
    time: number;
    actor: Actor;
    /** The event that led to this one, and how many steps from a person's act. */
    cause: { id: string; depth: number } | null;
    data: EventData<K> | Tombstone;
  };
}[T];

/** One record of the log, as written; `offset` is its place in the whole log. */
export type LogRecord<T extends EventType = EventType> = Draft<T> & { offset: number };

/** Where a conversation waits to be taken, and what it brings. */
export interface Waiting {
  queue: string;
  /** Credit at entry, in seconds, and credit gained with each second. */
  base: number;
  rate: number;
  need: Need;
  /** Since when in this queue. */
  placedAt: number;
  /** Whom it waits for alone. */
  hold: { agent: string; until: number } | null;
  /** Who said no. */
  declined: string[];
  /** Its visitor was promised something here; once is enough. */
  promised: boolean;
}

/** What its targets depend on; a matter that is closed begins anew. */
export interface Service {
  /** The queue it waited in last, and with what needs; null: in none. */
  queue: string | null;
  need: Need;
  /** A person has written. */
  answered: boolean;
  /** The `unansweredSince` whose target was missed. */
  breached: number | null;
  /** What was promised and not kept, until a person has written. */
  broken: 'reply' | 'call_back' | null;
}

/** A reservation: it takes capacity until it ends. */
interface Offer {
  /** Id of the event that made it. */
  id: string;
  agent: string;
  until: number;
}

/** What the visitor said that a bot has not heard. */
interface Unheard {
  /** Of the newest of it. */
  seq: number;
  /** When the first and the newest of it was said. */
  firstAt: number;
  lastAt: number;
}

/** The one bot of a matter: as long as it has no outcome, it has the floor and nobody else is asked to. */
export interface BotRun {
  run: string;
  bot: string;
  version: string;
  /** Turns so far, those that were given up included; fences the next one. */
  visit: number;
  /** Why it begins; null: it has. */
  reason: 'begun' | 'fallback' | 'handed_back' | 'event' | null;
  goal: string | null;
  /** `seq` up to which it has taken in what was said. */
  heard: number;
  unheard: Unheard | null;
  /** Turns in a row that the visitor cut short. */
  cutShort: number;
  /** Since the visitor last did something: turns it took, messages it wrote. */
  alone: { turns: number; words: number };
  /** Times in a row that a bot gave it to a bot. */
  hops: number;
  /** The message that waits for an answer, and how long. */
  asked: string | null;
  until: number | null;
  /** The events it waits for, and the place in the log behind which they count. */
  events: string[];
  since: number;
  /** What it keeps for its next turn. */
  state: unknown;
  outcome: BotOutcome | null;
  /** Where it leads to, where it says so, until a person has it. */
  queue: string | null;
}

/** What a bot wants a person to agree to; `id` is the event's that asked. */
interface Approval {
  id: string;
  tool: string;
  /** Of the tool and its arguments. */
  hash: string;
  expiresAt: number;
  outcome: ApprovalOutcome | null;
  /** `seq` at which that was said. */
  decidedSeq: number | null;
  /** It was carried out, or begun to be. */
  used: boolean;
}

/** What a bot would say that has not the floor. */
interface Suggestion {
  /** Id of the event that made it. */
  id: string;
  mode: EventData<'suggestion.made'>['mode'];
  /** Gone once it has ended, like its block. */
  text: string;
  block?: Block | undefined;
  /** When it leaves by itself; null: it does not. */
  sendAt: number | null;
  /** Null: it stands there. */
  outcome: SuggestionOutcome | null;
}

/** The bot that follows a matter along without the floor. */
export interface Advice {
  bot: string;
  /** `pub` of the newest words of the visitor it was asked about. */
  upTo: number;
  /** What it keeps for its next turn. */
  state: unknown;
  /** The last one; null: it did not answer. */
  suggestion: Suggestion | null;
}

/** The row kept beside a conversation's events: nothing in it that they do not say. */
export interface Conversation {
  id: string;
  site: string;
  contact: string;
  status: Status;
  assignee: string | null;
  /** Fencing epoch: rises with every change of owner. */
  epoch: number;
  /** Heads of the two numberings. */
  seq: number;
  pub: number;
  tags: string[];
  snoozedUntil: number | null;
  createdAt: number;
  activeAt: number;
  lastMessage: { id: string; text: string; by: Actor['kind'] } | null;
  /** `pub` of the newest message of the visitor. */
  visitorPub: number;
  /** `pub` up to which the visitor, and any agent, has read. */
  visitorRead: number;
  agentRead: number;
  /** Null: it has an owner, is closed or put off, or nobody routes it. */
  waiting: Waiting | null;
  offer: Offer | null;
  /** Its visitor has been quiet: it takes none of its owner's capacity. */
  parked: boolean;
  /** Since when the visitor waits for a word of a person. */
  unansweredSince: number | null;
  service: Service;
  /** Those that have not ended. */
  promises: OpenPromise[];
  /** The last one of whoever has it now. */
  approval: Approval | null;
  /** The last one, also once it is over; null: there was none since the matter in hand began. */
  bot: BotRun | null;
  /** Null: no bot was asked what it would say in the matter in hand. */
  advice: Advice | null;
  /** Where the matter in hand began: after what was last resolved. */
  episode: { seq: number; pub: number; epoch: number };
}

export interface Contact {
  id: string;
  site: string;
  externalId: string | null;
  /** The business itself said which of its people this is. */
  verified: boolean;
  name: string | null;
  email: string | null;
  context: Context;
  /** Nothing is taken from them, and no bot writes to them. */
  blocked: boolean;
  /** The contact this one became part of; it is nobody any more. */
  mergedInto: string | null;
  /** Whether all that was known of them is being taken out, or was: nothing new is. */
  erasure: 'begun' | 'done' | null;
  createdAt: number;
}

export interface Agent {
  id: string;
  name: string;
  email: string;
  role: Role;
  /** PHC string; null until the one-time link was used. */
  passwordHash: string | null;
  disabled: boolean;
  createdAt: number;
}

/** Whether an agent may be given conversations: a lease, renewed by the relay that has their socket. */
export interface Availability {
  agent: string;
  status: AgentStatus;
  /** What they chose while they were there, for when they come back. */
  chosen: 'available' | 'away';
  /** It is worth nothing after this. */
  until: number;
}

export interface Session {
  tokenHash: string;
  agent: string;
  csrf: string;
  createdAt: number;
  expiresAt: number;
}

/** A one-time link; it makes its agent's first password. Without an agent it makes the first administrator. */
export interface SetupLink {
  tokenHash: string;
  agent: string | null;
  expiresAt: number;
}

/** A bot that may not answer; null: none of them may. */
export interface BotOff {
  bot: string | null;
  since: number;
  /** Id of the agent who said so. */
  by: string;
}

/** A command to give later; `key` is unique, so that setting it again replaces it. */
export interface Timer {
  id: string;
  key: string;
  at: number;
  name: string;
  input: unknown;
}

/** What lets a program in. */
export interface ApiKey {
  id: string;
  name: string;
  hash: string;
  /** The secret before the last rotation, good until its time. */
  previousHash: string | null;
  previousUntil: number | null;
  scopes: Scope[];
  /** What it may read of people. */
  pii: PiiLevel;
  /** Id of the agent who made it. */
  createdBy: string;
  createdAt: number;
  usedAt: number | null;
  revoked: boolean;
}

/** What is signed with. */
export interface Secret {
  /** Whose it is: `endpoint:<id>`. */
  owner: string;
  secret: string;
  createdAt: number;
  /** Null: the current one. */
  expiresAt: number | null;
}

/** A file somebody brings, or has brought, for a message. */
export interface StoredFile {
  id: string;
  conversation: string;
  /** Whose it is; a message of theirs may show it. */
  ownerKind: Actor['kind'];
  owner: string;
  name: string;
  type: string;
  bytes: number;
  width: number | null;
  height: number | null;
  /**
   * `begun`: its bytes are awaited; `stored`: they are there; `held`: they look harmful, and nobody
   * gets them; `gone`: they are about to be removed.
   */
  state: 'begun' | 'stored' | 'held' | 'gone';
  /** The message that shows it. */
  message: string | null;
  createdAt: number;
}

/** One published version of what the business configures. */
export interface BlueprintRow {
  version: number;
  document: string;
  publishedAt: number;
  by: string;
}

/** A part of an article, from one heading to the next. */
export interface Passage {
  collection: string;
  article: string;
  /** Of its heading; empty before the first one. */
  anchor: string;
  /** Where visitors can read it. */
  url: string | null;
  title: string;
  heading: string;
  text: string;
}

/** What has been spent from a purse; forgotten after `until`. */
export interface Spending {
  key: string;
  tokens: number;
  microUsd: number;
  until: number;
}
