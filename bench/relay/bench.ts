import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measureSync } from '@throughline/server';
import { type Bench, median, percentile, type Report, round } from '../figures.ts';
import { type Crowd, floorDialect, gather, idle, relayDialect, type Sender } from './clients.ts';
import { type Measured, startMeasured } from './process.ts';

const SHAPE = { visitors: 490, agents: 10 };
const IDLE = 3000;
const ROUNDS = 3;
const TEXT = 'x'.repeat(200);

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

function syncTime(): string {
  const dir = mkdtempSync(join(tmpdir(), 'throughline-sync-'));
  const { p50, p99 } = measureSync(dir);
  rmSync(dir, { recursive: true });
  return `disk sync p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms`;
}

/** Every sender has `window` messages under way all the time: the server is the limit. */
async function saturate(server: Measured, crowd: Crowd, window: number) {
  let running = true;
  let acknowledged = 0;
  const keepSending = async (sender: Sender) => {
    while (running) {
      await sender.send(TEXT);
      acknowledged += 1;
    }
  };
  const loops = crowd.senders.flatMap((sender) =>
    Array.from({ length: window }, () => keepSending(sender)),
  );
  await sleep(1500);
  const [before, n, startMs] = [await server.usage(), acknowledged, performance.now()];
  await sleep(4000);
  const [after, m, endMs] = [await server.usage(), acknowledged, performance.now()];
  running = false;
  await Promise.all(loops);
  const cpuUs = after.cpuUs - before.cpuUs;
  return { cpuPerMessageUs: cpuUs / (m - n), perSecond: (m - n) / ((endMs - startMs) / 1000) };
}

async function measureCpu(report: Report): Promise<void> {
  // Less than the relay refuses for being at its limit: what is measured is work, not refusals.
  const window = 1;
  const runs: Record<'floor' | 'relay', Awaited<ReturnType<typeof saturate>>[]> = {
    floor: [],
    relay: [],
  };
  for (let i = 0; i < ROUNDS; i++)
    for (const kind of ['floor', 'relay'] as const) {
      const server = await startMeasured(`${kind}.ts`);
      const crowd = await gather(server, kind === 'floor' ? floorDialect : relayDialect, SHAPE);
      runs[kind].push(await saturate(server, crowd, window));
      crowd.close();
      await server.stop();
    }
  const cpu = (kind: 'floor' | 'relay') => median(runs[kind].map((run) => run.cpuPerMessageUs));
  const rate = (kind: 'floor' | 'relay') => median(runs[kind].map((run) => run.perSecond));
  const setting = `${SHAPE.visitors} visitors with ${window} message under way each, ${SHAPE.agents} agents, each message to 2 sockets, 200 bytes, median of ${ROUNDS}; ${syncTime()}, synchronous=FULL`;
  report({
    metric: 'cpu_per_message_vs_floor',
    value: round(cpu('relay') / cpu('floor')),
    unit: '×',
    goal: 1.5,
    setting,
  });
  report({
    metric: 'cpu_per_message_us',
    value: round(cpu('relay'), 1),
    unit: 'µs',
    floor: round(cpu('floor'), 1),
    setting,
  });
  report({
    metric: 'messages_per_second',
    value: round(rate('relay'), 0),
    unit: '/s',
    floor: round(rate('floor'), 0),
    setting,
  });
}

async function measureAck(report: Report): Promise<void> {
  const perSecond = 500;
  const seconds = 10;
  const server = await startMeasured('relay.ts');
  const crowd = await gather(server, relayDialect, SHAPE);
  const taken: number[] = [];
  const waiting: Promise<void>[] = [];
  const startMs = performance.now();
  for (let n = 0; n < perSecond * seconds; ) {
    // Open loop: messages leave when they are due, however long the others take.
    for (; n < ((performance.now() - startMs) / 1000) * perSecond; n++) {
      const sentMs = performance.now();
      const sender = crowd.senders[(n * 7919) % crowd.senders.length];
      if (!sender) throw new Error('nobody is there to send');
      waiting.push(sender.send(TEXT).then(() => void taken.push(performance.now() - sentMs)));
    }
    await sleep(1);
  }
  await Promise.all(waiting);
  crowd.close();
  await server.stop();
  const setting = `${perSecond} messages/s over ${SHAPE.visitors + SHAPE.agents} connections, durable before ack; ${syncTime()}`;
  for (const [name, share, goal] of [
    ['p50', 0.5, 5],
    ['p95', 0.95, 20],
    ['p99', 0.99, 50],
  ] as const)
    report({
      metric: `ack_${name}_ms`,
      value: round(percentile(taken, share)),
      unit: 'ms',
      goal,
      setting,
    });
}

async function memoryPerConnection(kind: 'floor' | 'relay'): Promise<number> {
  const server = await startMeasured(`${kind}.ts`);
  const dialect = kind === 'floor' ? floorDialect : relayDialect;
  // A first crowd grows the heap to its working size; what the second adds is what a connection costs.
  const first = await idle(server, dialect, 500);
  await sleep(500);
  const before = await server.usage();
  const second = await idle(server, dialect, IDLE);
  await sleep(1500);
  const after = await server.usage();
  first();
  second();
  await server.stop();
  return (after.rssBytes - before.rssBytes) / IDLE;
}

async function measureMemory(report: Report): Promise<void> {
  const runs = { floor: [] as number[], relay: [] as number[] };
  for (let i = 0; i < ROUNDS; i++)
    for (const kind of ['floor', 'relay'] as const)
      runs[kind].push(await memoryPerConnection(kind));
  const [floor, ours] = [median(runs.floor), median(runs.relay)];
  const setting = `${IDLE} idle visitors over 500, resident memory after garbage collection, median of ${ROUNDS}`;
  report({
    metric: 'idle_rss_vs_floor',
    value: round(ours / floor),
    unit: '×',
    goal: 1.8,
    setting,
  });
  report({
    metric: 'idle_rss_bytes',
    value: Math.round(ours),
    unit: 'bytes',
    floor: Math.round(floor),
    setting,
  });
}

/** The real relay beside a bare socket.io server, same payload, same clients, in the same run. */
export const relay: Bench = async (report) => {
  await measureCpu(report);
  await measureAck(report);
  await measureMemory(report);
};
