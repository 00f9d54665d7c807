import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { undo } from './disk.ts';

function note(at: number, old: string, size: number): Buffer {
  const head = Buffer.alloc(24);
  [at, old.length, size].forEach((value, i) => void head.writeBigInt64LE(BigInt(value), i * 8));
  return Buffer.concat([head, Buffer.from(old)]);
}

const notes = [note(0, 'aa', 4), note(4, '', 4), note(1, 'bbb', 6)];
const torn = note(2, 'x'.repeat(100), 6);

test.each([
  ['whole', Buffer.alloc(0)],
  ['torn in its head', torn.subarray(0, 9)],
  ['torn behind its head', torn.subarray(0, 24)],
  ['torn in its bytes', torn.subarray(0, 90)],
])(
  'a power cut takes back what was not synced, the last first, where the last note is %s',
  (_how, tail) => {
    const dir = mkdtempSync(join(tmpdir(), 'throughline-disk-test-'));
    const file = join(dir, 'log');
    writeFileSync(file, 'zzzzzz');
    writeFileSync(`${file}.undo`, Buffer.concat([...notes, tail]));
    undo(file);
    expect(readFileSync(file, 'utf8')).toBe('aabb');
    rmSync(dir, { recursive: true });
  },
);
