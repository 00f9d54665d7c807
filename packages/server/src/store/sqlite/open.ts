import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StartupError } from '../../lib/errors.ts';

/** Magic numbers of statfs(2) for file systems whose locks or shared memory cannot be trusted with WAL. */
const NETWORK_FILE_SYSTEMS = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xfe534d42, 'SMB'],
  [0xff534d42, 'CIFS'],
  [0x01021997, '9p'],
  [0x00c36400, 'Ceph'],
  [0x5346414f, 'AFS'],
  [0x0bd00bd0, 'Lustre'],
  [0x47504653, 'GPFS'],
]);

export const DATABASE = 'throughline.db';
/** What is still to be delivered; losing it makes deliveries come twice, or not at all, and no message is lost. */
export const DELIVERIES = 'deliveries.db';
/** Says that a log lives here, so that a missing database is never taken for a first start. */
const MARKER = 'throughline.json';
const LOCK = 'throughline.lock';

interface FolderOptions {
  dataDir: string;
  /** Make the folder when it is not there. */
  create: boolean;
  fileSystemType?: (dir: string) => number;
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Refuses every folder a relay must not keep its log in, each with a sentence that says what to do. */
export function checkFolder({ dataDir, create, fileSystemType }: FolderOptions): void {
  try {
    if (create) mkdirSync(dataDir, { recursive: true });
    if (!existsSync(dataDir)) throw new Error('it does not exist');
    if (!statSync(dataDir).isDirectory()) throw new Error('it is not a folder');
  } catch (cause) {
    throw new StartupError(
      `The data folder ${dataDir} cannot be used: ${textOf(cause)}. Create it, mount its volume, or name another in DATA_DIR.`,
      { cause },
    );
  }
  try {
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
    const probe = join(dataDir, '.writable');
    writeFileSync(probe, '');
    rmSync(probe);
  } catch (cause) {
    throw new StartupError(
      `The data folder ${dataDir} is not writable; give this user write permission, or name another in DATA_DIR.`,
      { cause },
    );
  }
  const type = (fileSystemType ?? ((dir: string) => statfsSync(dir).type))(dataDir);
  const network = NETWORK_FILE_SYSTEMS.get(type >>> 0);
  if (network)
    throw new StartupError(
      `The data folder ${dataDir} is on a network file system (${network}), where SQLite can lose data; use a local disk.`,
    );
}

/**
 * Holds the folder for this process. The lock is one of the operating system's, taken through SQLite,
 * so it ends with the process however that ends.
 */
export function lockFolder(dataDir: string): () => void {
  const lock = new DatabaseSync(join(dataDir, LOCK), { timeout: 0 });
  try {
    lock.exec('PRAGMA journal_mode = MEMORY; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch (cause) {
    lock.close();
    throw new StartupError(
      `Another relay is already running on ${dataDir}; stop it first, or give this one its own DATA_DIR.`,
      { cause },
    );
  }
  return () => lock.close();
}

/** Whether this folder is to get a new log; throws when it had one that is gone. */
export function isFirstStart(dataDir: string): boolean {
  const path = join(dataDir, DATABASE);
  const size = existsSync(path) ? statSync(path).size : undefined;
  const expected = existsSync(join(dataDir, MARKER)) || existsSync(`${path}-wal`);
  if (expected && !size)
    throw new StartupError(
      `${path} is ${size === 0 ? 'empty' : 'missing'}, but this folder held a log before; restore it from a backup, or choose another DATA_DIR.`,
    );
  return !size;
}

export function writeMarker(dataDir: string, epoch: string): void {
  const path = join(dataDir, MARKER);
  const text = `${JSON.stringify({ about: 'A Throughline log lives here; keep this file beside it.', epoch })}\n`;
  if (!existsSync(path) || readFileSync(path, 'utf8') !== text) writeFileSync(path, text);
}

/** What SQLite cuts its write-ahead log back to, once all of it is in the database. */
export const WAL_KEPT_BYTES = 67_108_864;

/** Sets what durability depends on, and reads it back: a default or a typo here would lose messages. */
export function setPragmas(db: DatabaseSync): Record<string, string | number> {
  db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
    PRAGMA trusted_schema = OFF; PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON;
    PRAGMA secure_delete = ON;
    PRAGMA wal_autocheckpoint = 8000; PRAGMA journal_size_limit = ${WAL_KEPT_BYTES}; PRAGMA cache_size = -65536`);
  const read = (name: string) => Object.values(db.prepare(`PRAGMA ${name}`).get() ?? {})[0];
  const settings = {
    journal_mode: String(read('journal_mode')),
    synchronous: Number(read('synchronous')),
  };
  if (settings.journal_mode !== 'wal' || settings.synchronous !== 2)
    throw new StartupError(
      `SQLite did not accept journal_mode=WAL and synchronous=FULL (found ${settings.journal_mode}, ${settings.synchronous}); without them an acknowledged message could be lost.`,
    );
  return settings;
}

/** Turns what SQLite says at start into a sentence for the person who started the relay. */
export function explain(error: unknown, path: string): StartupError {
  if (error instanceof StartupError) return error;
  const { errcode } = error as { errcode?: number };
  const code = typeof errcode === 'number' ? errcode & 0xff : 0;
  const advice: Record<number, string> = {
    5: 'is locked by another program; close it and start again.',
    8: 'is read-only; give this user write permission.',
    10: 'cannot be read or written (I/O error); check the disk, and whether it is full.',
    11: 'is damaged; restore it from a backup.',
    13: 'cannot grow: the disk is full; free some space and start again.',
    14: 'cannot be opened; check the permissions of the file and its folder.',
    26: 'is not a database; restore it from a backup.',
  };
  const says = advice[code];
  return new StartupError(
    says
      ? `The database ${path} ${says}`
      : `The database ${path} cannot be used: ${textOf(error)}.`,
    {
      cause: error,
    },
  );
}
