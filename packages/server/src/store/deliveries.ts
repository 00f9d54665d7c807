import type { Awaitable } from './awaitable.ts';

/** `dead`: given up; it waits for somebody to look. */
export type DeliveryState = 'pending' | 'delivered' | 'dead';

/** One event for one endpoint. */
export interface Delivery {
  endpoint: string;
  /** Of the event, in the log. */
  offset: number;
  conversation: string | null;
  state: DeliveryState;
  /** Tries made since it was filed, or filed anew. */
  attempts: number;
  /** When the next try is due. */
  nextAt: number;
  createdAt: number;
}

/** One try: what was sent, and what came of it. */
export interface Attempt {
  endpoint: string;
  offset: number;
  at: number;
  durationMs: number;
  /** HTTP status; null where there was no answer. */
  status: number | null;
  /** Why it failed, in a word or a sentence; null: it did not. */
  error: string | null;
  /** Headers and the beginning of the body. */
  request: string;
  response: string | null;
}

/** How an endpoint fares; one without a row fares well. */
export interface EndpointState {
  endpoint: string;
  /** Why it gets nothing any more; null: it does. */
  disabled: 'gone' | 'failing' | null;
  /** Since when every try failed, and how many that were. */
  failingSince: number | null;
  failures: number;
}

/** How far a sink has read, and in which log: one restored or made anew has another epoch. */
export interface SinkCursor {
  sink: string;
  epoch: string;
  offset: number;
}

interface DueOptions {
  endpoint: string;
  now: number;
  limit: number;
  /** Only what stands first in its conversation. */
  inOrder: boolean;
}

interface ListDeliveriesOptions {
  endpoint: string;
  state?: DeliveryState;
  /** Offsets below this one, newest first. */
  before: number;
  limit: number;
}

interface PruneOptions {
  /** What was filed before goes, in whatever state. */
  before: number;
  /** What is of no endpoint named here goes. */
  endpoints: string[];
  limit: number;
}

/**
 * What is still to be delivered, and what came of what was. Not part of the log's transactions: losing
 * the last moments of it makes deliveries come twice, which every receiver has to be ready for anyway,
 * and so it costs no sync of the disk (decision 0013). Each method is one transaction.
 */
export interface Deliveries {
  /** How far the sink has read; undefined: it never did. */
  cursor(sink: string): Awaitable<SinkCursor | undefined>;
  saveCursor(cursor: SinkCursor): Awaitable<void>;
  /** Files deliveries anew, due at `nextAt`, and how far the log was looked through, together. */
  file(deliveries: Delivery[], cursor?: SinkCursor): Awaitable<void>;
  get(endpoint: string, offset: number): Awaitable<Delivery | undefined>;
  /** By the time they are due, then by their place in the log; in order, the oldest conversations' first. */
  due(options: DueOptions): Awaitable<Delivery[]>;
  /** When the next pending one is due that is not due yet; undefined: there is none. */
  nextAt(endpoint: string, now: number): Awaitable<number | undefined>;
  list(options: ListDeliveriesOptions): Awaitable<Delivery[]>;
  /** Oldest first. */
  attempts(endpoint: string, offset: number): Awaitable<Attempt[]>;
  /** How many are in each state, exact up to `cap`; a larger number is `cap + 1`. */
  counts(endpoint: string, cap: number): Awaitable<Record<DeliveryState, number>>;
  /** What came of one try: of the delivery, and for its endpoint, before it and after. */
  settle(
    delivery: Delivery,
    attempt: Attempt,
  ): Awaitable<{ before: EndpointState; after: EndpointState }>;
  /** Notes what came of a delivery afterwards: neither it nor how its endpoint fares is changed. */
  note(attempt: Attempt): Awaitable<void>;
  /** What these endpoints answered to these is kept no longer. */
  forgetAnswers(endpoints: string[], offsets: number[]): Awaitable<void>;
  /** Makes what is dead since `since` due again; the number of them. */
  revive(endpoint: string, since: number, now: number): Awaitable<number>;
  /** Makes what is pending and was tried so many times due at `latest[tries]`, unless it is before. */
  hasten(endpoint: string, latest: number[]): Awaitable<void>;
  state(endpoint: string): Awaitable<EndpointState>;
  saveState(state: EndpointState): Awaitable<void>;
  /** Whether there is more to remove than `limit`. */
  prune(options: PruneOptions): Awaitable<boolean>;
  /** Forgets all deliveries: they are of another log. */
  clear(): Awaitable<void>;
  /** The same, whose writes are refused once the lease has another term. */
  under(term: number): Deliveries;
}

/** One nothing is kept of. */
export const faringWell = (endpoint: string): EndpointState => ({
  endpoint,
  disabled: null,
  failingSince: null,
  failures: 0,
});

/** How an endpoint fares after a try. */
export function fare(before: EndpointState, { at, error }: Attempt): EndpointState {
  if (error !== null)
    return {
      ...before,
      failingSince: before.failingSince ?? at,
      failures: before.failures + 1,
    };
  return before.failures === 0 ? before : { ...before, failingSince: null, failures: 0 };
}
