import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { ownRedis } from '../../packages/server/test/redis.ts';
import { type Bench, median, percentile, type Report, round } from '../figures.ts';
import { createPostgresGround } from '../referee/ground/postgres.ts';
import { type Measured, startMeasured } from '../relay/process.ts';
import { type Crowd, gather, type Pushed, push } from './crowd.ts';
import { ROUNDS, syncTime } from './rounds.ts';

const SHAPE = { visitors: 240, agents: 5 };
/** A little over the target: the last answers come after the last message has left. */
const RATES = [400, 820, 1100, 1500];
const SECONDS = 8;
const P99_MS = 120;
const PATIENCE_MS = 10_000;
/** Ticks of a second in which Linux counts what a process used. */
const TICKS = 100;

interface Stage {
  relays: [Measured, Measured];
  flush(): Promise<void>;
  close(): Promise<void>;
}

async function raise(): Promise<Stage> {
  const [ground, redis] = [await createPostgresGround(), await ownRedis()];
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

/** CPU of all of the database's processes so far, in µs. */
function databaseCpuUs(): number {
  let ticks = 0;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name)))
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      if (!stat.includes('(postgres)')) continue;
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      ticks += Number(fields[11]) + Number(fields[12]);
    } catch {
      // It ended meanwhile.
    }
  return (ticks / TICKS) * 1e6;
}

/** What a message costs the relay that takes it, the one that only hears of it, and the database. */
async function costs({ relays: [one, two] }: Stage) {
  const crowd = await gather({ url: one.url, kind: 'relay' }, SHAPE);
  await push(crowd, { perSecond: 200, seconds: 2 });
  const read = async () => [(await one.usage()).cpuUs, (await two.usage()).cpuUs, databaseCpuUs()];
  const before = await read();
  const { ids } = await push(crowd, { perSecond: 400, seconds: SECONDS });
  await sleep(500);
  const after = await read();
  crowd.close();
  return after.map((us, i) => (us - (before[i] ?? 0)) / ids.length);
}

function tellCosts(report: Report, runs: number[][]): void {
  const setting = `400 messages/s at one of two relays, the other follows, median of ${ROUNDS}; what each does by itself is in it`;
  ['taken', 'heard', 'stored'].forEach((name, i) => {
    const value = round(median(runs.map((run) => run[i] ?? 0)), 0);
    report({ metric: `scaled_${name}_cpu_us`, value, unit: 'µs', setting });
  });
}

/** Two relays, PostgreSQL and Redis on this machine (T17). */
export const scaled: Bench = async (report) => {
  const [held, spent]: [Held[], number[][]] = [[], []];
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
