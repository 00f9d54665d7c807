import type { Problem } from '../errors.ts';
import { ACK_TIMEOUT_MS } from '../limits.ts';
import type { Ack, Closing } from '../schema/wire.ts';
import { backoffMs } from './backoff.ts';
import { type Event, next, type State, type Status, statusOf } from './machine.ts';

export type Undo = () => void;

/** One open socket, as far as this module needs to know. */
export interface Link {
  /** Resolves with the relay's answer; rejects when none came within `timeoutMs`, or before it closed. */
  request(name: string, payload: unknown, timeoutMs: number): Promise<Ack>;
  /** Sends and forgets. */
  signal(name: string, payload: unknown): void;
  close(): void;
}

export interface LinkHandlers {
  opened(welcome: unknown): void;
  lost(): void;
  refused(problem: Problem): void;
  message(name: string, payload: unknown): void;
}

/** Where the outside world comes in, so that tests can bring their own. */
export interface Surroundings {
  open(handlers: LinkHandlers): Link;
  setTimer(run: () => void, ms: number): Undo;
  random(): number;
  isHidden(): boolean;
  isNetworkUp(): boolean;
}

export interface ConnectionHandlers {
  welcome(welcome: unknown): void;
  /** Catches up everything followed; the connection is online once it resolves true. */
  sync(): Promise<boolean>;
  message(name: string, payload: unknown): void;
  status(status: Status, problem?: Problem): void;
}

export interface Connection {
  start(): void;
  stop(): void;
  /** The page became visible, focused or restored, or the network came back. */
  nudge(): void;
  /** The browser says the network is gone. */
  down(): void;
  /** The relay's answer, or undefined when there was none: then nobody knows whether it happened. */
  request<T>(name: string, payload: unknown): Promise<Ack<T> | undefined>;
  signal(name: string, payload: unknown): void;
  readonly state: State;
}

interface Core {
  readonly around: Surroundings;
  readonly handlers: ConnectionHandlers;
  state: State;
  link: Link | undefined;
  /** Ends what the current state started. */
  leave: Undo;
  attempt: number;
  wasOnline: boolean;
  problem: Problem | undefined;
  retryInMs: number | undefined;
  /** Handlers of an older link must not speak for the current one. */
  generation: number;
}

const nothing: Undo = () => {};

/** Entering a state starts what it needs and returns how to end it. */
const enter: Record<State, (core: Core) => Undo> = {
  idle(core) {
    hangUp(core);
    core.wasOnline = false;
    core.attempt = 0;
    core.problem = undefined;
    return nothing;
  },
  connecting: openLink,
  syncing: sync,
  online(core) {
    core.attempt = 0;
    core.wasOnline = true;
    core.problem = undefined;
    return nothing;
  },
  waiting: wait,
  refused(core) {
    hangUp(core);
    return nothing;
  },
};

function dispatch(core: Core, event: Event): void {
  const to = next(core.state, event);
  if (to === core.state) return;
  core.leave();
  core.leave = nothing;
  core.state = to;
  const undo = enter[to](core);
  // What it started failed at once and led on: that has its own undo, and told its own status.
  if (core.state !== to) {
    undo();
    return;
  }
  core.leave = undo;
  core.handlers.status(statusOf(to, core.wasOnline), core.problem);
}

function hangUp(core: Core): void {
  core.generation += 1;
  const old = core.link;
  core.link = undefined;
  old?.close();
}

/** The relay said why it will not go on: for good, or until later. */
function giveUp(core: Core, why: Problem): void {
  core.problem = why;
  core.retryInMs = why.retryAfterMs;
  dispatch(core, why.retryable ? 'lost' : 'refused');
}

function openLink(core: Core): Undo {
  hangUp(core);
  const mine = core.generation;
  /** Does nothing once another link took over. */
  const ours =
    <A extends unknown[]>(run: (...args: A) => void) =>
    (...args: A): void => {
      if (mine === core.generation) run(...args);
    };
  const link = core.around.open({
    opened: ours((welcome) => {
      core.handlers.welcome(welcome);
      dispatch(core, 'opened');
    }),
    lost: ours(() => dispatch(core, 'lost')),
    refused: ours((why) => giveUp(core, why)),
    message: ours((name, payload) => {
      if (name === 'closing') giveUp(core, (payload as Closing).error);
      else core.handlers.message(name, payload);
    }),
  });
  if (mine === core.generation) core.link = link;
  else link.close();
  return nothing;
}

function sync(core: Core): Undo {
  let left = false;
  const finish = (event: Event) => {
    if (!left) dispatch(core, event);
  };
  core.handlers.sync().then(
    (done) => finish(done ? 'synced' : 'lost'),
    () => finish('lost'),
  );
  return () => {
    left = true;
  };
}

function wait(core: Core): Undo {
  hangUp(core);
  const { around, attempt, retryInMs } = core;
  core.attempt += 1;
  core.retryInMs = undefined;
  const conditions = { attempt, hidden: around.isHidden(), online: around.isNetworkUp() };
  const ms = retryInMs ?? backoffMs(conditions, around.random());
  return around.setTimer(() => dispatch(core, 'retry'), ms);
}

async function request<T>(core: Core, name: string, payload: unknown): Promise<Ack<T> | undefined> {
  const { link, state } = core;
  if (!link || (state !== 'syncing' && state !== 'online')) return undefined;
  try {
    return (await link.request(name, payload, ACK_TIMEOUT_MS)) as Ack<T>;
  } catch {
    // No answer in time: the link may look alive and be dead (half-open).
    if (link === core.link) dispatch(core, 'lost');
    return undefined;
  }
}

/** Drives the table in `machine.ts` with a real link, real timers and real randomness. */
export function createConnection(around: Surroundings, handlers: ConnectionHandlers): Connection {
  const core: Core = {
    around,
    handlers,
    state: 'idle',
    link: undefined,
    leave: nothing,
    attempt: 0,
    wasOnline: false,
    problem: undefined,
    retryInMs: undefined,
    generation: 0,
  };
  return {
    start: () => dispatch(core, 'start'),
    stop: () => dispatch(core, 'stop'),
    nudge: () => dispatch(core, 'nudge'),
    down: () => dispatch(core, 'down'),
    request: (name, payload) => request(core, name, payload),
    signal: (name, payload) => core.link?.signal(name, payload),
    get state() {
      return core.state;
    },
  };
}
