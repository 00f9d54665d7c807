import type { ErrorCode } from '@throughline/shared';
import type { Entry } from '@throughline/shared/client';
import type { Ack, Context, QueryInput, QueryName, VisitorEvent } from '@throughline/shared/schema';
import { shareSocket } from './connection/line/share.ts';
import { type MessageActions, messageActions } from './connection/messages.ts';
import { createRelayConnection, type RelayConnection } from './connection/relay.ts';
import { type OpenSocket, openSocket } from './connection/socket.ts';
import { type VisitorActions, visitorActions } from './connection/visitor.ts';
import { type ClientEvents, happened, type PageEvent, type Tell } from './events.ts';
import type { Emitter } from './lib/emitter.ts';
import type { WidgetOptions } from './options.ts';
import { openPersist, type Persist } from './store/persist.ts';
import { unreadTotal } from './store/selectors.ts';
import type { State } from './store/state.ts';
import { createWidgetStore, type WidgetStore } from './store/store.ts';
import { VERSION } from './version.ts';

export interface ClientOptions
  extends Pick<WidgetOptions, 'site' | 'relay' | 'storage' | 'consent'> {
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
  /** Every new event as the relay sent it, out of reach of a page's hooks. */
  onNews(listener: (event: VisitorEvent) => void): () => void;
  /** The visitor is on another page now. */
  setContext(context: Context): void;
  /** The page came back: visible, focused, restored, or online again. */
  nudge(): void;
  /** The browser says the network is gone. */
  networkDown(): void;
  /** Asks the relay something; undefined: it did not answer, or there is no connection. */
  ask<N extends QueryName, T>(name: N, input: QueryInput<N>): Promise<Ack<T> | undefined>;
  /** Where the relay is. */
  readonly relay: string;
  /** What is typed and not sent, kept beside the conversation (`new` before there is one). */
  draft(conversationId: string): string;
  setDraft(conversationId: string, text: string): void;
  /** For the screen's parts: any command there is. */
  submit: RelayConnection['submit'];
  /** What the visitor chose about the chat itself; empty: nothing. */
  choice(name: 'language' | 'sound'): string;
  choose(name: 'language' | 'sound', value: string): void;
  /** Where what outlives the page is kept. */
  persist: Persist;
  /** Goes on as whoever is kept now. */
  rejoin(): void;
  /** Whether this browser has been here before: there may be something to read. */
  isKnown(): boolean;
}

/** Nothing outlives the page without consent. */
export const areaOf = ({ consent, storage }: Pick<WidgetOptions, 'consent' | 'storage'>) =>
  consent === 'denied' ? 'none' : storage;

interface Audience {
  emitter: Emitter<ClientEvents>;
  tell: Tell;
}

/** Wires a client: options → store → connection → events. */
export function assembleClient(
  options: ClientOptions,
  { emitter, tell }: Audience,
  open: OpenSocket = openSocket,
): Client {
  const context = options.context ?? (() => ({}));
  const store = createWidgetStore();
  const persist = openPersist(options.site, areaOf(options));
  const listeners = new Set<(event: VisitorEvent) => void>();
  const fail: Fail = (code, message, fatal = false) => {
    const error = { code, message, fatal, sdkVersion: VERSION };
    tell(happened('widget.error', error));
  };
  const relay = createRelayConnection({
    ...options,
    open: shareSocket(open),
    context,
    store,
    persist,
    onEvent(event) {
      for (const listener of listeners) listener(event);
      if (!('redacted' in event.data)) tell(pageEventOf(event));
    },
    onConfirmed(entry, { time }) {
      const event = identified(entry, time, store.getState().contact);
      if (event) tell(event);
    },
    onMissing: (id) => fail('not_found', `There is no conversation ${id}.`),
    onRefused: (_entry, code) => fail(code, `The relay refused: ${code}.`),
  });
  const { relay: where, site } = options;
  watchRefusal(store, (code) =>
    fail(code, `The relay ${where} will not serve the site "${site}" here: ${code}.`, true),
  );
  watchUnread(store, emitter);
  return {
    ...messageActions({ store, persist, relay, context }),
    ...visitorActions({ persist, relay }),
    ...lifecycle({ store, persist, relay, emitter }),
    onNews(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    persist,
    rejoin: relay.rejoin,
    draft: (id) => persist.note(`draft:${id}`),
    setDraft: (id, text) => persist.setNote(`draft:${id}`, text),
    choice: persist.note,
    choose: persist.setNote,
    ask: relay.connection.request,
    relay: where,
    submit: relay.submit,
    isKnown: () => !!(persist.read().token ?? persist.entries()[0]),
  };
}

type Fail = (code: ErrorCode, message: string, fatal?: boolean) => void;

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

/** What the page said of its visitor: the relay tells agents only, and the page that it has it. */
function identified(entry: Entry, time: number, contact: string | null): PageEvent | undefined {
  if (entry.name !== 'contact:identify') return undefined;
  const { id, externalId, name, email } = entry.input;
  const actor = { kind: 'visitor', id: contact ?? '' } as const;
  const data = { externalId, name, email, method: 'unverified' } as const;
  return { id, type: 'contact.identified', time, conversation: null, actor, data };
}

/** Without its place in the conversation, which is the chat's own business. */
const pageEventOf = ({ id, type, time, conversation, actor, data }: VisitorEvent): PageEvent =>
  ({ id, type, time, conversation, actor, data }) as PageEvent;
