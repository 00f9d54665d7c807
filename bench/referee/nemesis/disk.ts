import { execFileSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  ftruncateSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Disk, DiskMode, Nemesis } from './nemesis.ts';

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

interface Note {
  at: number;
  /** What stood there, and how long the file was. */
  old: Buffer;
  size: number;
}

/** The last one may be torn by the end of its process: what it was for was not written then. */
function readNotes(journal: Buffer): Note[] {
  const notes: Note[] = [];
  for (let from = 0; from + HEAD_BYTES <= journal.length; ) {
    const [at = 0, had = 0, size = 0] = [0, 8, 16].map((place) =>
      Number(journal.readBigInt64LE(from + place)),
    );
    const end = from + HEAD_BYTES + had;
    if (end > journal.length) break;
    notes.push({ at, old: journal.subarray(from + HEAD_BYTES, end), size });
    from = end;
  }
  return notes;
}

/** Puts the noted bytes back, the last first. */
export function undo(path: string): void {
  const journal = `${path}.undo`;
  if (!existsSync(journal)) return;
  if (existsSync(path)) {
    const file = openSync(path, 'r+');
    for (const { at, old, size } of readNotes(readFileSync(journal)).reverse()) {
      writeSync(file, old, 0, old.length, at);
      ftruncateSync(file, size);
    }
    closeSync(file);
  }
  rmSync(journal);
}

/** A disk for the log in `dataDir`, kept by a library that is preloaded into its relay. */
export function createDisk(dataDir: string): Disk {
  const control = join(dataDir, 'disk.control');
  writeFileSync(control, Buffer.from([MODES.well]));
  const fd = openSync(control, 'r+');
  const files = ['throughline.db', 'throughline.db-wal'].map((name) => join(dataDir, name));
  const forget = () => {
    for (const file of files) rmSync(`${file}.undo`, { force: true });
  };
  return {
    env: { LD_PRELOAD: build(), REFEREE_DISK: control },
    set: (mode) => void writeSync(fd, Buffer.from([MODES[mode]]), 0, 1, 0),
    losePower() {
      for (const file of files) undo(file);
      // Not on any disk: made anew from the file beside it.
      rmSync(join(dataDir, 'throughline.db-shm'), { force: true });
    },
    close() {
      closeSync(fd);
      forget();
    },
  };
}

/** The disk is like that for a while, and then well again. */
export const broken =
  (mode: DiskMode): Nemesis =>
  async ({ disk }, forMs) => {
    disk?.set(mode);
    await sleep(forMs);
    disk?.set('well');
  };
