import type { ErrorCode, Problem } from '@throughline/shared';
import {
  type Connection,
  createConnection,
  createSender,
  type Entry,
  enqueue,
  noticeHead,
  receive,
  reconnect,
  remove,
  type Sender,
  type Status,
} from '@throughline/shared/client';
import type {
  CommandInput,
  CommandName,
  Context,
  Ephemeral,
  Heartbeat,
  Receipt,
  VisitorEvent,
  VisitorWelcome,
} from '@throughline/shared/schema';
import { subjectOf } from '../lib/subject.ts';
import { applyEvent, begunConversation, emptyConversation } from '../store/apply.ts';
import type { Persist } from '../store/persist.ts';
import { initialState } from '../store/state.ts';
import { changeConversation, type WidgetStore } from '../store/store.ts';
import { begunBy } from './begun.ts';
import { forgetAllTyping, takeEphemeral } from './ephemerals.ts';
import { createNews, type News } from './news.ts';
import { createRecovery, type Recovery, takeStep } from './recovery.ts';
import type { OpenSocket, SocketOptions } from './socket.ts';

export interface RelayOptions {
  relay: string;
  site: string;
  origin?: string | undefined;
  store: WidgetStore;
  persist: Persist;
  open: OpenSocket;
  context(): Context;
  /** An event that is new to this page, after it was applied. */
  onEvent(event: VisitorEvent): void;
  onConfirmed(entry: Entry, receipt: Receipt): void;
  /** A conversation that is not there, or not this visitor's. */
  onMissing(id: string): void;
  onRefused(entry: Entry, code: ErrorCode): void;
}

export interface RelayConnection {
  connection: Connection;
  recovery: Recovery;
  news: News;
  /** Puts a command in the outbox, durably if possible, and sends it as soon as it can. */
  submit<N extends CommandName>(name: N, input: CommandInput<N>): void;
  /** Takes back what was submitted. */
  discard(id: string): void;
  /** Sends what is queued, if online. */
  drain(): void;
  stop(): void;
  /** The visitor of this browser is another one now, or nobody: goes on as whoever is kept. */
  rejoin(): void;
  /** The business's backend says who this is, from the next connect on, which is now. */
  identify(identity: Identity): void;
  /** The visitor is nobody here any more. */
  logout(): void;
}

const setTimer = (run: () => void, ms: number) => {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
};

interface Core extends RelayOptions {
  connection: Connection;
  recovery: Recovery;
  news: News;
  sender: Sender;
  token: string | undefined;
  epoch: string | undefined;
  identity: SocketOptions['identity'];
  /** The token came from another tab, whose page may know better who is here. */
  taken: boolean | undefined;
  /** Whose the tokens of this page are, since it said so. */
  who: string | undefined;
  /** Since when it is this person's page: what was written before is another's. */
  since: number;
  /** The token that was logged out and that the relay has not heard of yet. */
  forget: string | undefined;
}

type Identity = NonNullable<SocketOptions['identity']>;

/** The widget's network face: fills the store from the relay and empties the outbox into it. */
export function createRelayConnection(options: RelayOptions): RelayConnection {
  const { store, persist, relay, site, origin } = options;
  const core = { ...options, token: persist.read().token, since: Infinity } as Core;
  core.connection = createConnection(
    {
      open: (handlers) =>
        options.open(
          {
            relay,
            site,
            origin,
            token: core.token,
            identity: core.identity && (() => prove(core)),
            forget: core.forget,
            isShared: persist.isShared,
            context: options.context(),
          },
          handlers,
        ),
      setTimer,
      random: Math.random,
      isHidden: () => globalThis.document?.hidden === true,
      isNetworkUp: () => globalThis.navigator?.onLine !== false,
    },
    {
      welcome: (message) => welcome(core, message as VisitorWelcome),
      sync: () => sync(core),
      message: (name, payload) => take(core, name, payload),
      status: (status, problem) => note(core, status, problem),
    },
  );
  core.news = createNews(persist, () => core.epoch);
  core.recovery = createRecovery({
    store,
    request: core.connection.request,
    news: core.news,
    onEvent: (event) => tell(core, event),
    onMissing: (id) => options.onMissing(id),
  });
  core.sender = createOutboxSender(core);
  adopt(core);
  return {
    connection: core.connection,
    recovery: core.recovery,
    news: core.news,
    submit(name, input) {
      const entry = { name, input, at: Date.now(), state: 'queued' } as Entry;
      persist.putEntry(entry);
      store.setState(({ outbox }) => ({ outbox: enqueue(outbox, entry) }));
      makeRoom(core);
      drain(core);
    },
    discard: (id) => discard(core, id),
    drain: () => drain(core),
    stop: () => core.connection.stop(),
    rejoin: () => rejoin(core, true),
    identify(identity) {
      core.identity = identity;
      core.who = undefined;
      core.since = Date.now();
      if (core.connection.state === 'idle') return;
      core.connection.stop();
      core.connection.start();
    },
    logout() {
      // At once, for a page that leaves behind it: no notice comes to whoever sits here next.
      void core.connection.request('push:set', { subscription: null });
      core.identity = core.who = undefined;
      core.since = Infinity;
      leave(core);
    },
  };
}

/** Whoever was here before, connected or not, is gone before the relay hears of anybody else. */
async function prove(core: Core): Promise<string> {
  const { persist } = core;
  const token = (await core.identity?.()) ?? '';
  const who = subjectOf(token);
  const before = persist.read().who;
  const isOther = who && before && who !== before;
  // What another tab stored is its own: the relay tells who of the two may go on.
  if (isOther && core.taken) return token;
  if (isOther) {
    // The page did not say so: what it has written since it last did is the other one's.
    if (core.who) core.since = Date.now();
    leave(core);
    // To nobody's eyes: this connection is not made.
    throw new Error();
  }
  core.who = who;
  if (who) persist.keep({ who });
  return token;
}

/**
 * The relay ends the old session before it begins another: the handshake names its token. What was
 * written since the page said who this is goes on with them.
 */
function leave(core: Core): void {
  const { persist, since } = core;
  const own = persist.entries().filter(({ at }) => at >= since);
  core.forget ??= core.token;
  persist.clear();
  if (own.length > 0) persist.allow();
  for (const entry of own) persist.putEntry(entry);
  rejoin(core);
}

function rejoin(core: Core, taken?: boolean): void {
  const { connection, persist, store } = core;
  core.taken = taken;
  const wasRunning = connection.state !== 'idle';
  connection.stop();
  const before = core.token;
  core.token = persist.read().token;
  core.epoch = undefined;
  // Nobody, or somebody else than before: what was shown and unsent was another visitor's.
  if (!core.token || (before && before !== core.token))
    store.setState({ ...initialState, conversations: begunBy(persist.entries()) }, true);
  startAfresh(core);
  if (wasRunning) connection.start();
}

/** What was told was another visitor's, or of another log; what is unsent here is news all the same. */
function startAfresh(core: Core): void {
  core.news.restart();
  adopt(core);
}

/** Of what the page tells while nobody has written: as much as a relay takes at once. */
const TOLD_MAX = 20;

function discard({ persist, store }: Core, id: string): void {
  persist.removeEntry(id);
  store.setState(({ outbox }) => ({ outbox: remove(outbox, id) }));
}

/** Of what waits until the visitor writes, the oldest is given up. */
function makeRoom(core: Core): void {
  const told = core.store.getState().outbox.filter(({ name }) => name === 'event:track');
  const oldest = told.at(-1 - TOLD_MAX);
  if (oldest && !core.persist.allowed) discard(core, oldest.input.id);
}

function createOutboxSender(core: Core): Sender {
  const { store, persist, connection } = core;
  return createSender({
    read: () => store.getState().outbox,
    write: (outbox) => store.setState({ outbox }),
    request: connection.request,
    setTimer,
    onConfirmed(entry, receipt) {
      persist.removeEntry(entry.input.id);
      confirm(core, entry, receipt);
      core.onConfirmed(entry, receipt);
    },
    onFailed(entry, code) {
      // What the page said of its visitor is nobody's to send again.
      if ('conversation' in entry.input) persist.putEntry({ ...entry, state: 'failed', code });
      else discard(core, entry.input.id);
      core.onRefused(entry, code);
    },
  });
}

/** The answer alone is enough to draw our own message in its place; its event may come later or twice. */
function confirm(core: Core, entry: Entry, receipt: Receipt): void {
  const { pub, time } = receipt;
  if (entry.name === 'conversation:start') void core.recovery.catchUp(entry.input.conversation);
  if (entry.name !== 'message:send' || pub === null) return;
  const { id, conversation, text, files } = entry.input;
  const actor = { kind: 'visitor' as const, id: core.store.getState().contact ?? '' };
  // Its event says what the files are.
  const data = { text, attachments: files?.map((file) => ({ id: file })) } as { text: string };
  takeEvent(core, { id, type: 'message.created', conversation, pub, time, actor, data });
}

/** What the page says about its visitor waits until the visitor writes: a look leaves no trace (P23). */
function drain({ connection, persist, sender }: Core): void {
  if (connection.state === 'online' && persist.allowed) sender.drain();
}

function note(core: Core, status: Status, problem: Problem | undefined): void {
  const refusedWith = status === 'refused' ? (problem?.code ?? null) : null;
  core.store.setState({ status, refusedWith });
  if (status !== 'online') forgetAllTyping(core.store);
  if (core.connection.state === 'online') drain(core);
  else core.sender.pause();
  // Whoever was signed in here is gone, or it is somebody else now.
  if (!core.taken && /^identity_(required|switched)$/.test(refusedWith ?? ''))
    setTimeout(leave, 0, core);
}

function welcome(core: Core, { token, contact, epoch, site }: VisitorWelcome): void {
  const { store, persist } = core;
  core.forget = undefined;
  if (token) {
    // Another tab may have been given one meanwhile; ours is of nobody yet.
    if (persist.allowed && persist.takeOver()) {
      rejoin(core, true);
      return;
    }
    core.token = token;
    persist.keep({ token });
  }
  const known = store.getState();
  // Another log, or another visitor to the relay: what we hold belongs to neither.
  const isOther =
    (core.epoch !== undefined && core.epoch !== epoch) ||
    (known.contact !== null && known.contact !== contact);
  core.epoch = epoch;
  store.setState({
    contact,
    site,
    ...(isOther ? { conversations: startOver(known.conversations) } : {}),
  });
  if (isOther) startAfresh(core);
}

/** The same conversations, with nothing in them: those somebody looks at are loaded anew. */
function startOver(known: ReturnType<WidgetStore['getState']>['conversations']) {
  return Object.fromEntries(
    Object.values(known)
      .filter(({ stream }) => stream)
      .map(({ id, activeAt }) => [id, begunConversation(id, activeAt)]),
  );
}

/** Takes over what an earlier page, or another tab, left unsent; what it begins is shown from then on. */
function adopt({ store, persist, news }: Core): void {
  for (const entry of persist.entries()) {
    store.setState(({ outbox }) => ({ outbox: enqueue(outbox, entry) }));
    if (entry.name !== 'conversation:start') continue;
    const { conversation } = entry.input;
    news.begin(conversation);
    changeConversation(
      store,
      conversation,
      (known) => known ?? begunConversation(conversation, entry.at),
    );
  }
}

/** After every connect: the list, what another tab left behind, then each conversation looked at. */
async function sync(core: Core): Promise<boolean> {
  const { store, recovery } = core;
  if (!(await recovery.list())) return false;
  adopt(core);
  const followed = Object.values(store.getState().conversations).filter(({ stream }) => stream);
  for (const { id, stream } of followed) if (stream) takeStep(store, id, reconnect(stream));
  const done = await Promise.all(followed.map(({ id }) => recovery.catchUp(id)));
  return done.every(Boolean);
}

function take(core: Core, name: string, payload: unknown): void {
  if (name === 'event') takeEvent(core, payload as VisitorEvent);
  else if (name === 'heartbeat') takeHeartbeat(core, payload as Heartbeat);
  else if (name === 'ephemeral') takeEphemeral(core.store, payload as Ephemeral);
}

function takeEvent(core: Core, event: VisitorEvent): void {
  const { store, recovery } = core;
  const id = event.conversation;
  const known = store.getState().conversations[id];
  if (known?.stream) {
    const step = receive(known.stream, event, event.pub);
    takeStep(store, id, step);
    if (step.ask) void recovery.catchUp(id);
    for (const applied of step.apply) tell(core, applied);
    return;
  }
  if (known && event.pub <= known.head) return;
  changeConversation(store, id, () =>
    applyEvent(known ?? emptyConversation(id, event.time), event),
  );
  tell(core, event);
  // Whether it was read is not known here.
  if (event.type === 'message.deleted') void recovery.list();
}

function tell({ news, onEvent }: Core, event: VisitorEvent): void {
  if (news.take(event)) onEvent(event);
}

function takeHeartbeat({ store, recovery }: Core, { heads }: Heartbeat): void {
  let isListBehind = false;
  for (const [id, head] of Object.entries(heads)) {
    const known = store.getState().conversations[id];
    if (!known?.stream) {
      isListBehind ||= head > (known?.head ?? 0);
      continue;
    }
    const step = noticeHead(known.stream, head);
    takeStep(store, id, step);
    if (step.ask) void recovery.catchUp(id);
  }
  if (isListBehind) void recovery.list();
}
