import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Bus } from '../lib/bus.ts';

/** What other relays say of themselves, as a small table each: gone with them, and never stored. */
export interface Neighbours {
  /** Says it to the others; undefined: it is no more. */
  set(key: string, value: unknown): void;
  /** What the others say under a key. */
  of(key: string): unknown[];
  /** Takes leave. */
  stop(): void;
}

interface Said {
  kind: 'table';
  from: string;
  /** How many changes it has told; one more with each. */
  n: number;
  /** Of the keys named; `null`: no more. With `all`, the others are no more either. */
  changes?: [string, unknown][];
  all?: boolean;
  /** Says hello, and wants to hear all that is there. */
  asks?: boolean;
  leaves?: boolean;
}

interface Table {
  n: number;
  seenAt: number;
  entries: Map<string, unknown>;
}

/** Changes within this long travel together. */
const GATHER_MS = 20;
const BEAT_MS = 5000;
/** Whoever is not heard of for so long is gone, with all they said. */
const GONE_MS = 20_000;

const isSaid = (message: object): message is Said => 'kind' in message && message.kind === 'table';

/** What was heard of others. */
function createTables(changed: (keys: string[]) => void) {
  const tables = new Map<string, Table>();
  const all = () => [...tables.values()].map(({ entries }) => entries);

  function forget(relay: string): void {
    const table = tables.get(relay);
    tables.delete(relay);
    if (table && table.entries.size > 0) changed([...table.entries.keys()]);
  }

  function replace({ from, n, changes = [] }: Said): void {
    const before = tables.get(from)?.entries ?? new Map();
    const entries = new Map(changes);
    tables.set(from, { n, seenAt: performance.now(), entries });
    const keys = new Set([...before.keys(), ...entries.keys()]);
    changed([...keys].filter((key) => !isDeepStrictEqual(before.get(key), entries.get(key))));
  }

  function apply(table: Table, changes: [string, unknown][]): void {
    for (const [key, value] of changes)
      if (value === null) table.entries.delete(key);
      else table.entries.set(key, value);
    changed(changes.map(([key]) => key));
  }

  return {
    all,
    forget,
    replace,
    /** Whether nothing was missed before it. */
    take({ from, n, changes }: Said): boolean {
      const table = tables.get(from);
      if (!table) return false;
      table.seenAt = performance.now();
      if (!changes || n !== table.n + 1) return n === table.n;
      table.n = n;
      apply(table, changes);
      return true;
    },
    forgetSilent(): void {
      for (const [relay, { seenAt }] of [...tables])
        if (performance.now() - seenAt > GONE_MS) forget(relay);
    },
  };
}

/**
 * Each relay tells its changes, counted; whoever misses one finds out by the next beat and asks for all
 * of it. So whatever is lost, with Redis or with a relay, is right again within two beats.
 */
export function createNeighbours(bus: Bus, changed: (keys: string[]) => void): Neighbours {
  const me = randomUUID();
  const own = new Map<string, unknown>();
  const untold = new Map<string, unknown>();
  const tables = createTables(changed);
  let n = 0;
  let telling: NodeJS.Timeout | undefined;

  const say = (said: Omit<Said, 'kind' | 'from' | 'n'>): void =>
    bus.send({ kind: 'table', from: me, n, ...said } satisfies Said);

  function tell(all: boolean): void {
    clearTimeout(telling);
    telling = undefined;
    n += 1;
    say(all ? { all, changes: [...own] } : { changes: [...untold] });
    untold.clear();
  }

  function hear(said: Said): void {
    if (said.asks) tell(true);
    else if (said.leaves) tables.forget(said.from);
    else if (said.all) tables.replace(said);
    else if (!tables.take(said)) say({ asks: true });
  }

  bus.hear((message) => {
    if (isSaid(message) && message.from !== me) hear(message);
  });
  const beat = setInterval(() => {
    say({});
    tables.forgetSilent();
  }, BEAT_MS).unref();
  say({ asks: true });

  return {
    set(key, value = null) {
      if (isDeepStrictEqual(own.get(key) ?? null, value)) return;
      if (value === null) own.delete(key);
      else own.set(key, value);
      untold.set(key, value);
      telling ??= setTimeout(tell, GATHER_MS, false).unref();
    },
    of: (key) => tables.all().flatMap((entries) => (entries.has(key) ? [entries.get(key)] : [])),
    stop() {
      clearInterval(beat);
      clearTimeout(telling);
      say({ leaves: true });
    },
  };
}
