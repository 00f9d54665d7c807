import { holderOf, isActive } from '../src/store/holder.ts';
import type {
  Agent,
  Availability,
  Conversation,
  Draft,
  LogRecord,
  Store,
  Timer,
  Tx,
} from '../src/store/store.ts';

/** What routing changes, in memory: for models that run more commands than a disk could take. */
export function createMemoryStore() {
  const log: LogRecord[] = [];
  const byId = new Map<string, LogRecord>();
  const rows = new Map<string, Conversation>();
  const agents = new Map<string, Agent>();
  const availability = new Map<string, Availability>();
  const timers = new Map<string, Timer>();
  /** Works nobody has let run yet, in the order they came. */
  const works: (() => Promise<void>)[] = [];

  const append = (draft: Draft): LogRecord => {
    const record = { ...draft, offset: log.length + 1 } as LogRecord;
    log.push(record);
    byId.set(record.id, record);
    return record;
  };

  const none = async () => undefined;
  const tx = {
    events: {
      append,
      find: (id: string) => byId.get(id),
      amendments: () => [],
      redact: none,
    },
    conversations: {
      get: (id: string) => rows.get(id),
      insert: (row: Conversation) => void rows.set(row.id, row),
      save: (row: Conversation) => void rows.set(row.id, row),
      loadOf: (agent: string) => {
        let load = 0;
        for (const row of rows.values()) if (holderOf(row) === agent) load += 1;
        return load;
      },
      active: (after: string, limit: number) =>
        [...rows.values()]
          .filter((row) => row.id > after && isActive(row))
          .sort((a, b) => (a.id < b.id ? -1 : 1))
          .slice(0, limit),
      ofContact: () => [],
    },
    agents: { get: (id: string) => agents.get(id), list: () => [...agents.values()] },
    availability: {
      get: (id: string) => availability.get(id),
      list: () => [...availability.values()],
      put: (row: Availability) => void availability.set(row.agent, row),
      renew: none,
    },
    contacts: { get: none, isBlocked: () => false },
    facts: { of: () => [] },
    timers: {
      set: (timer: Timer) => void timers.set(timer.key, timer),
      clear: (key: string) => void timers.delete(key),
    },
    files: { get: none },
  } as unknown as Tx;

  const store = {
    read: tx,
    write: <T>(_key: string, work: (tx: Tx) => Promise<T> | T) =>
      new Promise<T>((resolve, reject) => {
        works.push(async () => {
          await Promise.resolve(work(tx)).then(resolve, reject);
        });
      }),
  } as unknown as Store;

  return {
    store,
    log,
    rows,
    agents,
    availability,
    timers,
    get pending() {
      return works.length;
    },
    /** Lets one work run to its end; which one, the caller says. */
    async release(which: number): Promise<void> {
      const [work] = works.splice(which % works.length, 1);
      await work?.();
    },
    /** The process dies: what had not begun never happens. */
    crash: () => void works.splice(0),
  };
}
