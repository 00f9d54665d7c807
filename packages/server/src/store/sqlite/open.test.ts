import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  closeSync,
  cpSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, onTestFinished, test } from 'vitest';
import { eventOf } from '../../../test/records.ts';
import { tempDir } from '../../../test/relay.ts';
import { StartupError } from '../../lib/errors.ts';
import type { Store } from '../store.ts';
import { openSqliteStore } from './index.ts';
import { checkBeside } from './integrity.ts';
import { checkFolder, DATABASE } from './open.ts';

const MODULE = join(import.meta.dirname, 'index.ts');

function folder(): string {
  const dir = tempDir();
  onTestFinished(() => dir[Symbol.dispose]());
  return dir.path;
}

function open(dataDir: string, more: { guest?: boolean; create?: boolean } = {}): Store {
  const store = openSqliteStore({ dataDir, ...more });
  onTestFinished(() => store.close());
  return store;
}

const append = (store: Store, text?: string) =>
  store.write('key', (tx) => tx.events.append(eventOf(text)));

/** A folder that held a log of `n` events, closed. */
async function used(n = 1): Promise<string> {
  const dataDir = folder();
  const store = openSqliteStore({ dataDir });
  for (let i = 0; i < n; i++) await append(store, 'x'.repeat(500));
  await store.close();
  return dataDir;
}

/** The sentence a folder is refused with; also checks that refusing changed nothing in it. */
function refusal(dataDir: string, more: { guest?: boolean; create?: boolean } = {}): string {
  const list = () => {
    try {
      return readdirSync(dataDir)
        .filter((name) => name !== 'throughline.lock')
        .sort();
    } catch {
      return 'none';
    }
  };
  const before = list();
  let sentence = '';
  try {
    void openSqliteStore({ dataDir, ...more }).close();
  } catch (error) {
    expect(error).toBeInstanceOf(StartupError);
    sentence = (error as Error).message;
  }
  expect(sentence, 'it was opened').not.toBe('');
  expect(list()).toEqual(before);
  expect(sentence).toMatch(/^[A-Z/].+\.$/s);
  expect(sentence).not.toMatch(/undefined|\[object|at .*:\d+:\d+/);
  return sentence;
}

describe('[CF-05] a folder that cannot hold a log is refused, with a sentence and without a trace', () => {
  test('it is missing and was named on purpose', () => {
    const missing = join(folder(), 'volume');
    expect(refusal(missing)).toMatch(/cannot be used.*Create it, mount its volume/);
    expect(readdirSync(join(missing, '..'))).toEqual([]);
  });

  test('the default folder is made', () => {
    const dataDir = join(folder(), 'deep', 'data');
    open(dataDir, { create: true });
    expect(readdirSync(dataDir)).toContain(DATABASE);
  });

  test('it is a file', () => {
    const path = join(folder(), 'file');
    writeFileSync(path, 'hello');
    expect(refusal(path)).toMatch(/not a folder/);
    expect(readFileSync(path, 'utf8')).toBe('hello');
  });

  test('it cannot be written to', () => {
    const dataDir = folder();
    chmodSync(dataDir, 0o555);
    // Root may write anywhere, so for a moment be somebody else.
    const isRoot = process.getuid?.() === 0;
    if (isRoot) process.seteuid?.(65_534);
    onTestFinished(() => {
      if (isRoot) process.seteuid?.(0);
      chmodSync(dataDir, 0o755);
    });
    expect(refusal(dataDir)).toMatch(/is not writable; give this user write permission/);
  });

  test.each([
    ['NFS', 0x6969],
    ['SMB', 0x517b],
    ['SMB', 0xfe534d42],
    ['CIFS', 0xff534d42],
    ['CIFS', 0xff534d42 | 0],
    ['9p', 0x01021997],
    ['Ceph', 0x00c36400],
    ['Lustre', 0x0bd00bd0],
  ])('it is on %s (%i)', (name, type) => {
    const check = () =>
      checkFolder({ dataDir: folder(), create: false, fileSystemType: () => type });
    expect(check).toThrow(StartupError);
    expect(check).toThrow(new RegExp(`network file system \\(${name}\\)`));
  });

  test('local file systems are not refused', () => {
    for (const type of [0xef53, 0x58465342, 0x9123683e, 0x01021994, 0x794c7630])
      checkFolder({ dataDir: folder(), create: false, fileSystemType: () => type });
  });
});

describe('[CF-05] a database that is not what it should be is refused, never replaced', () => {
  test('damaged', async () => {
    const dataDir = await used(200);
    const file = openSync(join(dataDir, DATABASE), 'r+');
    for (let at = 8192; at < statSync(join(dataDir, DATABASE)).size; at += 4096)
      writeSync(file, Buffer.alloc(2048, 0x5a), 0, 2048, at);
    closeSync(file);
    expect(refusal(dataDir)).toMatch(/is damaged.*restore it from a backup/);
  });

  test('damaged, and too large to be checked before the work begins', async () => {
    const dataDir = await used(200);
    const path = join(dataDir, DATABASE);
    const told: string[] = [];
    const check = (ms: number) =>
      new Promise<void>((done) => {
        const end = checkBeside({
          path,
          onDamage({ message }) {
            told.push(message);
            done();
          },
        });
        // On a slow machine it may not have begun, and must not see what comes.
        setTimeout(() => done(end()), ms);
      });
    await check(1000);
    expect(told).toEqual([]);
    const file = openSync(path, 'r+');
    for (let at = 8192; at < statSync(path).size; at += 4096)
      writeSync(file, Buffer.alloc(2048, 0x5a), 0, 2048, at);
    closeSync(file);
    await check(20_000);
    expect(told).toEqual([expect.stringMatching(/is damaged.*restore it from a backup/)]);
  });

  test('something else', () => {
    const dataDir = folder();
    writeFileSync(join(dataDir, DATABASE), 'Dear diary, '.repeat(1000));
    expect(refusal(dataDir)).toMatch(/is not a database; restore it from a backup/);
    expect(readFileSync(join(dataDir, DATABASE), 'utf8')).toMatch(/^Dear diary/);
  });

  test('[P11] missing, where a log was: a fresh one would pass for a complete one', async () => {
    const dataDir = await used();
    rmSync(join(dataDir, DATABASE));
    expect(refusal(dataDir)).toMatch(/is missing, but this folder held a log before; restore it/);
  });

  test('[P11] empty, where a log was', async () => {
    const dataDir = await used();
    truncateSync(join(dataDir, DATABASE), 0);
    expect(refusal(dataDir)).toMatch(/is empty, but this folder held a log before; restore it/);
  });

  test('[P11] missing, and its write-ahead log is still there', () => {
    const dataDir = folder();
    writeFileSync(join(dataDir, `${DATABASE}-wal`), 'x');
    expect(refusal(dataDir)).toMatch(/is missing, but this folder held a log before/);
  });

  test('written by a newer program', async () => {
    const dataDir = await used();
    const db = new DatabaseSync(join(dataDir, DATABASE));
    db.exec('PRAGMA user_version = 999');
    db.close();
    expect(refusal(dataDir)).toMatch(
      /schema version 999, this program knows up to \d+; run the version/,
    );
  });

  test('unreadable for this user', async () => {
    const dataDir = await used();
    const path = join(dataDir, DATABASE);
    chmodSync(dataDir, 0o777);
    for (const name of readdirSync(dataDir)) chmodSync(join(dataDir, name), 0o666);
    chmodSync(path, 0o000);
    const isRoot = process.getuid?.() === 0;
    if (isRoot) process.seteuid?.(65_534);
    onTestFinished(() => {
      if (isRoot) process.seteuid?.(0);
      chmodSync(path, 0o644);
    });
    expect(refusal(dataDir)).toMatch(/cannot be opened; check the permissions/);
  });

  test('a lost marker is written again', async () => {
    const dataDir = await used();
    rmSync(join(dataDir, 'throughline.json'));
    const { epoch } = open(dataDir);
    expect(JSON.parse(readFileSync(join(dataDir, 'throughline.json'), 'utf8'))).toMatchObject({
      epoch,
    });
  });
});

describe('one relay to a folder', () => {
  test('a second one in this process', () => {
    const dataDir = folder();
    open(dataDir);
    expect(refusal(dataDir)).toMatch(/Another relay is already running on/);
  });

  test('the folder is free again once the first is closed', async () => {
    const dataDir = folder();
    await openSqliteStore({ dataDir }).close();
    await append(open(dataDir));
  });

  test('the folder is free again after a refusal', async () => {
    const dataDir = await used();
    const path = join(dataDir, DATABASE);
    const copy = join(dataDir, 'copy');
    cpSync(path, copy);
    truncateSync(path, 0);
    refusal(dataDir);
    cpSync(copy, path);
    expect(await open(dataDir).read.events.head()).toBe(1);
  });

  /** Opens the folder in a process of its own; `then` is what it does with `store`. */
  const script = (dataDir: string, then: string) =>
    `const { openSqliteStore } = await import(${JSON.stringify(MODULE)});
     const { uuidv7 } = await import('@throughline/shared');
     try {
       const store = openSqliteStore({ dataDir: ${JSON.stringify(dataDir)} });
       ${then}
     } catch (error) { console.log(error.message); }`;
  const inChild = { cwd: import.meta.dirname, encoding: 'utf8' as const };

  test('[CF-06] a second one in another process', () => {
    const dataDir = folder();
    open(dataDir);
    const code = script(dataDir, 'console.log("opened");');
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', code], inChild);
    expect(stdout).toMatch(/^Another relay is already running on/);
  });

  test('[P3] a killed one holds the folder no longer, and what it answered is there', async () => {
    const dataDir = folder();
    const code = script(
      dataDir,
      `for (let i = 0; ; i++) {
         const { offset } = await store.write('k', (tx) => tx.events.append({
           ...${JSON.stringify(eventOf())}, id: uuidv7() }));
         console.log(offset);
       }`,
    );
    const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
      cwd: import.meta.dirname,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let told = '';
    child.stdout.on('data', (part: Buffer) => {
      told += part.toString();
      if (told.split('\n').length > 100) child.kill('SIGKILL');
    });
    await once(child, 'close');
    const answered = Number(told.split('\n').slice(0, -1).at(-1));
    expect(answered).toBeGreaterThanOrEqual(100);
    expect(await open(dataDir).read.events.head()).toBeGreaterThanOrEqual(answered);
  });
});

describe('a guest beside the relay', () => {
  test('writes into the relay’s log, and the relay reads it', async () => {
    const dataDir = folder();
    const relay = open(dataDir);
    const guest = open(dataDir, { guest: true });
    await append(relay, 'relay');
    await append(guest, 'guest');
    await append(relay, 'relay');
    await append(guest, 'guest');
    expect(guest.epoch).toBe(relay.epoch);
    for (const store of [relay, guest]) {
      const records = await store.read.events.log(0, 10);
      expect(records.map(({ offset, data }) => [offset, (data as { name: string }).name])).toEqual([
        [1, 'relay'],
        [2, 'guest'],
        [3, 'relay'],
        [4, 'guest'],
      ]);
    }
    // From every place: part of it is in memory, and none of it may hide the rest.
    for (let after = 0; after < 4; after++)
      expect((await relay.read.events.log(after, 10))[0]?.offset).toBe(after + 1);
  });

  test('makes nothing where there is nothing', () => {
    expect(refusal(folder(), { guest: true })).toMatch(
      /no log in .* yet; start the relay there first/,
    );
  });

  test('does not change the schema under the relay’s feet', async () => {
    const dataDir = await used();
    const path = join(dataDir, DATABASE);
    const db = new DatabaseSync(path);
    db.exec('PRAGMA user_version = 0');
    db.close();
    expect(refusal(dataDir, { guest: true })).toMatch(
      /schema version 0, this program works with \d+/,
    );
  });
});

describe('[P3] durability', () => {
  test('[CF-07] every commit is synced, on the first and on every later open', async () => {
    const dataDir = folder();
    for (let i = 0; i < 3; i++) {
      const store = openSqliteStore({ dataDir });
      expect(store.settings).toEqual({ journal_mode: 'wal', synchronous: 2 });
      await append(store);
      await store.close();
    }
    const guest = open(dataDir, { guest: true });
    expect(guest.settings).toEqual({ journal_mode: 'wal', synchronous: 2 });
  });

  test('[CF-17] a migration killed half-way is made again from the start', () => {
    const dataDir = folder();
    const sql = readFileSync(join(import.meta.dirname, 'migrations/0001_init.sql'), 'utf8');
    const code = `
      const { DatabaseSync } = require('node:sqlite');
      const db = new DatabaseSync(${JSON.stringify(join(dataDir, DATABASE))});
      db.exec('PRAGMA journal_mode = WAL');
      db.exec('BEGIN IMMEDIATE');
      db.exec(${JSON.stringify(sql)});
      db.exec('PRAGMA user_version = 1');
      process.kill(process.pid, 'SIGKILL');`;
    expect(spawnSync(process.execPath, ['-e', code]).signal).toBe('SIGKILL');
    const store = open(dataDir);
    expect(store.epoch).not.toBe('');
  });

  test('[CF-17] a migration that fails leaves the version before it', async () => {
    const dataDir = await used();
    const path = join(dataDir, DATABASE);
    const db = new DatabaseSync(path);
    // The tables are there already, so the first migration cannot be made a second time.
    db.exec('PRAGMA user_version = 0');
    db.close();
    expect(refusal(dataDir)).toMatch(/cannot be used: table .* already exists/);
    const after = new DatabaseSync(path);
    expect(after.prepare('PRAGMA user_version').get()).toEqual({ user_version: 0 });
    expect(after.prepare('SELECT count(*) AS n FROM event').get()).toEqual({ n: 1 });
    after.close();
  });
});

/** A disk of `megabytes`, where this user may mount one. */
function smallDisk(megabytes: number): string | undefined {
  const path = folder();
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', path]);
  if (mounted.status !== 0) return undefined;
  onTestFinished(() => void execFileSync('umount', ['-l', path]));
  return path;
}

const canMount = (() => {
  const dir = tempDir();
  const { status } = spawnSync('mount', ['-t', 'tmpfs', 'tmpfs', dir.path]);
  if (status === 0) execFileSync('umount', [dir.path]);
  dir[Symbol.dispose]();
  return status === 0;
})();

/** Elsewhere `lane.test.ts` proves the same with a database that may not grow. */
describe.runIf(canMount)('a full disk', () => {
  test('[P3] what does not fit is refused, what was answered stays, and with room it goes on', async () => {
    const disk = smallDisk(6) ?? '';
    const ballast = join(disk, 'ballast');
    writeFileSync(ballast, Buffer.alloc(2 * 1024 * 1024));
    mkdirSync(join(disk, 'data'));
    const fatal: unknown[] = [];
    const store = openSqliteStore({
      dataDir: join(disk, 'data'),
      onFatal: (error) => fatal.push(error),
    });
    onTestFinished(() => store.close());
    const answered: number[] = [];
    const fill = async () => {
      for (let i = 0; i < 1000; i++)
        answered.push((await append(store, 'x'.repeat(10_000))).offset);
    };
    await expect(fill()).rejects.toMatchObject({ code: 'storage_unavailable' });
    expect(await store.read.events.head()).toBe(answered.length);
    expect(answered.length).toBeGreaterThan(10);
    await expect(append(store, 'x'.repeat(10_000))).rejects.toMatchObject({
      code: 'storage_unavailable',
    });
    rmSync(ballast);
    await append(store, 'again');
    expect(await store.read.events.head()).toBe(answered.length + 1);
    expect(fatal).toEqual([]);
  });

  test('[CF-05] at start it is a sentence, and the folder is not left half made', async () => {
    const disk = smallDisk(1) ?? '';
    writeFileSync(join(disk, 'ballast'), Buffer.alloc(1024 * 1024 - 16 * 1024));
    let sentence = '';
    try {
      await openSqliteStore({ dataDir: disk }).close();
    } catch (error) {
      expect(error).toBeInstanceOf(StartupError);
      sentence = (error as Error).message;
    }
    expect(sentence).toMatch(/disk is full|whether it is full|not writable/);
    rmSync(join(disk, 'ballast'));
    const store = openSqliteStore({ dataDir: disk });
    await store.close();
  });
});
