import { ACK_TIMEOUT_MS } from '../limits.ts';
import type { Problem } from '../errors.ts';
import type { Ack, Closing } from '../schema/wire.ts';
import { backoffMs } from './backoff.ts';
import { type Event, next, type State, type Status, statusOf } from './machine.ts';

export type Undo = () => void;

/** One open socket, as far as this module needs to know. */
export interface Link {
  /** Resolves with the relay's answer; rejects when none came within `timeoutMs`. */
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

/** Drives the table in `machine.ts` with a real link, real timers and real randomness. */
export function createConnection(around: Surroundings, handlers: ConnectionHandlers): Connection {
  let state: State = 'idle';
  let link: Link | undefined;
  let leave: Undo = () => {};
  let attempt = 0;
  let wasOnline = false;
  let problem: Problem | undefined;
  let retryInMs: number | undefined;
  /** Handlers of an older link must not speak for the current one. */
  let generation = 0;

  const hangUp = () => {
    generation += 1;
    const old = link;
    link = undefined;
    old?.close();
  };

  /** The relay said why it will not go on: for good, or until later. */
  const giveUp = (why: Problem) => {
    problem = why;
    retryInMs = why.retryAfterMs;
    dispatch(why.retryable ? 'lost' : 'refused');
  };

  const openLink = (): Undo => {
    hangUp();
    const mine = generation;
    const ours = () => mine === generation;
    link = around.open({
      opened: (welcome) => {
        if (!ours()) return;
        handlers.welcome(welcome);
        dispatch('opened');
      },
      lost: () => ours() && dispatch('lost'),
      refused: (why) => ours() && giveUp(why),
      message: (name, payload) => {
        if (!ours()) return;
        if (name === 'closing') giveUp((payload as Closing).error);
        else handlers.message(name, payload);
      },
    });
    return () => {};
  };

  const sync = (): Undo => {
    let left = false;
    handlers.sync().then(
      (done) => {
        if (!left) dispatch(done ? 'synced' : 'lost');
      },
      () => {
        if (!left) dispatch('lost');
      },
    );
    return () => {
      left = true;
    };
  };

  const wait = (): Undo => {
    hangUp();
    const planned = retryInMs;
    retryInMs = undefined;
    const conditions = { attempt, hidden: around.isHidden(), online: around.isNetworkUp() };
    attempt += 1;
    return around.setTimer(() => dispatch('retry'), planned ?? backoffMs(conditions, around.random()));
  };

  const enter: Record<State, () => Undo> = {
    idle: () => {
      hangUp();
      wasOnline = false;
      attempt = 0;
      return () => {};
    },
    connecting: openLink,
    syncing: sync,
    online: () => {
      attempt = 0;
      wasOnline = true;
      problem = undefined;
      return () => {};
    },
    waiting: wait,
    refused: () => {
      hangUp();
      return () => {};
    },
  };

  function dispatch(event: Event): void {
    const to = next(state, event);
    if (to === state) return;
    leave();
    state = to;
    leave = enter[to]();
    handlers.status(statusOf(to, wasOnline), problem);
  }

  return {
    start: () => dispatch('start'),
    stop: () => dispatch('stop'),
    nudge: () => dispatch('nudge'),
    down: () => dispatch('down'),
    async request<T>(name: string, payload: unknown) {
      const used = link;
      if (!used || state === 'waiting' || state === 'connecting') return undefined;
      try {
        return (await used.request(name, payload, ACK_TIMEOUT_MS)) as Ack<T>;
      } catch {
        if (used === link) dispatch('lost');
        return undefined;
      }
    },
    signal: (name, payload) => link?.signal(name, payload),
    get state() {
      return state;
    },
  };
}
