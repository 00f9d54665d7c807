import { PROTOCOL, uuidv7 } from '@throughline/shared';
import {
  type Connection,
  createConnection,
  createSender,
  cursorOf,
  type Entry,
  enqueue,
  type Link,
  newStream,
  noticeHead,
  type Outbox,
  receive,
  reconnect,
  remove,
  type Step,
  type Stream,
  takePage,
} from '@throughline/shared/client';
import type {
  AgentEvent,
  AgentPage,
  AgentWelcome,
  CommandInput,
  CommandName,
  Heartbeat,
} from '@throughline/shared/schema';
import { Manager } from 'socket.io-client';

export interface AgentOptions {
  relay: string;
  cookie: string;
  csrf: string;
  /** Every event, once and in order, as a screen would get it. */
  onEvent(event: AgentEvent, epoch: string): void;
  /** Its place; undefined: it was refused. */
  onSettled(entry: Entry, at: number | null | undefined): void;
  onPage(cursor: string | null, page: AgentPage): void;
  /** Whether a frame gets lost on its way. */
  isLost(name: string, payload: unknown): boolean;
}

/** A console without a screen: the same connection, outbox and streams. */
export interface HeadlessAgent {
  start(): void;
  stop(): void;
  nudge(): void;
  /** Breaks the link the hard way. */
  cut(): void;
  /** Knows nothing any more, and reads it all again. */
  forget(): void;
  follow(conversation: string): void;
  /** Gives a command; its id. */
  submit<N extends CommandName>(name: N, input: Omit<CommandInput<N>, 'id'>): string;
  ask: Connection['request'];
  headOf(conversation: string): number;
  readonly isIdle: boolean;
}

const seqOf = (event: AgentEvent): number => event.seq;

const setTimer = (run: () => void, ms: number) => {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
};

interface Core extends AgentOptions {
  connection: Connection;
  streams: Map<string, Stream<AgentEvent>>;
  outbox: Outbox;
  epoch: string;
  lost: () => void;
}

function openLink(
  core: Core,
  handlers: Parameters<Parameters<typeof createConnection>[0]['open']>[0],
): Link {
  const { relay, cookie, csrf } = core;
  const socket = new Manager(relay, {
    path: '/v1/socket',
    transports: ['websocket'],
    reconnection: false,
    extraHeaders: { cookie, origin: relay },
  }).socket('/agent', { auth: { protocol: PROTOCOL, csrf } });
  socket.on('welcome', handlers.opened);
  socket.on('disconnect', handlers.lost);
  socket.on('connect_error', handlers.lost);
  for (const name of ['event', 'heartbeat', 'closing'])
    socket.on(name, (payload) => {
      if (!core.isLost(name, payload)) handlers.message(name, payload);
    });
  core.lost = handlers.lost;
  return {
    request: (name, payload, timeoutMs) => socket.timeout(timeoutMs).emitWithAck(name, payload),
    signal: (name, payload) => void socket.emit(name, payload),
    close: () => void socket.off().disconnect(),
  };
}

function take(core: Core, id: string, step: Step<AgentEvent>): void {
  core.streams.set(id, step.stream);
  for (const event of step.apply) core.onEvent(event, step.stream.epoch);
}

/** From the first event on, not from the newest page: whoever comes late reads the whole conversation too. */
async function catchUp(core: Core, id: string): Promise<boolean> {
  for (;;) {
    const stream = core.streams.get(id) ?? newStream<AgentEvent>();
    const cursor = cursorOf(stream) ?? `${core.epoch}.0`;
    const question = { conversation: id, cursor };
    const ack = await core.connection.request<AgentPage>('conversation:resume', question);
    if (!ack) return false;
    if (!ack.ok) return ack.error.code === 'not_found';
    core.onPage(cursor, ack.data);
    const step = takePage(core.streams.get(id) ?? stream, ack.data, seqOf);
    take(core, id, step);
    if (!step.ask) return true;
  }
}

function message(core: Core, name: string, payload: unknown): void {
  const step = (id: string, made: Step<AgentEvent>) => {
    take(core, id, made);
    if (made.ask) void catchUp(core, id);
  };
  if (name === 'event') {
    const event = payload as AgentEvent;
    const stream = core.streams.get(event.conversation);
    if (stream) step(event.conversation, receive(stream, event, event.seq));
  }
  if (name === 'heartbeat')
    for (const [id, head] of Object.entries((payload as Heartbeat).heads)) {
      const stream = core.streams.get(id);
      if (stream) step(id, noticeHead(stream, head));
    }
}

export function createAgent(options: AgentOptions): HeadlessAgent {
  const core = {
    ...options,
    streams: new Map(),
    outbox: [],
    epoch: '',
    lost: () => {},
  } as unknown as Core;
  core.connection = createConnection(
    {
      open: (handlers) => openLink(core, handlers),
      setTimer,
      random: Math.random,
      isHidden: () => false,
      isNetworkUp: () => true,
    },
    {
      welcome(welcome) {
        core.epoch = (welcome as AgentWelcome).epoch;
      },
      async sync() {
        for (const [id, stream] of core.streams) take(core, id, reconnect(stream));
        const done = await Promise.all([...core.streams.keys()].map((id) => catchUp(core, id)));
        return done.every(Boolean);
      },
      message: (name, payload) => message(core, name, payload),
      status: () => (core.connection.state === 'online' ? sender.drain() : sender.pause()),
    },
  );
  const sender = createSender({
    read: () => core.outbox,
    write: (box) => {
      core.outbox = box;
    },
    request: core.connection.request,
    setTimer,
    onConfirmed: (entry, receipt) => core.onSettled(entry, receipt.seq),
    onFailed(entry) {
      core.onSettled(entry, undefined);
      core.outbox = remove(core.outbox, entry.input.id);
    },
  });
  return {
    start: core.connection.start,
    stop: core.connection.stop,
    nudge: core.connection.nudge,
    cut: () => core.lost(),
    follow(id) {
      // Asked for before it was begun: ask again.
      if (core.streams.get(id)?.epoch) return;
      core.streams.set(id, newStream());
      if (core.connection.state === 'online') void catchUp(core, id);
    },
    forget() {
      core.streams.clear();
      core.lost();
    },
    submit(name, about) {
      const id = uuidv7();
      const entry = { name, input: { id, ...about }, at: Date.now(), state: 'queued' };
      core.outbox = enqueue(core.outbox, entry as unknown as Entry);
      if (core.connection.state === 'online') sender.drain();
      return id;
    },
    ask: core.connection.request,
    headOf: (id) => core.streams.get(id)?.head ?? 0,
    get isIdle() {
      return core.outbox.length === 0 && core.connection.state === 'online';
    },
  };
}
