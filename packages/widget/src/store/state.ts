import type { ErrorCode } from '@throughline/shared';
import type { Outbox, Status, Stream } from '@throughline/shared/client';
import type { Actor, Attachment, Block, VisitorEvent, Wait } from '@throughline/shared/schema';

/** A file of a message; of one that is still to be sent only its id is known. */
export type Attached = Pick<Attachment, 'id'> & Partial<Attachment>;

interface Message {
  kind: 'message';
  id: string;
  /** Place in the conversation, as this visitor counts. */
  pub: number;
  by: Actor;
  text: string;
  block?: Block | undefined;
  time: number;
  attachments?: Attached[] | undefined;
}

/** Something that happened, told in one quiet line. */
export interface Line {
  kind: 'line';
  id: string;
  pub: number;
  time: number;
  what: 'joined' | 'resolved' | 'reopened' | 'rejected';
  name?: string;
}

export type Item = Message | Line;

/** The newest word on a message that was edited or deleted. */
interface Amendment {
  pub: number;
  /** Null: deleted. */
  text: string | null;
}

export interface Conversation {
  id: string;
  status: 'open' | 'resolved';
  agent: { id: string; name: string } | null;
  activeAt: number;
  last: { id: string; text: string; by: Actor['kind'] } | null;
  /** Messages of others after `visitorRead`. */
  unread: number;
  visitorRead: number;
  agentRead: number;
  /** Up to where an agent's console has it, as far as the relay knows. */
  delivered: number;
  /** The last position known, loaded or not. */
  head: number;
  /** Undefined until somebody looks at the conversation. */
  stream?: Stream<VisitorEvent>;
  /** By position, oldest first; from `low` on without holes. */
  items: Item[];
  low: number;
  amendments: Record<string, Amendment>;
  /** The last answer to what a message asks, by the message's id. */
  answers: Record<string, VisitorEvent>;
}

interface Typing {
  name: string;
  /** Ends it. */
  timer: ReturnType<typeof setTimeout>;
}

export interface State {
  status: Status;
  /** Why the relay refused us, in `refused`. */
  refusedWith: ErrorCode | null;
  /**
   * `online`: ids of the agents who are there now; `version`: of what the business configured; `waits`:
   * how conversations stand that wait for a person.
   */
  site: { name: string; online: string[]; version?: string | undefined; waits?: Wait[] };
  contact: string | null;
  /** Whether the list has been loaded at least once. */
  listed: boolean;
  conversations: Record<string, Conversation>;
  outbox: Outbox;
  /** By conversation. */
  typing: Record<string, Typing>;
}

export const initialState: State = {
  status: 'idle',
  refusedWith: null,
  site: { name: '', online: [] },
  contact: null,
  listed: false,
  conversations: {},
  outbox: [],
  typing: {},
};
