import type {
  AgentEvent,
  AgentWelcome,
  Closing,
  Context,
  Ephemeral,
  Heartbeat,
  InboxChange,
  VisitorEvent,
  VisitorWelcome,
} from '@throughline/shared/schema';
import type { Namespace, Socket } from 'socket.io';

interface ToClient {
  closing(message: Closing): void;
  heartbeat(message: Heartbeat): void;
  ephemeral(message: Ephemeral): void;
}

interface ToVisitor extends ToClient {
  welcome(message: VisitorWelcome): void;
  event(event: VisitorEvent): void;
}

interface ToAgent extends ToClient {
  welcome(message: AgentWelcome): void;
  event(event: AgentEvent): void;
  inbox(change: InboxChange): void;
}

/** Every packet from a client goes through `dispatch.ts`; no listener is ever typed or trusted. */
type FromClient = Record<never, never>;

interface Typing {
  conversation: string;
  on: boolean;
  at: number;
}

/** What a socket said last about typing, so that a flood of it stays here. */
interface TypingMemory {
  typing?: Typing;
  /** The end of the queue of pages this socket asked for. */
  pages?: Promise<unknown>;
}

/** What relays tell each other over the namespace. */
interface Between {
  relay(message: object): void;
  asks(question: object, answer: (said: boolean) => void): void;
}

export interface VisitorData extends TypingMemory {
  who: { kind: 'visitor'; id: string; site: string };
  /** What the limit on all visitors of one network counts by. */
  network: string;
  tokenHash: string;
  /** Of the token it came with and those before it, where nobody knew that one. */
  cameWith: string[] | undefined;
  /** Nothing of this visitor is stored yet; the first command does it. */
  isNew: boolean;
  newToken: string | undefined;
  context: Context | undefined;
  forbidden?: number;
}

export interface AgentData extends TypingMemory {
  who: { kind: 'agent'; id: string; name: string };
  session: string;
  /** Followed conversations, each with its contact. */
  followed: Map<string, string>;
  forbidden?: number;
}

export type VisitorNamespace = Namespace<FromClient, ToVisitor, FromClient, VisitorData>;
export type VisitorSocket = Socket<FromClient, ToVisitor, FromClient, VisitorData>;
export type AgentNamespace = Namespace<FromClient, ToAgent, Between, AgentData>;
export type AgentSocket = Socket<FromClient, ToAgent, Between, AgentData>;

const TYPING_REPEAT_MS = 2000;

/** Whether it need not be told: begun once in a while, and ended only where it had begun (EV-22). */
export function isRepeat(data: TypingMemory, said: Typing): boolean {
  const { typing } = data;
  const isKnown = said.on
    ? typing !== undefined && said.at - typing.at < TYPING_REPEAT_MS
    : typing?.on !== true || typing.conversation !== said.conversation;
  if (!isKnown) data.typing = said.on ? said : { ...said, at: typing?.at ?? 0 };
  return isKnown;
}

/** Only the relay picks rooms. */
export const contactRoom = (contact: string): string => `contact:${contact}`;
export const agentRoom = (conversation: string): string => `conversation:${conversation}`;
/** Everybody on the pages of a site. */
export const siteRoom = (site: string): string => `site:${site}`;
/** Agents who look at a conversation of this contact. */
export const watchRoom = (contact: string): string => `watch:${contact}`;
export const sessionRoom = (session: string): string => `session:${session}`;
