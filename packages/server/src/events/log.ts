import type { Store } from '../store/store.ts';

export type { LogRecord } from '../store/store.ts';

/** What the edge may know of the log beyond its records. */
export interface Log {
  /** Identity of the log: changes when it is restored or made anew. */
  readonly epoch: string;
  /** Offset of the newest record; rejects when the store does not answer. */
  head(): Promise<number>;
  /** Resolves once everything accepted so far is on stable storage. */
  settle(): Promise<void>;
}

export const logOf = (store: Store): Log => ({
  epoch: store.epoch,
  head: async () => store.read.events.head(),
  settle: () => store.write('settle', () => {}),
});
