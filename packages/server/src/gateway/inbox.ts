import type { Queries } from '../conversations/queries.ts';
import type { LogRecord } from '../events/log.ts';
import type { AgentNamespace } from './rooms.ts';

/** Changes within this long travel together: a list need not flicker faster than people read. */
const FLUSH_MS = 200;
/** After many rows a longer rest: every agent's browser gets all of them, and draws them. */
const REST_PER_ROW_MS = 1;

export interface Inbox {
  handle(records: LogRecord[]): void;
  stop(): void;
}

/**
 * The follower that keeps agents' lists current: which rows changed between two places in the log.
 * Derived and repeatable, so a client that finds `from` unequal to its last `to` reloads the list.
 */
export function createInbox(
  agents: AgentNamespace,
  queries: Queries,
  options: { from: number; onError(error: unknown): void },
): Inbox {
  let sent = options.from;
  let seen = options.from;
  const conversations = new Set<string>();
  const contacts = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let restMs = FLUSH_MS;

  async function flush(): Promise<void> {
    timer = undefined;
    const [from, to] = [sent, seen];
    const who = { conversations: [...conversations], contacts: [...contacts] };
    restMs = Math.max(FLUSH_MS, conversations.size * REST_PER_ROW_MS);
    conversations.clear();
    contacts.clear();
    sent = to;
    if (agents.sockets.size === 0) return;
    try {
      const learnt = who.contacts.length > 0 ? { contacts: who.contacts } : {};
      agents.local.emit('inbox', { from, to, ...(await queries.inbox(who)), ...learnt });
    } catch (error) {
      options.onError(error);
      // Nothing was told, so all of it is still to be told.
      sent = from;
      for (const id of who.conversations) conversations.add(id);
      for (const id of who.contacts) contacts.add(id);
      schedule();
    }
  }

  function schedule(): void {
    timer ??= setTimeout(() => void flush(), restMs);
  }

  return {
    handle(records) {
      for (const record of records) {
        seen = record.offset;
        if (record.conversation) conversations.add(record.conversation);
        // What is learnt about somebody shows with every conversation of theirs.
        else if (record.contact) contacts.add(record.contact);
      }
      if (conversations.size + contacts.size > 0) schedule();
    },
    stop() {
      clearTimeout(timer);
    },
  };
}
