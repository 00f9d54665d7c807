import { type Bench, median, percentile, type Report, round } from '../figures.ts';
import type { Kind } from '../load/crowd.ts';
import { inTurns, ROUNDS, syncTime } from '../load/rounds.ts';
import { type Crowd, floorDialect, gather, idle, relayDialect, type Sender } from './clients.ts';
import { type Measured, startMeasured } from './process.ts';

const SHAPE = { visitors: 490, agents: 10 };
const IDLE = 3000;
const TEXT = 'x'.repeat(200);

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const dialectOf = (kind: Kind) => (kind === 'floor' ? floorDialect : relayDialect);

async function withCrowd<T>(
  kind: Kind,
  use: (crowd: Crowd, server: Measured) => Promise<T>,
): Promise<T> {
  const server = await startMeasured(`${kind}.ts`);
  const crowd = await gather(server, dialectOf(kind), SHAPE);
  const value = await use(crowd, server);
  crowd.close();
  await server.stop();
  return value;
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
  const runs = await inTurns((kind) =>
    withCrowd(kind, (crowd, server) => saturate(server, crowd, window)),
  );
  const cpu = (kind: Kind) => median(runs[kind].map((run) => run.cpuPerMessageUs));
  const rate = (kind: Kind) => median(runs[kind].map((run) => run.perSecond));
  const setting = `${SHAPE.visitors} visitors with ${window} message under way each, ${SHAPE.agents} agents, each message to 2 sockets, 200 bytes, median of ${ROUNDS}; ${syncTime()}`;
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

const CALM = { perSecond: 500, seconds: 10 };

/** Open loop: messages leave when they are due, however long the others take. */
async function acksOf({ senders }: Crowd): Promise<number[]> {
  const { perSecond, seconds } = CALM;
  const taken: number[] = [];
  const waiting: Promise<void>[] = [];
  const startMs = performance.now();
  for (let n = 0; n < perSecond * seconds; ) {
    for (; n < ((performance.now() - startMs) / 1000) * perSecond; n++) {
      const sentMs = performance.now();
      const sender = senders[(n * 7919) % senders.length];
      if (!sender) throw new Error('nobody is there to send');
      waiting.push(sender.send(TEXT).then(() => void taken.push(performance.now() - sentMs)));
    }
    await sleep(1);
  }
  await Promise.all(waiting);
  return taken;
}

async function measureAck(report: Report): Promise<void> {
  const runs = await inTurns((kind) => withCrowd(kind, acksOf));
  const setting = `${CALM.perSecond} messages/s over ${SHAPE.visitors + SHAPE.agents} connections, durable before ack, median of ${ROUNDS}; ${syncTime()}`;
  for (const [name, share, goal] of [
    ['p50', 0.5, 5],
    ['p95', 0.95, 20],
    ['p99', 0.99, 50],
  ] as const) {
    const of = (kind: Kind) => round(median(runs[kind].map((taken) => percentile(taken, share))));
    const [value, floor] = [of('relay'), of('floor')];
    report({ metric: `ack_${name}_ms`, value, floor, unit: 'ms', goal, setting });
  }
}

async function memoryPerConnection(kind: Kind): Promise<number> {
  const server = await startMeasured(`${kind}.ts`);
  const dialect = dialectOf(kind);
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
  const runs = await inTurns(memoryPerConnection);
  const [floor, ours] = [median(runs.floor), median(runs.relay)];
  const setting = `${IDLE} idle visitors over 500, resident memory after garbage collection, median of ${ROUNDS}; ${syncTime()}`;
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
