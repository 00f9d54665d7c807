import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { LogRecord, Store } from '@throughline/server';
import { view } from './faults.ts';

/** Relays broken on purpose: a referee that lets one of them pass proves nothing. */
export const MUTANTS = {
  M1: 'answers before the commit',
  M2: 'does not know an id it has seen',
  M4: 'replays from one too far',
  M5: 'shows events before the commit',
} as const;
export type Mutant = keyof typeof MUTANTS;

/** M2 needs a database without the index that would stop it. */
export function prepareMutant(mutant: Mutant | undefined, dataDir: string): void {
  if (mutant !== 'M2') return;
  const db = new DatabaseSync(join(dataDir, 'throughline.db'));
  db.exec('DROP INDEX event_id');
  db.close();
}

const answersEarly = (store: Store): Store => ({
  ...view(store),
  write: (key, work) =>
    new Promise((resolve, reject) => {
      store
        .write(key, async (tx) => {
          const value = await work(tx);
          resolve(value);
          return value;
        })
        .catch(reject);
    }),
});

const forgetsIds = (store: Store): Store => ({
  ...view(store),
  write: (key, work) =>
    store.write(key, (tx) => work({ ...tx, events: { ...tx.events, find: () => undefined } })),
});

const skipsOne = (store: Store): Store => ({
  ...view(store),
  read: {
    ...store.read,
    events: {
      ...store.read.events,
      forward: (range) => store.read.events.forward({ ...range, position: range.position + 1 }),
    },
  },
});

function showsEarly(store: Store): Store {
  const shown: LogRecord[] = [];
  const listeners = new Set<() => void>();
  const tell = () => {
    for (const listener of listeners) listener();
  };
  return {
    ...view(store),
    read: {
      ...store.read,
      events: {
        ...store.read.events,
        log: (after, limit) => shown.filter(({ offset }) => offset > after).slice(0, limit),
      },
    },
    write: (key, work) =>
      store.write(key, async (tx) => {
        const append: typeof tx.events.append = async (draft) => {
          const record = await tx.events.append(draft);
          shown.push(record);
          return record;
        };
        const value = await work({ ...tx, events: { ...tx.events, append } });
        tell();
        return value;
      }),
    onCommit(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

const make: Record<Mutant, (store: Store) => Store> = {
  M1: answersEarly,
  M2: forgetsIds,
  M4: skipsOne,
  M5: showsEarly,
};

export const mutate = (store: Store, mutant: Mutant | undefined): Store =>
  mutant ? make[mutant](store) : store;
