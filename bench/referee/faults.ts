import type { Store } from '@throughline/server';

/** Where a relay may die (reliability: before and after everything that must not be torn apart). */
export const POINTS = [
  'before_write',
  'written_not_committed',
  'committed_not_acked',
  'acked_not_fanned_out',
  'fanned_out',
] as const;
export type Point = (typeof POINTS)[number];

export interface Fault {
  point: Point;
  /** Dies at this passage of the point. */
  passage: number;
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * Lets everything that waits for the current step go first: what is answered or shown too early leaves
 * before the axe falls. Frames leave at the end of the turn in which they were made (decision 0006).
 */
const settle = (): Promise<void> => turn().then(turn);

/** A store that kills its process, with no chance to clean up, when a point is passed often enough. */
export function withFault(store: Store, fault: Fault | undefined): Store {
  if (!fault) return store;
  let passages = 0;
  const pass = (point: Point) => {
    if (point === fault.point && ++passages === fault.passage) process.kill(process.pid, 'SIGKILL');
  };
  return {
    ...view(store),
    async write(key, work) {
      pass('before_write');
      const value = await store.write(key, async (tx) => {
        const made = await work(tx);
        if (fault.point === 'written_not_committed') await settle();
        pass('written_not_committed');
        return made;
      });
      pass('committed_not_acked');
      return value;
    },
    onCommit: (listener) =>
      store.onCommit((ours) => {
        pass('acked_not_fanned_out');
        listener(ours);
        if (fault.point === 'fanned_out') void settle().then(() => pass('fanned_out'));
      }),
  };
}

/** The store's members as they are now and later; getters are not copied but asked. */
export const view = (store: Store): Store => ({
  epoch: store.epoch,
  read: store.read,
  deliveries: store.deliveries,
  lease: store.lease,
  settings: store.settings,
  get backlog() {
    return store.backlog;
  },
  write: store.write,
  settle: store.settle,
  onCommit: store.onCommit,
  hint: store.hint,
  close: store.close,
});
