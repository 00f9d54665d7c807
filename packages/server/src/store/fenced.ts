import { LeaseLost } from '../lib/errors.ts';
import type { Store, Tx } from './store.ts';

/** A lease somebody has, or had. */
export interface Held {
  term: number;
  /** By this machine's own clock: sooner over than anybody else may take it. */
  isHeld(): boolean;
}

/**
 * The store for whoever holds the lease: each transaction looks whether the term is still theirs, and holds
 * on to that until its commit. A process that was stopped in the middle and goes on much later reads
 * nothing new and writes nothing.
 */
export function fenced(store: Store, { term, isHeld }: Held): Store {
  const guard = (): void => {
    if (!isHeld()) throw new LeaseLost();
  };
  const check = async (tx: Tx): Promise<void> => {
    if ((await tx.lease.term()) !== term) throw new LeaseLost();
  };
  const { events } = store.read;
  const deliveries = store.deliveries.under(term);
  const own: Pick<Store, 'write' | 'read' | 'deliveries'> = {
    async write(key, work) {
      guard();
      return store.write(key, async (tx) => {
        await check(tx);
        return work(tx);
      });
    },
    read: {
      ...store.read,
      events: {
        ...events,
        log(after, limit) {
          guard();
          return events.log(after, limit);
        },
      },
    },
    deliveries: {
      ...deliveries,
      due(options) {
        guard();
        return deliveries.due(options);
      },
    },
  };
  return Object.assign(Object.create(store) as Store, own);
}
