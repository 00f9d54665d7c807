import type pg from 'pg';
import type { LogRecord, Reads, Store, Tx } from '../store.ts';
import { agentTables } from './agents.ts';
import { availability } from './availability.ts';
import { blueprints } from './blueprints.ts';
import { bots } from './bots.ts';
import { type Checked, checkServer } from './check.ts';
import { explain, openClient, openPipeline, openPool } from './connect.ts';
import { contactReads, contactWrites } from './contacts.ts';
import { conversationReads, conversationWrites } from './conversations.ts';
import { cursors } from './cursors.ts';
import { type Db, dbOn } from './db.ts';
import { openDeliveries } from './deliveries/index.ts';
import { eventReads, eventWrites } from './events.ts';
import { facts } from './facts.ts';
import { createFence } from './fence.ts';
import { files } from './files.ts';
import { keys } from './keys.ts';
import { createLane, type Hears, type Lane } from './lane.ts';
import { leaseOn, leaseReads } from './lease.ts';
import { checkSchema, isUnused, migrate, migrations, readEpoch } from './migrate.ts';
import { checkMoved } from './moved.ts';
import { createNews } from './news.ts';
import { passages } from './passages.ts';
import { searchWrites } from './search.ts';
import { secrets } from './secrets.ts';
import { spendings } from './spendings.ts';
import { spreadOver } from './spread.ts';
import { timers } from './timers.ts';
import { watch } from './watch.ts';

export interface PostgresOptions {
  /** `postgres://user:password@host:5432/database` */
  url: string;
  /** Connections that write; works of one key share one. */
  lanes?: number;
  /** How late commits of other programs are found at most. */
  pollMs?: number;
  /** A program beside relays (the CLI): follows nothing by itself and makes nothing new. */
  guest?: boolean;
  /** What whoever runs it should know. */
  warn?: (sentence: string) => void;
  /** The log is moved or put back; the process must end now. */
  onFatal?: (error: unknown) => void;
}

const LANES = 4;
const READERS = 4;
const POLL_MS = 250;

const reads = (db: Db): Reads => ({
  events: eventReads(db),
  conversations: conversationReads(db),
  contacts: contactReads(db),
  facts: facts(db),
  timers: timers(db),
  cursors: cursors(db),
  blueprints: blueprints(db),
  bots: bots(db),
  keys: keys(db),
  secrets: secrets(db),
  passages: passages(db),
  spendings: spendings(db),
  files: files(db),
  availability: availability(db),
  ...agentTables(db),
});

function writes(client: pg.Client, { appended, left }: Hears): Tx {
  const db = dbOn(client, 'FOR UPDATE');
  const read = reads(db) as Tx;
  return {
    ...read,
    events: { ...read.events, ...eventWrites(db, appended) },
    conversations: { ...read.conversations, ...conversationWrites(db, left) },
    contacts: { ...read.contacts, ...contactWrites(db) },
    lease: leaseReads(db),
    search: searchWrites(db),
  };
}

interface Opened extends Checked {
  epoch: string;
}

async function prepare({ url, guest }: PostgresOptions): Promise<Opened> {
  const client = await openClient(url, { statement_timeout: 0, lock_timeout: 0 });
  try {
    const checked = await checkServer(client);
    if (guest) await checkSchema(client, migrations);
    else await migrate(client, migrations);
    await checkMoved(client);
    return { ...checked, epoch: await readEpoch(client) };
  } finally {
    await client.end();
  }
}

/** Whether a database is to get a new log. */
export async function isFirstStart(url: string): Promise<boolean> {
  try {
    const client = await openClient(url);
    return await isUnused(client).finally(() => client.end());
  } catch (error) {
    throw explain(error, url);
  }
}

/** Opens the log in a PostgreSQL database. Throws a `StartupError` when it must not be used. */
export async function openPostgresStore(options: PostgresOptions): Promise<Store> {
  try {
    const opened = await prepare(options);
    for (const warning of opened.warnings) options.warn?.(warning);
    return await assemble(opened, options);
  } catch (error) {
    throw explain(error, options.url);
  }
}

/** Followers that keep up ask for the same at the same time; each question is put once. */
function askOnce(ask: (after: number, limit: number) => Promise<LogRecord[]>) {
  const asked = new Map<string, Promise<LogRecord[]>>();
  return {
    log(after: number, limit: number): Promise<LogRecord[]> {
      const key = `${after} ${limit}`;
      const known = asked.get(key);
      if (known) return known;
      const made = ask(after, limit).finally(() => {
        if (asked.get(key) === made) asked.delete(key);
      });
      asked.set(key, made);
      return made;
    },
    /** The answer is another one now. */
    renew: () => asked.clear(),
  };
}

async function assemble(opened: Opened, options: PostgresOptions): Promise<Store> {
  const { url, lanes: count = LANES, pollMs = POLL_MS } = options;
  const { epoch, settings } = opened;
  const pool = openPool(url, READERS);
  const read = reads(dbOn(pool));
  const deliveries = openDeliveries(url);
  const fence = createFence(dbOn(pool), read.events);
  const once = askOnce(fence.log);
  const news = createNews();
  let known = 0;

  function wake(ours?: number): void {
    once.renew();
    news.spread(ours);
  }

  /** The newest offset rose, or may have: the end of somebody else's transaction frees who was held up. */
  function see(offset: number): void {
    if (offset <= known && !fence.isHolding) return;
    known = Math.max(known, offset);
    wake();
  }

  const { synchronous_commit } = settings as { synchronous_commit: string };
  const lanes: Lane[] = Array.from({ length: count }, () =>
    createLane({
      connect: () => openPipeline(url, { synchronous_commit }),
      open: writes,
      committed(offsets) {
        known = Math.max(known, ...offsets);
        wake(known);
      },
      undone: () => see(0),
    }),
  );
  // Of its own, so that the lease waits for nothing that reads and writes.
  const aside = openPool(url, 1);
  const onFatal = options.onFatal ?? ((error: unknown) => process.emitWarning(String(error)));
  const watcher = options.guest
    ? undefined
    : await watch({ connect: () => openClient(url), pollMs, seen: see, onFatal });
  known = await fence.head();
  let closing: Promise<void> | undefined;

  async function end(): Promise<void> {
    await Promise.all(lanes.map((lane) => lane.close()));
    await watcher?.stop();
    news.stop();
    await Promise.all([deliveries.close(), pool.end(), aside.end()]);
  }

  return {
    epoch,
    settings: { ...settings, lanes: count },
    deliveries,
    lease: leaseOn(aside),
    hint: see,
    read: { ...read, events: { ...read.events, log: once.log, head: fence.head } },
    write: spreadOver(lanes),
    settle: async () => {
      await Promise.all(lanes.map((lane) => lane.submit(() => {})));
    },
    get backlog() {
      return lanes.reduce((sum, lane) => sum + lane.waiting, 0);
    },
    onCommit: news.listen,
    close() {
      closing ??= end();
      return closing;
    },
  };
}
