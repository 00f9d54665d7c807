import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Bench, median, round } from '../figures.ts';
import { startMeasured } from '../relay/process.ts';
import type { Kind } from './crowd.ts';
import { inTurns, ROUNDS, syncTime } from './rounds.ts';

const WANTED = 20_000;
/** What a server opens beside its connections. */
const OTHER_FILES = 200;
const FIRST = 500;
const CROWDS = 2;
const REST_MS = 10_000;

/** A process may have so many files open, and a connection is one. */
const filesAllowed = (): number =>
  Number(execFileSync('sh', ['-c', 'ulimit -n'], { encoding: 'utf8' })) || WANTED * 2;

/** Connected, welcomed, one conversation each, and silent; in a process of their own. */
async function gatherApart(url: string, kind: Kind, count: number): Promise<ChildProcess> {
  const child = fork(join(import.meta.dirname, 'idle-process.ts'), [url, kind, String(count)]);
  await once(child, 'message');
  return child;
}

async function measure(kind: Kind, count: number) {
  const server = await startMeasured(`${kind}.ts`);
  const crowds: ChildProcess[] = [];
  try {
    // A first crowd grows the heap to its working size; what the rest adds is what a connection costs.
    crowds.push(await gatherApart(server.url, kind, FIRST));
    const before = await server.usage();
    for (let i = 0; i < CROWDS; i++)
      crowds.push(await gatherApart(server.url, kind, (count - FIRST) / CROWDS));
    await sleep(REST_MS);
    const settled = await server.usage();
    await sleep(REST_MS);
    const after = await server.usage();
    return {
      bytes: (settled.rssBytes - before.rssBytes) / (count - FIRST),
      cpuUs: (after.cpuUs - settled.cpuUs) / count / (REST_MS / 1000),
    };
  } finally {
    for (const crowd of crowds) crowd.kill('SIGKILL');
    await server.stop();
  }
}

/** What somebody costs who is there and says nothing (T5, T6). */
export const idle: Bench = async (report) => {
  const count = Math.min(WANTED, filesAllowed() - OTHER_FILES);
  const runs = await inTurns((kind) => measure(kind, count));
  const of = (kind: Kind, pick: (run: { bytes: number; cpuUs: number }) => number) =>
    median(runs[kind].map(pick));
  const setting = `${count} idle visitors with one conversation each at one process, which may open ${filesAllowed()} files; resident memory after garbage collection, the system's own memory for sockets not counted, median of ${ROUNDS}; ${syncTime()}`;
  report({
    metric: 'idle_connections',
    value: count,
    unit: 'connections',
    least: WANTED,
    setting,
  });
  report({
    metric: 'idle_connection_bytes',
    value: Math.round(of('relay', (run) => run.bytes)),
    floor: Math.round(of('floor', (run) => run.bytes)),
    unit: 'bytes',
    goal: 40_000,
    setting,
  });
  report({
    metric: 'idle_connection_cpu_us_per_s',
    value: round(of('relay', (run) => run.cpuUs)),
    floor: round(of('floor', (run) => run.cpuUs)),
    unit: 'µs/s',
    setting,
  });
};
