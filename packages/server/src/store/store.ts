import type { Fact, View } from '@throughline/shared/schema';
import type { Awaitable } from './awaitable.ts';
import type { Deliveries } from './deliveries.ts';
import type { Lease, LeaseReads } from './lease.ts';
import type {
  Agent,
  ApiKey,
  Availability,
  BlueprintRow,
  BotOff,
  Contact,
  Conversation,
  Draft,
  LogRecord,
  Passage,
  Secret,
  Session,
  SetupLink,
  Spending,
  StoredFile,
  Timer,
} from './rows.ts';

export type * from './rows.ts';

export type ConversationRow = Conversation & {
  contactName: string | null;
  contactEmail: string | null;
};

export interface ListOptions {
  view: View;
  /** Whose `mine`. */
  agent: string;
  /** Rows strictly older than this, in (activeAt, id) order. */
  before?: { activeAt: number; id: string };
  limit: number;
}

interface ViewCounts {
  unassigned: number;
  all: number;
  snoozed: number;
  resolved: number;
  mine: Record<string, number>;
}

/** Part of a conversation. With `publicOnly` it holds what has a `pub`, and `position` is one; else a `seq`. */
interface Range {
  conversation: string;
  position: number;
  limit: number;
  publicOnly: boolean;
}

/** What a flow is for. */
interface Goal {
  bot: string;
  /** Name of the event. */
  on: string;
  withinMs: number;
}

/** One run of a bot. */
export interface Run {
  bot: string;
  startedAt: number;
  /** In its own word, else in the relay's; null: it goes on. */
  ended: string | null;
  /** Where a flow waits. */
  step: string | null;
  reached: boolean;
  promises: { open: number; kept: number; broken: number; withdrawn: number };
  /** Until its first word; null: it has said nothing. */
  firstAnswerMs: number | null;
}

/** Some events that concern a contact. */
export interface Happening {
  names: string[];
  /** Behind this place in the log, and not before a time. */
  after: number;
  from?: number;
}

export interface EventReads {
  find(id: string): Awaitable<LogRecord | undefined>;
  /** The log from `after`, in order. */
  log(after: number, limit: number): Awaitable<LogRecord[]>;
  /** Offset of the newest record that nothing before it is missing of: whoever begins here misses nothing. */
  head(): Awaitable<number>;
  /** The same, whatever is still being written before it: every cursor of this log is up to here. */
  last(): Awaitable<number>;
  /** Offset of the first of these records that is not from before a time. */
  firstSince(time: number, of: { after: number; upTo: number }): Awaitable<number | undefined>;
  /** A conversation's records behind `position`, oldest first. */
  forward(range: Range): Awaitable<LogRecord[]>;
  /** A conversation's records before `position`, newest first. */
  backward(range: Range): Awaitable<LogRecord[]>;
  /** The first of some `event.tracked` that programs tell of a contact, behind `after`. */
  happened(contact: string, of: Happening): Awaitable<LogRecord<'event.tracked'> | undefined>;
  /** When, and where in the log, a bot last began with a contact. */
  lastRun(contact: string, bot: string): Awaitable<Pick<LogRecord, 'offset' | 'time'> | undefined>;
  /** What the newest runs of bots have come to; `reached` by their goals. */
  runs(goals: Goal[], limit: number): Awaitable<Run[]>;
  /** What concerns a contact and none of its conversations, before `offset`, newest first. */
  ofContact(contact: string, before: number, limit: number): Awaitable<LogRecord[]>;
  /** The same behind `offset`, oldest first. */
  forwardOf(contact: string, after: number, limit: number): Awaitable<LogRecord[]>;
  /** Records that edit, delete or answer `message`, oldest first. */
  amendments(conversation: string, message: string): Awaitable<LogRecord[]>;
}

export interface ConversationReads {
  get(id: string): Awaitable<Conversation | undefined>;
  rows(ids: string[]): Awaitable<ConversationRow[]>;
  list(options: ListOptions): Awaitable<ConversationRow[]>;
  ofContact(contact: string, limit: number): Awaitable<Conversation[]>;
  /** All of a contact, by `id`, after one. */
  allOf(contact: string, after: string, limit: number): Awaitable<Conversation[]>;
  /** How many take of an agent's capacity, offers included. */
  loadOf(agent: string): Awaitable<number>;
  /** Those that are open or wait for their visitor, by `id`, after one. */
  active(after: string, limit: number): Awaitable<Conversation[]>;
  /** Messages of others than the visitor after `pub`. */
  unreadOf(conversation: string, pub: number): Awaitable<number>;
  /**
   * Milliseconds from a visitor's first word to an agent's; of conversations that have both, of the newest `limit`
   * of a site that began since a time, among the newest `among` of all.
   */
  firstReplies(wanted: {
    site: string;
    since: number;
    limit: number;
    among: number;
  }): Awaitable<number[]>;
  /** Each number exact up to `cap`; a larger one is `cap + 1`. */
  counts(cap: number): Awaitable<ViewCounts>;
  /** Conversations whose messages, notes or contact match all words, newest first. */
  search(query: string, limit: number): Awaitable<ConversationRow[]>;
}

export interface Reads {
  events: EventReads;
  conversations: ConversationReads;
  contacts: {
    get(id: string): Awaitable<Contact | undefined>;
    /** The contact a device token stands for. */
    ofDevice(tokenHash: string, site: string): Awaitable<string | undefined>;
    /** Nothing is taken from them. Nobody else waits for who asks this. */
    isBlocked(id: string): Awaitable<boolean>;
    /** Which of these tokens are of a device whose contact may come in. */
    devices(tokenHashes: string[]): Awaitable<Set<string>>;
    /** The browsers of a contact that want to be told of replies, and how. */
    pushOf(contact: string): Awaitable<{ tokenHash: string; push: string }[]>;
    /** The one the business itself knows under this id; it may have become part of another one. */
    byExternalId(site: string, externalId: string): Awaitable<Contact | undefined>;
    /** Ids of those whose erasure is not finished. */
    erasing(): Awaitable<string[]>;
    /** Ids of all who became part of this one, themselves or by way of another. */
    partsOf(id: string): Awaitable<string[]>;
  };
  facts: {
    /** What every source said last of a contact or a conversation, also what was taken back. */
    of(subject: string): Awaitable<Fact[]>;
  };
  agents: {
    get(id: string): Awaitable<Agent | undefined>;
    byEmail(email: string): Awaitable<Agent | undefined>;
    /** Those who may sign in, by name. */
    list(): Awaitable<Agent[]>;
    /** Also who may not. A transaction holds all of them: nobody else changes one meanwhile. */
    all(): Awaitable<Agent[]>;
  };
  availability: {
    get(agent: string): Awaitable<Availability | undefined>;
    list(): Awaitable<Availability[]>;
  };
  sessions: {
    get(tokenHash: string): Awaitable<Session | undefined>;
    /** Which of these are still good: not ended, not expired, agent not disabled. */
    valid(tokenHashes: string[], now: number): Awaitable<Set<string>>;
  };
  links: { get(tokenHash: string): Awaitable<SetupLink | undefined> };
  timers: {
    due(now: number, limit: number): Awaitable<Timer[]>;
    nextAt(): Awaitable<number | undefined>;
  };
  cursors: { get(name: string): Awaitable<number> };
  bots: {
    /** Those that may not answer. */
    off(): Awaitable<BotOff[]>;
  };
  blueprints: {
    latest(): Awaitable<BlueprintRow | undefined>;
    get(version: number): Awaitable<BlueprintRow | undefined>;
  };
  keys: {
    get(id: string): Awaitable<ApiKey | undefined>;
    /** Of the current secret, or of the one before it. */
    byHash(hash: string): Awaitable<ApiKey | undefined>;
    /** Those that are not revoked, oldest first. */
    list(): Awaitable<ApiKey[]>;
  };
  secrets: {
    /** The current one first. */
    of(owner: string): Awaitable<Secret[]>;
  };
  passages: {
    /** Of one article, in its order. */
    of(article: Pick<Passage, 'collection' | 'article'>): Awaitable<Passage[]>;
    /** Of these collections, the best first. */
    search(wanted: {
      collections: readonly string[];
      query: string;
      limit: number;
    }): Awaitable<Passage[]>;
  };
  spendings: {
    /** Nothing, where nobody has spent anything. */
    of(key: string): Awaitable<Pick<Spending, 'tokens' | 'microUsd'>>;
  };
  files: {
    get(id: string): Awaitable<StoredFile | undefined>;
    /** What a conversation's files take, those that are awaited included. */
    bytesOf(conversation: string): Awaitable<number>;
    /** All of a conversation but those whose bytes are to be removed, by `id`, after one. */
    allOf(conversation: string, after: string, limit: number): Awaitable<StoredFile[]>;
    /** Those whose bytes are still to be removed. */
    gone(limit: number): Awaitable<string[]>;
  };
}

/** One transaction: what `Reads` sees, and what only a writer may do. */
export interface Tx extends Reads {
  events: EventReads & {
    append(draft: Draft): Awaitable<LogRecord>;
    /** Replaces the data of records by a tombstone; the one change ever made to a written record. */
    redact(offsets: number[]): Awaitable<void>;
  };
  conversations: ConversationReads & {
    insert(conversation: Conversation): Awaitable<void>;
    save(conversation: Conversation): Awaitable<void>;
    /** Gives all of a contact's conversations to another one; their ids. */
    move(from: string, into: string): Awaitable<string[]>;
  };
  contacts: Reads['contacts'] & {
    /** Whether it was not there before. */
    insert(contact: Contact): Awaitable<boolean>;
    /** Unless the token is somebody's already. */
    addDevice(
      tokenHash: string,
      contact: Pick<Contact, 'id' | 'site' | 'createdAt'>,
    ): Awaitable<void>;
    save(contact: Contact): Awaitable<void>;
    moveDevices(from: string, into: string): Awaitable<void>;
    /** How a browser is told of replies, and nobody else of the site there any more; whether it is there. */
    setPush(tokenHash: string, push: string | null): Awaitable<boolean>;
    removeDevice(tokenHash: string): Awaitable<void>;
    /** None of their browsers is theirs any more. */
    removeDevicesOf(contact: string): Awaitable<void>;
  };
  facts: Reads['facts'] & {
    /** Takes the place of what the same source said before, unless that was observed later. */
    put(subject: string, fact: Fact): Awaitable<void>;
    removeOf(subject: string): Awaitable<void>;
  };
  agents: Reads['agents'] & {
    insert(agent: Agent): Awaitable<void>;
    save(agent: Agent): Awaitable<void>;
  };
  availability: Reads['availability'] & {
    put(availability: Availability): Awaitable<void>;
    /** Prolongs the leases of those who are not offline. */
    renew(agents: string[], until: number): Awaitable<void>;
  };
  sessions: Reads['sessions'] & {
    insert(session: Session): Awaitable<void>;
    remove(tokenHash: string): Awaitable<void>;
    removeOf(agent: string): Awaitable<void>;
    removeExpired(now: number): Awaitable<void>;
  };
  links: Reads['links'] & {
    insert(link: SetupLink): Awaitable<void>;
    remove(tokenHash: string): Awaitable<void>;
    removeOpen(agent: string | null): Awaitable<void>;
  };
  timers: Reads['timers'] & {
    set(timer: Timer): Awaitable<void>;
    clear(key: string): Awaitable<void>;
  };
  cursors: Reads['cursors'] & { set(name: string, offset: number): Awaitable<void> };
  bots: Reads['bots'] & {
    switchOff(off: BotOff): Awaitable<void>;
    switchOn(bot: string | null): Awaitable<void>;
  };
  blueprints: Reads['blueprints'] & { insert(row: BlueprintRow): Awaitable<void> };
  keys: Reads['keys'] & {
    insert(key: ApiKey): Awaitable<void>;
    save(key: ApiKey): Awaitable<void>;
  };
  secrets: Reads['secrets'] & {
    insert(secret: Secret): Awaitable<void>;
    /** Gives the current one an end. */
    expire(owner: string, expiresAt: number): Awaitable<void>;
    removeOf(owner: string): Awaitable<void>;
    removeExpired(now: number): Awaitable<void>;
  };
  passages: Reads['passages'] & {
    /** These instead of all an article had; whether it had any. */
    replace(
      article: Pick<Passage, 'collection' | 'article'>,
      passages: Omit<Passage, 'collection' | 'article'>[],
    ): Awaitable<boolean>;
  };
  spendings: Reads['spendings'] & {
    add(spending: Spending): Awaitable<void>;
    removeExpired(now: number): Awaitable<void>;
  };
  files: Reads['files'] & {
    insert(file: StoredFile): Awaitable<void>;
    save(file: StoredFile): Awaitable<void>;
    /** Gone is what was begun, or shown by no message, before these times. */
    expire(before: { begun: number; unused: number }): Awaitable<void>;
    /** The message is no more, and so are its files. */
    release(message: string): Awaitable<void>;
    /** All of a conversation are no more; how many. */
    releaseOf(conversation: string): Awaitable<number>;
    remove(id: string): Awaitable<void>;
  };
  lease: LeaseReads;
  search: {
    /** Makes texts findable under the records at these offsets, instead of what was; by '' nothing is. */
    put(texts: ReadonlyMap<number, string>): Awaitable<void>;
    /** Takes a little of what was replaced out of the index's own pages; false: nothing of it is left. */
    tidy(): Awaitable<boolean>;
  };
}

export interface Store {
  /** Identity of the log: changes when it is restored or made anew. */
  readonly epoch: string;
  readonly read: Reads;
  readonly deliveries: Deliveries;
  readonly lease: Lease;
  /**
   * Runs `work` in a transaction and resolves once it is on stable storage; what it throws undoes its
   * own writes and nobody else's. Works with the same key run one after another. Several works may
   * share one commit.
   */
  write<T>(key: string, work: (tx: Tx) => Awaitable<T>): Promise<T>;
  /** Resolves once everything accepted so far is answered. */
  settle(): Promise<void>;
  /**
   * Called after each commit that appended to the log; with its newest offset where it was one of ours, and
   * without where somebody else's was found.
   */
  onCommit(listener: (ours?: number) => void): () => void;
  /** Somebody else says that the log goes as far as this: not found only by the next look. */
  hint(offset: number): void;
  /** Works accepted and not yet begun. */
  readonly backlog: number;
  /** Of the embedded engine: how long its write-ahead log is, and what it is cut back to. */
  wal?(): { bytes: number; keptBytes: number };
  /** How the engine was found set up, for logs and benchmarks. */
  readonly settings: Record<string, string | number>;
  /** Lets what was accepted finish, then closes. */
  close(): Promise<void>;
}
