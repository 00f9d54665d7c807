import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** How long the disk takes to make a small write durable, in milliseconds: the floor of every ack. */
export function measureSync(dir: string, times = 50): { p50: number; p99: number } {
  const path = join(dir, '.sync-probe');
  const file = openSync(path, 'w');
  const block = Buffer.alloc(4096, 1);
  const taken: number[] = [];
  for (let i = 0; i < times; i++) {
    writeSync(file, block);
    const startMs = performance.now();
    fdatasyncSync(file);
    taken.push(performance.now() - startMs);
  }
  closeSync(file);
  rmSync(path);
  taken.sort((a, b) => a - b);
  return { p50: taken[Math.floor(times / 2)] ?? 0, p99: taken[Math.floor(times * 0.99)] ?? 0 };
}
