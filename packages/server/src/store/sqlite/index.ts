import { statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StartupError } from '../../lib/errors.ts';
import { newEpoch } from '../epoch.ts';
import { HELD } from '../lease.ts';
import type { Reads, Store, Tx } from '../store.ts';
import { agentTables } from './agents.ts';
import { availability } from './availability.ts';
import { blueprints } from './blueprints.ts';
import { bots } from './bots.ts';
import { contactReads, contactWrites } from './contacts.ts';
import { conversationReads, conversationWrites } from './conversations.ts';
import { cursors } from './cursors.ts';
import { openDeliveries } from './deliveries/index.ts';
import { eventReads, eventWrites } from './events.ts';
import { facts } from './facts.ts';
import { files } from './files.ts';
import { checkIntegrity } from './integrity.ts';
import { keys } from './keys.ts';
import { createLane, type LogChange } from './lane.ts';
import { checkSchema, logMigrations, migrate } from './migrate.ts';
import { checkMoved } from './moved.ts';
import {
  checkFolder,
  DATABASE,
  DELIVERIES,
  explain,
  isFirstStart,
  lockFolder,
  setPragmas,
  WAL_KEPT_BYTES,
  writeMarker,
} from './open.ts';
import { passages } from './passages.ts';
import { createRowCache, type RowCache } from './row-cache.ts';
import { searchWrites } from './search.ts';
import { secrets } from './secrets.ts';
import { spendings } from './spendings.ts';
import { createTail } from './tail.ts';
import { timers } from './timers.ts';

export interface SqliteOptions {
  dataDir: string;
  /** Make the folder when it is not there; for the default folder only. */
  create?: boolean;
  /** A second program beside a running relay (the CLI): takes no lock and makes nothing new. */
  guest?: boolean;
  /** The engine's state is unknown; the process must end now. */
  onFatal?: (error: unknown) => void;
}

const reads = (db: DatabaseSync): Reads => ({
  events: eventReads(db),
  conversations: conversationReads(db),
  contacts: contactReads(db),
  facts: facts(db),
  timers: timers(db),
  cursors: cursors(db),
  blueprints: blueprints(db),
  keys: keys(db),
  secrets: secrets(db),
  passages: passages(db),
  spendings: spendings(db),
  files: files(db),
  availability: availability(db),
  bots: bots(db),
  ...agentTables(db),
});

const writes = (db: DatabaseSync, cache: RowCache, change: LogChange): Tx => {
  const read = reads(db) as Tx;
  return {
    ...read,
    events: { ...read.events, ...eventWrites(db, change) },
    conversations: { ...read.conversations, ...conversationWrites(db, cache) },
    contacts: { ...read.contacts, ...contactWrites(db) },
    lease: HELD,
    search: searchWrites(db),
  };
};

function readEpoch(db: DatabaseSync): string {
  const found = db.prepare(`SELECT value FROM meta WHERE name = 'epoch'`).get()?.value;
  if (typeof found === 'string') return found;
  const made = newEpoch();
  db.prepare(`INSERT INTO meta (name, value) VALUES ('epoch', ?)`).run(made);
  return made;
}

interface Opened {
  writer: DatabaseSync;
  reader: DatabaseSync;
  epoch: string;
  settings: Record<string, string | number>;
  deliveries: ReturnType<typeof openDeliveries>;
  endCheck(): void;
}

const fatalOf = ({ onFatal }: SqliteOptions) =>
  onFatal ?? ((error: unknown) => process.emitWarning(String(error)));

function openDatabase(path: string, options: SqliteOptions): Opened {
  const { dataDir, guest } = options;
  const writer = new DatabaseSync(path, { timeout: 5000 });
  try {
    const settings = setPragmas(writer);
    const endCheck = checkIntegrity(writer, { path, onDamage: fatalOf(options) });
    if (guest) checkSchema(writer, logMigrations);
    else migrate(writer, logMigrations);
    checkMoved(writer, dataDir);
    const epoch = readEpoch(writer);
    writeMarker(dataDir, epoch);
    const reader = new DatabaseSync(path, { readOnly: true, timeout: 5000 });
    const deliveries = openBeside(dataDir, guest ?? false);
    return { writer, reader, epoch, settings, deliveries, endCheck };
  } catch (error) {
    writer.close();
    throw error;
  }
}

function openBeside(dataDir: string, guest: boolean): Opened['deliveries'] {
  const path = join(dataDir, DELIVERIES);
  try {
    return openDeliveries(path, { guest });
  } catch (error) {
    throw explain(error, path);
  }
}

/** Opens (or, on a first start, makes) the embedded store. Throws a `StartupError` when it must not be used. */
export function openSqliteStore(options: SqliteOptions): Store {
  const { dataDir } = options;
  const path = join(dataDir, DATABASE);
  checkFolder({ dataDir, create: options.create ?? false });
  const unlock = options.guest ? () => {} : lockFolder(dataDir);
  let opened: Opened;
  try {
    if (isFirstStart(dataDir) && options.guest)
      throw new StartupError(`There is no log in ${dataDir} yet; start the relay there first.`);
    opened = openDatabase(path, options);
  } catch (error) {
    unlock();
    throw explain(error, path);
  }
  return assemble(opened, unlock, options);
}

function assemble(opened: Opened, unlock: () => void, options: SqliteOptions): Store {
  const path = join(options.dataDir, DATABASE);
  const { writer, reader, epoch, settings, deliveries, endCheck } = opened;
  const tail = createTail();
  const listeners = new Set<(ours?: number) => void>();
  const cache = createRowCache();
  const lane = createLane(writer, (change) => writes(writer, cache, change), {
    undone: cache.clear,
    committed(change) {
      tail.push(change);
      // Behind all answers, and in the same turn: an answer and its event leave together (decision 0006).
      process.nextTick(() => {
        for (const listener of listeners) listener(0);
      });
    },
    fatal: fatalOf(options),
  });
  const read = reads(reader);
  const fromDisk = read.events.log;
  let closing: Promise<void> | undefined;

  async function end(): Promise<void> {
    endCheck();
    await lane.close();
    deliveries.close();
    reader.close();
    writer.close();
    unlock();
  }

  return {
    epoch,
    settings,
    deliveries,
    lease: HELD,
    // Whoever else writes here is found by the followers' own looks.
    hint: () => {},
    read: {
      ...read,
      events: {
        ...read.events,
        log: (after, limit) => tail.read(after, limit) ?? fromDisk(after, limit),
      },
    },
    write: (_key, work) => lane.submit(work),
    settle: () => lane.submit(() => {}),
    get backlog() {
      return lane.waiting;
    },
    wal: () => ({
      bytes: statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0,
      keptBytes: WAL_KEPT_BYTES,
    }),
    onCommit(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      closing ??= end();
      return closing;
    },
  };
}
