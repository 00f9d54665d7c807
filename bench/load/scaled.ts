import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { ownRedis } from '../../packages/server/test/redis.ts';
import { type Bench, median, percentile, type Report, round } from '../figures.ts';
import { createOwnPostgresGround } from '../referee/ground/postgres.ts';
import { type Measured, startMeasured } from '../relay/process.ts';
import { type Crowd, gather, type Pushed, push } from './crowd.ts';
import { ROUNDS, syncTime } from './rounds.ts';

const SHAPE = { visitors: 240, agents: 5 };
/** A little over the target: the last answers come after the last message has left. */
const RATES = [400, 820, 1100, 1500];
/** Rates whose difference is what a message costs. */
const COST_RATES = { few: 200, many: 800 };
const SECONDS = 8;
const P99_MS = 120;
const PATIENCE_MS = 10_000;
/** Ticks of a second in which Linux counts what a process used. */
const TICKS = 100;

interface Stage {
  relays: [Measured, Measured];
  flush(): Promise<void>;
  /** Of PostgreSQL, a server of this bench's own. */
  port: string;
  close(): Promise<void>;
}

async function raise(): Promise<Stage> {
  const [ground, redis] = [await createOwnPostgresGround(), await ownRedis()];
  await redis.start();
  const env = { DATABASE_URL: ground.spec.databaseUrl ?? '', REDIS_URL: redis.url };
  // The first makes the site and the agent the second finds.
  const relays: [Measured, Measured] = [
    await startMeasured('relay.ts', env),
    await startMeasured('relay.ts', env),
  ];
  return {
    relays,
    flush: redis.flush,
    port: new URL(ground.spec.databaseUrl ?? '').port,
    async close() {
      for (const relay of relays) await relay.stop();
      await redis[Symbol.asyncDispose]();
      await ground.remove();
    },
  };
}

const isMessage = (packet: string): boolean => packet.includes('"type":"message.created"');

/** Visitors of each relay, and agents who look at them from the other. */
async function gatherAcross({ relays: [one, two] }: Stage) {
  let shown = 0;
  const hear = (packet: string) => {
    if (isMessage(packet)) shown += 1;
  };
  const crowds = [
    await gather({ url: one.url, staffUrl: two.url, kind: 'relay' }, SHAPE, hear),
    await gather({ url: two.url, staffUrl: one.url, kind: 'relay' }, SHAPE, hear),
  ];
  const crowd: Crowd = {
    talkers: crowds.flatMap(({ talkers }) => talkers),
    received: 0,
    close() {
      for (const each of crowds) each.close();
    },
  };
  return { crowd, shown: () => shown };
}

interface Held {
  perSecond: number;
  p99Ms: number;
  /** Times a message was to be seen and was not. */
  lost: number;
}

/** The highest rate that was taken in time; Redis forgets everything in the middle of each. */
async function holdRate(stage: Stage): Promise<Held> {
  const { crowd, shown } = await gatherAcross(stage);
  await push(crowd, { perSecond: 200, seconds: 2 });
  let held: Held = { perSecond: 0, p99Ms: 0, lost: 0 };
  for (const perSecond of RATES) {
    await sleep(1000);
    const before = shown();
    const flushed = sleep((SECONDS * 1000) / 2).then(stage.flush);
    const pushed: Pushed = await push(crowd, { perSecond, seconds: SECONDS });
    await flushed;
    const expected = pushed.ids.length * 2;
    for (let ms = 0; shown() - before < expected && ms < PATIENCE_MS; ms += 50) await sleep(50);
    const p99Ms = percentile(pushed.ackedMs, 0.99);
    const lost = held.lost + Math.max(0, expected - (shown() - before));
    if (pushed.refusedMs.length > 0 || p99Ms > P99_MS) {
      held = { ...held, lost };
      break;
    }
    held = { perSecond: pushed.perSecond, p99Ms, lost };
  }
  crowd.close();
  return held;
}

/** What Linux says of a process: its parent, and what it and its ended children have used, in ticks. */
function statOf(pid: string) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
    return [{ pid, parent: fields[1], command, ticks }];
  } catch {
    // It ended meanwhile.
    return [];
  }
}

/** CPU of all processes of the server at `port` so far, in µs. */
function databaseCpuUs(port: string): number {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap(statOf);
  const server = all.find(
    ({ command }) => command[0]?.endsWith('postgres') && command.includes(port),
  );
  const its = all.filter(({ pid, parent }) => pid === server?.pid || parent === server?.pid);
  return (its.reduce((sum, { ticks }) => sum + ticks, 0) / TICKS) * 1e6;
}

/** Of the relay that takes messages, of the one that only hears of them, and of the database. */
const PARTS = ['taken', 'heard', 'stored'] as const;
interface Cost {
  /** Of one message more, µs. */
  messageUs: number;
  /** What it does by itself, µs a second. */
  idleUs: number;
}

/** What each uses a second while messages come at a rate. */
async function useAt({ relays: [one, two], port }: Stage, crowd: Crowd, perSecond: number) {
  const read = async () => [
    (await one.usage()).cpuUs,
    (await two.usage()).cpuUs,
    databaseCpuUs(port),
  ];
  const [before, startMs] = [await read(), performance.now()];
  const { ids } = await push(crowd, { perSecond, seconds: SECONDS });
  await sleep(500);
  const [after, seconds] = [await read(), (performance.now() - startMs) / 1000];
  const used = after.map((us, i) => (us - (before[i] ?? 0)) / seconds);
  return { perSecond: ids.length / seconds, used };
}

/** From two rates: what one message more costs, and what is done without any. */
async function costs(stage: Stage): Promise<Cost[]> {
  const crowd = await gather({ url: stage.relays[0].url, kind: 'relay' }, SHAPE);
  await push(crowd, { perSecond: 200, seconds: 2 });
  const few = await useAt(stage, crowd, COST_RATES.few);
  const many = await useAt(stage, crowd, COST_RATES.many);
  crowd.close();
  return PARTS.map((_, i) => {
    const [low = 0, high = 0] = [few.used[i], many.used[i]];
    const messageUs = (high - low) / (many.perSecond - few.perSecond);
    return { messageUs, idleUs: low - messageUs * few.perSecond };
  });
}

function tellCosts(report: Report, runs: Cost[][]): void {
  const setting = `from ${COST_RATES.few} and ${COST_RATES.many} messages/s at one of two relays, the other follows, median of ${ROUNDS}; ${syncTime('postgres')}`;
  for (const [i, name] of PARTS.entries()) {
    const of = (pick: (cost: Cost) => number) =>
      round(median(runs.map((run) => pick(run[i] as Cost))), 0);
    const each = of((cost) => cost.messageUs);
    report({ metric: `scaled_${name}_cpu_us`, value: each, unit: 'µs', setting });
    const idle = of((cost) => cost.idleUs);
    report({ metric: `scaled_${name}_idle_us_per_s`, value: idle, unit: 'µs/s', setting });
  }
}

/** Two relays, PostgreSQL and Redis on this machine (T17). */
export const scaled: Bench = async (report) => {
  const [held, spent]: [Held[], Cost[][]] = [[], []];
  for (let i = 0; i < ROUNDS; i++) {
    const stage = await raise();
    spent.push(await costs(stage));
    held.push(await holdRate(stage));
    await stage.close();
  }
  const setting = `the highest of ${RATES.join(', ')} messages/s taken whole for ${SECONDS} s at p99 ≤ ${P99_MS} ms; two relays, PostgreSQL (synchronous_commit=on), Redis and ${SHAPE.visitors * 2} visitors on the same two cores, agents at the other relay, Redis emptied in the middle of each, median of ${ROUNDS}; ${syncTime('postgres')}`;
  const of = (pick: (run: Held) => number) => median(held.map(pick));
  report({
    ...{ metric: 'scaled_messages_per_s', unit: '/s', least: 800, setting },
    value: round(
      of((run) => run.perSecond),
      0,
    ),
  });
  report({
    ...{ metric: 'scaled_p99_ms', unit: 'ms', goal: P99_MS, setting },
    value: round(of((run) => run.p99Ms)),
  });
  report({
    ...{ metric: 'scaled_lost', unit: 'sights', goal: 0, setting },
    value: Math.max(...held.map(({ lost }) => lost)),
  });
  tellCosts(report, spent);
};
