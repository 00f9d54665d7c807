import type { ErrorCode } from '@throughline/shared';
import type { Entry } from '@throughline/shared/client';
import type { Actor, Context, VisitorEvent } from '@throughline/shared/schema';
import { type MessageActions, messageActions } from './connection/messages.ts';
import { adopt, createRelayConnection, type RelayConnection } from './connection/relay.ts';
import { type OpenSocket, openSocket } from './connection/socket.ts';
import { type VisitorActions, visitorActions } from './connection/visitor.ts';
import type { Emitter } from './lib/emitter.ts';
import type { WidgetOptions } from './options.ts';
import { openPersist, type Persist } from './store/persist.ts';
import { unreadTotal } from './store/selectors.ts';
import type { State } from './store/state.ts';
import { createWidgetStore, type WidgetStore } from './store/store.ts';

/** What a client tells the page. Names are the events' own, the same everywhere they appear. */
export interface ClientEvents {
  'conversation.started': { conversationId: string };
  'conversation.assigned': { conversationId: string; agent: { id: string; name: string } | null };
  'conversation.resolved': { conversationId: string };
  'conversation.reopened': { conversationId: string };
  'message.created': {
    conversationId: string;
    message: {
      id: string;
      text: string;
      author: Actor['kind'];
      /** Of agents and bots. */
      name: string | null;
      time: number;
    };
  };
  'unread.changed': { count: number };
  'contact.identified': { externalId?: string; name?: string; email?: string };
  'widget.error': { code: ErrorCode | 'load_failed'; message: string };
}

export interface ClientOptions extends Pick<WidgetOptions, 'site' | 'relay' | 'storage'> {
  /** Where the visitor is, asked at every connect. By default nothing is told about the page. */
  context?(): Context;
  /** A program that is no browser says for which of the site's origins it speaks. */
  origin?: string;
}

/** The chat without a screen: connection, outbox, state and events. */
export interface Client
  extends MessageActions,
    VisitorActions,
    Pick<Emitter<ClientEvents>, 'on' | 'once' | 'off'> {
  /** Connects, and stays connected. */
  start(): void;
  /** Disconnects; what is unsent is kept. */
  stop(): void;
  getState(): State;
  /** Called after every change; hands back its undo. */
  subscribe(listener: (state: State) => void): () => void;
  /** The visitor is on another page now. */
  setContext(context: Context): void;
  /** The page came back: visible, focused, restored, or online again. */
  nudge(): void;
  /** The browser says the network is gone. */
  networkDown(): void;
  /** What is typed and not sent, kept beside the conversation (`new` before there is one). */
  draft(conversationId: string): string;
  setDraft(conversationId: string, text: string): void;
  /** Whether this browser has been here before: there may be something to read. */
  isKnown(): boolean;
}

/** Wires a client: options → store → connection → events. */
export function assembleClient(
  options: ClientOptions,
  emitter: Emitter<ClientEvents>,
  open: OpenSocket = openSocket,
): Client {
  const context = options.context ?? (() => ({}));
  const store = createWidgetStore();
  const persist = openPersist(options.site, options.storage);
  const fail = (code: ErrorCode, message: string) =>
    emitter.emit('widget.error', { code, message });
  const relay = createRelayConnection({
    ...options,
    open,
    context,
    store,
    persist,
    onEvent: (event) => emitEvent(emitter, event),
    onConfirmed: (entry) => emitConfirmed(emitter, entry),
    onMissing: (id) => fail('not_found', `There is no conversation ${id}.`),
    onRefused: (_entry, code) => fail(code, `The relay refused: ${code}.`),
  });
  store.setState({ durable: persist.durable });
  watchRefusal(store, (code) =>
    fail(
      code,
      `The relay ${options.relay} will not serve the site "${options.site}" here: ${code}.`,
    ),
  );
  adopt({ store, persist });
  watchUnread(store, emitter);
  return {
    ...messageActions({ store, persist, relay, context }),
    ...visitorActions({ persist, relay }),
    ...lifecycle({ store, persist, relay, emitter }),
    draft: persist.draft,
    setDraft: persist.setDraft,
    isKnown: () => persist.read().token !== undefined || persist.entries().length > 0,
  };
}

interface Parts {
  store: WidgetStore;
  persist: Persist;
  relay: RelayConnection;
  emitter: Emitter<ClientEvents>;
}

function lifecycle({ store, persist, relay, emitter }: Parts) {
  const { connection } = relay;
  let forget = () => {};
  return {
    on: emitter.on,
    once: emitter.once,
    off: emitter.off,
    start() {
      forget();
      forget = persist.onTakeOver(relay.rejoin);
      connection.start();
    },
    stop() {
      forget();
      relay.stop();
    },
    getState: store.getState,
    subscribe: (listener: (state: State) => void) => store.subscribe((state) => listener(state)),
    nudge: connection.nudge,
    networkDown: connection.down,
    setContext(context: Context) {
      if (connection.state === 'online') connection.signal('context:set', context);
    },
  };
}

/** A page that is not allowed hears why; a chat that went on in another window is no error. */
function watchRefusal(store: WidgetStore, tell: (code: ErrorCode) => void): void {
  store.subscribe(({ refusedWith: code }, before) => {
    if (code && code !== before.refusedWith && code !== 'replaced') tell(code);
  });
}

function watchUnread(store: WidgetStore, emitter: Emitter<ClientEvents>): void {
  let count = 0;
  store.subscribe((state) => {
    const now = unreadTotal(state);
    if (now === count) return;
    count = now;
    emitter.emit('unread.changed', { count });
  });
}

function emitConfirmed(emitter: Emitter<ClientEvents>, entry: Entry): void {
  if (entry.name !== 'contact:identify') return;
  const { id: _, ...said } = entry.input;
  emitter.emit('contact.identified', said as ClientEvents['contact.identified']);
}

/** Events a page hears of, by type; what only the chat itself needs is not among them. */
function emitEvent({ emit }: Emitter<ClientEvents>, event: VisitorEvent): void {
  const { conversation: conversationId, data } = event;
  if ('redacted' in data) return;
  if (event.type === 'message.created') {
    const { id, actor, time } = event;
    const { text } = data as { text: string };
    const { kind: author, name = null } = actor;
    emit('message.created', { conversationId, message: { id, text, author, name, time } });
  } else if (event.type === 'conversation.assigned') {
    const { assignee } = data as { assignee: { id: string; name: string } | null };
    emit('conversation.assigned', { conversationId, agent: assignee });
  } else if (
    event.type === 'conversation.started' ||
    event.type === 'conversation.resolved' ||
    event.type === 'conversation.reopened'
  )
    emit(event.type, { conversationId });
}
