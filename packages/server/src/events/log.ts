import type { LogRecord, Store } from '../store/store.ts';
import { type Follower, type FollowOptions, follow } from './follow.ts';
import { type FollowAsOptions, followAs } from './follow-as.ts';

export type { LogRecord } from '../store/store.ts';

/** What the edge may know of the log. */
export interface Log {
  /** Identity of the log: changes when it is restored or made anew. */
  readonly epoch: string;
  /** Offset of the newest record, behind none that may still come; rejects when the store does not answer. */
  head(): Promise<number>;
  /** The same, whatever may still come before it: no cursor of this log is behind it. */
  last(): Promise<number>;
  find(id: string): Promise<LogRecord | undefined>;
  /** The log from `after`, in order. */
  read(after: number, limit: number): Promise<LogRecord[]>;
  follow(options: FollowOptions): Promise<Follower>;
  /** The same under a name, going on after a restart where it was. */
  followAs(sink: string, options: FollowAsOptions): Promise<Follower>;
  /** Resolves once everything accepted so far is answered. */
  settle(): Promise<void>;
}

export const logOf = (store: Store): Log => ({
  epoch: store.epoch,
  head: async () => store.read.events.head(),
  last: async () => store.read.events.last(),
  find: async (id) => store.read.events.find(id),
  read: async (after, limit) => store.read.events.log(after, limit),
  follow: (options) => follow(store, options),
  followAs: (sink, options) => followAs(store, sink, options),
  settle: () => store.settle(),
});
