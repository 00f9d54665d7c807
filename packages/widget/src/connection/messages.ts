import { TEXT_CHARS, uuidv7 } from '@throughline/shared';
import { newStream, retry } from '@throughline/shared/client';
import type { CommandInput } from '@throughline/shared/schema';
import { isSendable } from '../lib/sendable.ts';
import { begunConversation } from '../store/apply.ts';
import type { Persist } from '../store/persist.ts';
import { changeConversation, type WidgetStore } from '../store/store.ts';
import type { RelayConnection } from './relay.ts';

export interface MessageActions {
  /** Loads a conversation and keeps it current. */
  follow(conversationId: string): void;
  loadOlder(conversationId: string): Promise<void>;
  /**
   * Sends a message; without a conversation, begins one. `files` are ids of files that have been
   * brought; beside them the text may be empty. Returns where it went.
   *
   * @throws TypeError when the text is empty or longer than 10,000 characters
   */
  sendMessage(
    text: string,
    to?: { conversationId?: string | undefined; files?: string[] | undefined },
  ): { conversationId: string; messageId: string };
  /** Begins a conversation with nothing in it yet: something else than text comes first, a form perhaps. */
  startConversation(begun?: Begun): string;
  /** Answers what a message asks; its block says what there is to answer. */
  answer<N extends AnswerName>(
    name: N,
    to: { conversationId: string; messageId: string },
    said: Omit<CommandInput<N>, 'id' | 'conversation' | 'message'>,
  ): void;
  editMessage(conversationId: string, messageId: string, text: string): void;
  deleteMessage(conversationId: string, messageId: string): void;
  /** Sends a failed message again. */
  retryMessage(messageId: string): void;
  /** Gives a message up that was not sent. */
  discardMessage(messageId: string): void;
  /** The visitor has seen the conversation as far as it is known here. */
  markRead(conversationId: string): void;
  /** Call it while the visitor types; it ends by itself, or with `false`. */
  setTyping(conversationId: string, on: boolean): void;
}

/** Which of the site's forms or surveys was answered, and as which message it is to stand there. */
type Begun = Pick<CommandInput<'conversation:start'>, 'form' | 'survey'>;

/** Chooses a reply or presses a button; fills in a form; rates. */
type AnswerName = 'message:act' | 'form:submit' | 'survey:submit';

interface Around {
  store: WidgetStore;
  persist: Persist;
  relay: RelayConnection;
  context(): object;
}

/** Repeated this often while somebody types; the relay forwards no more than that. */
const TYPING_REPEAT_MS = 2500;

export function messageActions({ store, persist, relay, context }: Around): MessageActions {
  const { submit } = relay;
  const typing = createTyping(relay);

  const begin = (begun?: Begun): string => {
    if (persist.allow()) relay.rejoin();
    const conversation = uuidv7();
    changeConversation(store, conversation, () => begunConversation(conversation, Date.now()));
    relay.news.begin(conversation);
    submit('conversation:start', { id: uuidv7(), conversation, context: context(), ...begun });
    return conversation;
  };

  return {
    startConversation: begin,
    follow: (id) => follow({ store, relay }, id),
    loadOlder: relay.recovery.older,

    sendMessage(text, { conversationId, files } = {}) {
      if (!isSendable(text) && (text || !files))
        throw new TypeError(`sendMessage takes a text of 1 to ${TEXT_CHARS} characters.`);
      if (persist.allow()) relay.rejoin();
      const conversation = conversationId ?? begin();
      const id = uuidv7();
      submit('message:send', { id, conversation, text, ...(files && { files }) });
      typing.set(conversation, false);
      return { conversationId: conversation, messageId: id };
    },

    answer(name, { conversationId: conversation, messageId: message }, said) {
      if (persist.allow()) relay.rejoin();
      submit(name, { id: uuidv7(), conversation, message, ...said } as never);
    },
    editMessage: (conversation, message, text) =>
      submit('message:edit', { id: uuidv7(), conversation, message, text }),
    deleteMessage: (conversation, message) =>
      submit('message:delete', { id: uuidv7(), conversation, message }),

    retryMessage(id) {
      store.setState(({ outbox }) => ({ outbox: retry(outbox, id) }));
      relay.drain();
    },
    discardMessage: relay.discard,

    markRead: (id) => markRead({ store, relay }, id),
    setTyping: typing.set,
  };
}

function follow({ store, relay }: Pick<Around, 'store' | 'relay'>, id: string): void {
  if (store.getState().conversations[id]?.stream) return;
  changeConversation(store, id, (known) => ({
    ...begunConversation(id, Date.now()),
    ...known,
    stream: newStream(),
  }));
  // Unless there is nobody to ask yet: then all that is followed is asked for, once there is.
  void relay.recovery.catchUp(id);
}

/** Marks are not queued: one that gets lost is made good by the next look. */
function markRead({ store, relay }: Pick<Around, 'store' | 'relay'>, id: string): void {
  const known = store.getState().conversations[id];
  if (!known || known.unread === 0 || relay.connection.state !== 'online') return;
  const upTo = known.head;
  changeConversation(store, id, () => ({ ...known, unread: 0, visitorRead: upTo }));
  void relay.connection.request('message:read', { id: uuidv7(), conversation: id, upTo });
}

function createTyping({ connection }: RelayConnection) {
  let said: { conversation: string; at: number } | undefined;
  return {
    set(conversation: string, on: boolean): void {
      const isRepeat =
        said?.conversation === conversation && Date.now() - said.at < TYPING_REPEAT_MS;
      if (on ? isRepeat : said?.conversation !== conversation) return;
      said = on ? { conversation, at: Date.now() } : undefined;
      if (connection.state === 'online') connection.signal('typing:set', { conversation, on });
    },
  };
}
