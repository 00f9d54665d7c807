import type { Undo } from '@throughline/shared/client';
import type { CloudEvent } from '@throughline/shared/schema';
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { OpenStream } from '../connection/stream.ts';
import { createLogReader, eventsPath, type LogReader } from './log-reader.ts';
import type { EventFilter } from './place.ts';
import type { Relay } from './relay.ts';
import { hold, newTail, ROWS_MAX, type Tail, takeEarlier, takeEvents } from './tail.ts';

export interface TailState extends Tail {
  phase: 'loading' | 'ready' | 'failed';
  /** Why it failed, or what the relay said last. */
  fault: string | null;
  isLive: boolean;
  /** Everything that fits and happened behind this offset is here, unless there was too much. */
  floor: number;
  earlier: 'idle' | 'loading' | 'failed';
}

export interface LiveTail {
  store: StoreApi<TailState>;
  /** Loads the end of the log and follows it; the result stops. */
  start(): Undo;
  /** After a failure. */
  restart(): Promise<void>;
  hold(isHeld: boolean): void;
  loadEarlier(): Promise<void>;
}

interface Ground {
  relay: Relay;
  openStream: OpenStream;
  filter: EventFilter;
  /** Every name an event may have. */
  names: readonly string[];
}

/** How far back to look, in records of the log; further where little was found. */
const STEPS = [200, 2000, 20_000];
const ENOUGH = 30;
/** Many events a second are drawn together. */
const FLUSH_MS = 100;
const AGAIN_MS = 2000;
const AGAIN_MAX_MS = 15_000;

export const canLoadEarlier = ({ floor, rows }: TailState): boolean =>
  floor > 0 && rows.length < ROWS_MAX;

async function dig(log: LogReader, store: StoreApi<TailState>, isWanted: () => boolean) {
  store.setState({ earlier: 'loading' });
  const { length } = store.getState().rows;
  for (const step of STEPS) {
    const until = store.getState().floor;
    const from = Math.max(0, until - step);
    const reply = await log.between(from, until);
    if (!isWanted()) return;
    if (!reply.ok) return store.setState({ earlier: 'failed', fault: reply.message });
    store.setState((state) => ({ ...takeEarlier(state, reply.data), floor: from }));
    if (from === 0 || store.getState().rows.length - length >= ENOUGH) break;
  }
  store.setState({ earlier: 'idle' });
}

/** Draws what comes in short turns. */
function createInlet(store: StoreApi<TailState>) {
  let events: CloudEvent[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = () => {
    timer = undefined;
    const taken = events;
    events = [];
    store.setState((state) => takeEvents(state, taken));
  };
  return {
    take(event: CloudEvent) {
      events.push(event);
      timer ??= setTimeout(flush, FLUSH_MS);
    },
    stop: () => clearTimeout(timer),
  };
}

interface Following extends Ground {
  log: LogReader;
  store: StoreApi<TailState>;
  /** The log is another one. */
  restart(): void;
}

/** Keeps a stream open behind `cursor`, and opens another when the relay ends it. */
function follow({ store, log, ...ground }: Following, from: string): Undo {
  const inlet = createInlet(store);
  let cursor = from;
  let waitMs = AGAIN_MS;
  let close: Undo = () => {};
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isStopped = false;

  /** A stream does not say why it was refused; a page does. */
  async function again(): Promise<void> {
    const reply = await log.page(cursor, 1);
    if (isStopped) return;
    if (!reply.ok && (reply.code === 'log_replaced' || reply.code === 'bad_cursor'))
      return ground.restart();
    store.setState({ fault: reply.ok ? null : reply.message });
    open();
  }

  function open(): void {
    const path = eventsPath('/v1/events/stream', ground.filter, { after: cursor });
    close = ground.openStream(path, ground.names, {
      opened() {
        waitMs = AGAIN_MS;
        store.setState({ isLive: true, fault: null });
      },
      event(event, at) {
        cursor = at;
        inlet.take(event);
      },
      lost(isOver) {
        store.setState({ isLive: false });
        if (!isOver) return;
        close();
        timer = setTimeout(() => void again(), waitMs);
        waitMs = Math.min(waitMs * 2, AGAIN_MAX_MS);
      },
    });
  }

  open();
  return () => {
    isStopped = true;
    clearTimeout(timer);
    inlet.stop();
    close();
  };
}

/** The end of the log and what comes behind it, as far as it fits a filter. */
export function createLiveTail(ground: Ground): LiveTail {
  const fresh = {
    phase: 'loading',
    fault: null,
    isLive: false,
    floor: 0,
    earlier: 'idle',
  } as const;
  const store = createStore<TailState>(() => ({ ...newTail(), ...fresh }));
  const log = createLogReader(ground.relay, ground.filter);
  let turn = 0;
  let stopFollowing: Undo = () => {};

  async function begin(): Promise<void> {
    stopFollowing();
    turn += 1;
    const mine = turn;
    const isWanted = () => mine === turn;
    const { isHeld } = store.getState();
    store.setState({ ...newTail(), ...fresh, isHeld });
    const head = await log.head();
    if (!isWanted()) return;
    if (!head.ok) return store.setState({ phase: 'failed', fault: head.message });
    store.setState({ floor: head.data.offset });
    // Nothing between the two is missed, and the live end does not wait for the search.
    stopFollowing = follow(
      { ...ground, log, store, restart: () => void begin() },
      head.data.cursor,
    );
    await dig(log, store, isWanted);
    if (isWanted()) store.setState({ phase: 'ready' });
  }

  return {
    store,
    start() {
      void begin();
      return () => {
        turn += 1;
        stopFollowing();
      };
    },
    restart: begin,
    hold: (isHeld) => store.setState((state) => hold(state, isHeld)),
    async loadEarlier() {
      const mine = turn;
      if (store.getState().earlier !== 'loading') await dig(log, store, () => mine === turn);
    },
  };
}
