import type { ErrorCode } from '@throughline/shared';
import type { Outbox, Status } from '@throughline/shared/client';
import type {
  Actor,
  AgentSummary,
  CardAnswer,
  ContactSummary,
  ConversationSummary,
  Fact,
  RoutingBoard,
  Why,
} from '@throughline/shared/schema';
import type { TimelineEntry } from '../api.ts';
import { type Inbox, newInbox } from './inbox.ts';
import type { PageName } from './place.ts';
import { newPresence, type Presence } from './presence.ts';
import type { Route } from './route.ts';
import type { Settings } from './settings.ts';
import type { Thread } from './thread.ts';

/** Whether somebody is signed in; each phase carries only what is true in it. */
type Session =
  | { phase: 'checking' }
  /** The relay did not answer, so nobody knows yet. */
  | { phase: 'unreachable' }
  | { phase: 'signed-out'; notice: string | null }
  /** A one-time link was opened. */
  | { phase: 'set-up'; token: string }
  | { phase: 'signed-in'; agent: AgentSummary; csrf: string };

export interface LinkState {
  status: Status;
  /** Why the relay will not have us, or what it said last. */
  code: ErrorCode | null;
}

export type Mode = 'reply' | 'note';

/** What lies over the page; one at a time. */
export type Overlay = 'palette' | 'actions' | 'assign' | 'snooze' | 'tags' | 'hand-back' | 'help';

/** One sentence about what just happened, with at most one thing to do about it. */
export interface Toast {
  id: number;
  text: string;
  tone: 'plain' | 'warning';
  action: { label: string; run(): void } | null;
}

/** Asks a field to take the focus; the number makes two asks in a row differ. */
export interface FocusRequest {
  field: 'composer' | 'search';
  nth: number;
}

/** Rows that answer the words in the route. */
export interface Search {
  query: string;
  ids: readonly string[];
  phase: 'loading' | 'ready' | 'failed';
}

/** What is known of a contact beside its conversations. */
export interface About {
  /** Newest first. */
  timeline: readonly TimelineEntry[];
  /** Where the older ones begin; null: that was all. */
  next: number | null;
  /** What the site's own system shows; null: it was not asked yet. */
  card: CardAnswer | null;
}

export interface State {
  session: Session;
  link: LinkState;
  route: Route;
  inbox: Inbox;
  /** Whether the current view could not be loaded. */
  listFailed: boolean;
  search: Search | null;
  threads: Readonly<Record<string, Thread>>;
  contacts: Readonly<Record<string, ContactSummary>>;
  /** What is said of conversations themselves, by their id. */
  facts: Readonly<Record<string, readonly Fact[]>>;
  about: Readonly<Record<string, About>>;
  team: readonly AgentSummary[];
  presence: Presence;
  /** How the queues stand, as far as it was asked for. */
  board: RoutingBoard;
  /** Why conversations were offered to oneself, by the offer. */
  whys: Readonly<Record<string, Why>>;
  outbox: Outbox;
  /** Unsent text by `draftKey`. */
  drafts: Readonly<Record<string, string>>;
  /** The suggestions unsent replies were begun with, by their conversation. */
  sources: Readonly<Record<string, string>>;
  /** The new text of messages that are being changed, by their id. */
  edits: Readonly<Record<string, string>>;
  /** What is written in a conversation's composer, where one has chosen. */
  modes: Readonly<Record<string, Mode>>;
  settings: Settings;
  toast: Toast | null;
  overlay: Overlay | null;
  /** What is to be passed on, where it is not the conversation in the route. */
  passed: Passed | null;
  focus: FocusRequest | null;
  /** Whether there is room for the details beside the thread; else they lie over it. */
  isWide: boolean;
  areDetailsOpen: boolean;
  /** Whether this window has the focus. */
  isFocused: boolean;
}

/** What belongs to the person who is signed in, and goes when they do. */
export const freshState = (): Omit<
  State,
  'session' | 'route' | 'settings' | 'isFocused' | 'isWide' | 'areDetailsOpen'
> => ({
  link: { status: 'idle', code: null },
  inbox: newInbox(),
  listFailed: false,
  search: null,
  threads: {},
  contacts: {},
  facts: {},
  about: {},
  team: [],
  presence: newPresence(),
  board: { queues: [], agents: [], offers: [], promises: [] },
  whys: {},
  outbox: [],
  drafts: {},
  sources: {},
  edits: {},
  modes: {},
  toast: null,
  overlay: null,
  passed: null,
  focus: null,
});

/** A conversation as it was seen: what is asked of it is good while nobody else has it. */
export interface Seen {
  id: string;
  epoch: number;
}

/** One that is to go into other hands. */
export interface Passed extends Seen {
  assignee: string | null;
  queue: string | null;
  status: ConversationSummary['status'];
}

export const draftKey = (conversation: string, mode: Mode): string => `${conversation}/${mode}`;

export const agentOf = ({ session }: State): AgentSummary | undefined =>
  session.phase === 'signed-in' ? session.agent : undefined;

export const isAdmin = (state: State): boolean => agentOf(state)?.role === 'admin';

/** The pages somebody can go to: everybody sees journeys and bots, and the queues where there are some. */
export function mayOpen(state: State, page: PageName): boolean {
  if (isAdmin(state)) return true;
  return isForAll(page) && (page !== 'queues' || isRouted(state));
}

/** Pages for everybody; where nothing is routed there is nothing to see of queues. */
export const isForAll = (page: PageName): boolean =>
  page === 'queues' || page === 'journeys' || page === 'bots';

/** Empty while nobody is signed in: it belongs to no conversation. */
export const myId = (state: State): string => agentOf(state)?.id ?? '';

export function myselfAs(state: State): Actor {
  const agent = agentOf(state);
  return { kind: 'agent', id: agent?.id ?? '', name: agent?.name ?? '' };
}

export const openRow = ({ route, inbox }: State): ConversationSummary | undefined =>
  route.conversation === null ? undefined : inbox.rows[route.conversation];

/** A reply, unless one chose otherwise, or came back to a note that was begun. */
export function modeOf({ modes, drafts, route }: State): Mode {
  const conversation = route.conversation ?? '';
  const isNoteBegun =
    draftKey(conversation, 'note') in drafts && !(draftKey(conversation, 'reply') in drafts);
  return modes[conversation] ?? (isNoteBegun ? 'note' : 'reply');
}

/** Whether anything is brought to anybody; else whoever wants takes. */
export const isRouted = ({ board }: State): boolean => board.queues.length > 0;

export const queueName = ({ board }: State, id: string): string =>
  board.queues.find((queue) => queue.id === id)?.name ?? id;

export const teamName = ({ team, session }: State, id: string): string | undefined =>
  team.find((agent) => agent.id === id)?.name ??
  (session.phase === 'signed-in' && session.agent.id === id ? session.agent.name : undefined);
