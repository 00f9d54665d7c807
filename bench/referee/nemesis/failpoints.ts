import type { Store } from '@throughline/server';

/** Where a relay may die: before and after everything that must not be torn apart. */
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
  /** Before that everybody else may go on for so long. */
  lingerMs?: number;
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * Lets everything that waits for the current step go first: what is answered or shown too early leaves
 * before the axe falls. Frames leave at the end of the turn in which they were made (decision 0006).
 */
const settle = (lingerMs = 0): Promise<void> =>
  lingerMs > 0 ? new Promise((resolve) => setTimeout(resolve, lingerMs)) : turn().then(turn);

const die = (): void => void process.kill(process.pid, 'SIGKILL');

/** What a process dies of; may be set while it lives. */
export interface Fuse {
  arm(fault: Fault | undefined): void;
  /** Whether this passage of the point is the last one. */
  isLast(point: Point): boolean;
  readonly lingerMs: number | undefined;
}

export function createFuse(): Fuse {
  let fault: Fault | undefined;
  let passages = 0;
  return {
    arm(to) {
      fault = to;
      passages = 0;
    },
    isLast: (point) => point === fault?.point && ++passages === fault.passage,
    get lingerMs() {
      return fault?.lingerMs;
    },
  };
}

/** A store that kills its process, with no chance to clean up, when a point is passed often enough. */
export function withFault(store: Store, fuse: Fuse): Store {
  return {
    ...view(store),
    async write(key, work) {
      if (fuse.isLast('before_write')) die();
      const value = await store.write(key, async (tx) => {
        const made = await work(tx);
        if (!fuse.isLast('written_not_committed')) return made;
        await settle(fuse.lingerMs);
        die();
        return made;
      });
      if (fuse.isLast('committed_not_acked')) die();
      return value;
    },
    onCommit: (listener) =>
      store.onCommit((ours) => {
        if (fuse.isLast('acked_not_fanned_out')) die();
        listener(ours);
        if (fuse.isLast('fanned_out')) void settle(fuse.lingerMs).then(die);
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
