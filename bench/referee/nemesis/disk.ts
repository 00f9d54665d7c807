import { execFileSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Disk, type DiskMode, must, type Nemesis } from './nemesis.ts';

const MODES: Record<DiskMode, number> = { well: 0, full: 1, broken: 2, slow: 3 };

const NO_COMPILER =
  'no gcc here, so no disk with faults: install it to have power cuts and full disks';
let built: string | undefined;

/** Whether there is a compiler to build the disk with. */
export function hasCompiler(): boolean {
  try {
    execFileSync('gcc', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    process.stderr.write(`skipped: ${NO_COMPILER}\n`);
    return false;
  }
}

function build(): string {
  if (built) return built;
  const shim = join(tmpdir(), `throughline-disk-${process.pid}.so`);
  const source = join(import.meta.dirname, 'disk-shim.c');
  execFileSync('gcc', ['-shared', '-fPIC', '-O2', '-w', '-o', shim, source, '-ldl', '-lpthread']);
  process.once('exit', () => rmSync(shim, { force: true }));
  built = shim;
  return shim;
}

const HEAD_BYTES = 24;
/** What is shared with the library: the mode, and how much is noted of each file. */
const CONTROL_BYTES = 24;
const NOTED_AT = 8;

/** Puts the noted bytes back, the last first; so many bytes of notes are whole. */
function undo(path: string, noted: number): void {
  let end = noted;
  if (end === 0 || !existsSync(path)) return;
  const journal = openSync(`${path}.undo`, 'r');
  const file = openSync(path, 'r+');
  const head = Buffer.alloc(HEAD_BYTES);
  while (end > 0) {
    readSync(journal, head, 0, HEAD_BYTES, end - HEAD_BYTES);
    const [at, had, size] = [0, 8, 16].map((place) => Number(head.readBigInt64LE(place))) as [
      number,
      number,
      number,
    ];
    const old = Buffer.alloc(had);
    readSync(journal, old, 0, had, end - HEAD_BYTES - had);
    writeSync(file, old, 0, had, at);
    ftruncateSync(file, size);
    end -= HEAD_BYTES + had;
  }
  closeSync(file);
  closeSync(journal);
}

/** Of what people upload: no sync of its folder came after the name, none of the file after the bytes. */
function loseUnsynced(path: string, lost: Record<'names' | 'bytes', ReadonlySet<string>>): void {
  for (const entry of existsSync(path) ? readdirSync(path, { withFileTypes: true }) : []) {
    const at = join(path, entry.name);
    const inode = String(statSync(at).ino);
    if (lost.names.has(inode)) rmSync(at, { recursive: true });
    else if (entry.isDirectory()) loseUnsynced(at, lost);
    else if (lost.bytes.has(inode)) truncateSync(at);
  }
}

/** A disk for the log in `dataDir`, kept by a library that is preloaded into its relay. */
export function createDisk(dataDir: string): Disk {
  const control = join(dataDir, 'disk.control');
  writeFileSync(control, Buffer.alloc(CONTROL_BYTES));
  const fd = openSync(control, 'r+');
  const files = ['throughline.db', 'throughline.db-wal'].map((name) => join(dataDir, name));
  const noted = Buffer.alloc(8 * files.length);
  const marks = { names: join(dataDir, 'lost-names'), bytes: join(dataDir, 'lost-bytes') };
  const clearMarks = () => {
    for (const folder of Object.values(marks)) {
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder);
    }
  };
  const forget = () => {
    writeSync(fd, noted.fill(0), 0, noted.length, NOTED_AT);
    for (const file of files) rmSync(`${file}.undo`, { force: true });
    clearMarks();
  };
  clearMarks();
  return {
    env: { LD_PRELOAD: build(), REFEREE_DISK: control },
    set: (mode) => void writeSync(fd, Buffer.from([MODES[mode]]), 0, 1, 0),
    losePower() {
      readSync(fd, noted, 0, noted.length, NOTED_AT);
      for (const [i, file] of files.entries()) undo(file, Number(noted.readBigInt64LE(8 * i)));
      const lost = (folder: string) => new Set(readdirSync(folder));
      loseUnsynced(join(dataDir, 'files'), { names: lost(marks.names), bytes: lost(marks.bytes) });
      forget();
      // Not on any disk: made anew from the file beside it.
      rmSync(join(dataDir, 'throughline.db-shm'), { force: true });
    },
    forget,
    close() {
      forget();
      closeSync(fd);
    },
  };
}

/** The disk is like that for a while, and then well again. */
export const broken =
  (mode: DiskMode): Nemesis =>
  async ({ disk }, forMs) => {
    const { set } = must(disk, 'disk with faults');
    set(mode);
    await sleep(forMs);
    set('well');
  };
