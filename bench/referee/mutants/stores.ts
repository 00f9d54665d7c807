import { setTimeout as sleep } from 'node:timers/promises';
import type { LogRecord, Store } from '@throughline/server';
import pg from 'pg';
import { view } from '../nemesis/failpoints.ts';
import type { RelaySpec } from '../relay-spec.ts';

export const answersEarly = (store: Store): Store => ({
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

/** It needs a database without the index that would stop it. */
export const forgetsIds = (store: Store): Store => ({
  ...view(store),
  write: (key, work) =>
    store.write(key, (tx) => work({ ...tx, events: { ...tx.events, find: () => undefined } })),
});

export function clockNumbers(store: Store): Store {
  let last = 0;
  const number = (): number => {
    last = Math.max(last + 1, Date.now() - 1_700_000_000_000);
    return last;
  };
  return {
    ...view(store),
    write: (key, work) =>
      store.write(key, (tx) => {
        const append: typeof tx.events.append = (draft) =>
          tx.events.append(
            draft.seq === null ? draft : ({ ...draft, seq: number() } as typeof draft),
          );
        return work({ ...tx, events: { ...tx.events, append } });
      }),
  };
}

export const skipsOne = (store: Store): Store => ({
  ...view(store),
  read: {
    ...store.read,
    events: {
      ...store.read.events,
      forward: (range) => store.read.events.forward({ ...range, position: range.position + 1 }),
    },
  },
});

/** All that follows the log, sockets and webhooks alike, is told of what is not committed. */
export function showsEarly(store: Store): Store {
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
        log: (after, limit) =>
          after + 1 >= (shown[0]?.offset ?? Infinity)
            ? shown.filter(({ offset }) => offset > after).slice(0, limit)
            : store.read.events.log(after, limit),
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

const UNFENCED = `SELECT e.log_offset::int AS "offset", e.id, e.type, e.site, e.contact,
    c.id AS conversation, e.seq::int AS seq, e.pub::int AS pub, e.time::float8 AS time, e.actor,
    e.cause, e.data
  FROM event e LEFT JOIN conversation c ON c.no = e.conversation
  WHERE e.log_offset > $1 ORDER BY e.log_offset LIMIT $2`;

/** Reads on behind the largest offset it has seen, whoever is still to commit a smaller one. */
export function unfenced(store: Store, { databaseUrl }: RelaySpec): Store {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 2 });
  const log = async (after: number, limit: number): Promise<LogRecord[]> =>
    (await pool.query(UNFENCED, [after, limit])).rows;
  return {
    ...view(store),
    read: { ...store.read, events: { ...store.read.events, log } },
  };
}

/** Every so many transactions of such a relay one stays open for a while: on a quiet machine they hardly meet. */
const SLOW_ONE_IN = 10;
const SLOW_MS = 30;

/**
 * Nobody reads on while a transaction of this relay's is open: right for one relay, whose offsets are then in
 * the order of commits, and blind to what another one has under way.
 */
export function withOwnFence(store: Store, spec: RelaySpec): Store {
  const open = unfenced(store, spec);
  const writing = new Set<Promise<unknown>>();
  let reading: Promise<unknown> = Promise.resolve();
  let count = 0;
  const write: Store['write'] = async (key, work) => {
    for (let seen: unknown; seen !== reading; await seen) seen = reading;
    count += 1;
    const isSlow = count % SLOW_ONE_IN === 0;
    const done = store.write(key, async (tx) => {
      const value = await work(tx);
      if (isSlow) await sleep(SLOW_MS);
      return value;
    });
    writing.add(done);
    return done.finally(() => writing.delete(done));
  };
  const log = (after: number, limit: number): Promise<LogRecord[]> => {
    const read = Promise.all([reading, Promise.allSettled(writing)]).then(() =>
      open.read.events.log(after, limit),
    );
    reading = read.catch(() => {});
    return read;
  };
  return {
    ...open,
    write,
    read: { ...open.read, events: { ...open.read.events, log } },
  };
}
