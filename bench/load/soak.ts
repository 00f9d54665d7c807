import { statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Bench, percentile, round } from '../figures.ts';
import type { Measured } from '../relay/process.ts';
import { type Crowd, gather, push } from './crowd.ts';
import { syncTime, withCrowd } from './rounds.ts';

const MINUTES = Number(process.env.MINUTES ?? 30);
const SHAPE = { visitors: 1960, agents: 40 };
const PER_SECOND = 200;
/**
 * Before all readings: the database outgrows its page cache of 64 MiB, and a cache that fills is no leak. Nobody looks
 * on meanwhile: agents who get a row for each of so many messages would be closed as too slow.
 */
const FILL = { visitors: 490, agents: 0, perSecond: 2000, seconds: 75 };
/** One reading each. */
const READING_S = 30;
/** Until heap, caches and lists have their working size. */
const WARM_SHARE = 1 / 3;

interface Reading {
  hours: number;
  rssMb: number;
  heapMb: number;
  handles: number;
  walMb: number;
  p99Ms: number;
}

const walMbOf = (dataDir: string): number =>
  (statSync(join(dataDir, 'throughline.db-wal'), { throwIfNoEntry: false })?.size ?? 0) / 1e6;

interface Line {
  slope: number;
  /** Of the slope; what is below a few of it is not told apart from nothing. */
  standardError: number;
}

/** The straight line through all readings, by least squares. */
function fit(readings: Reading[], of: (reading: Reading) => number): Line {
  const mean = (pick: (reading: Reading) => number) =>
    readings.reduce((sum, reading) => sum + pick(reading), 0) / readings.length;
  const [x, y] = [mean(({ hours }) => hours), mean(of)];
  const width = mean(({ hours }) => (hours - x) ** 2);
  const slope = mean((reading) => (reading.hours - x) * (of(reading) - y)) / width;
  const rest = mean((reading) => (of(reading) - y - slope * (reading.hours - x)) ** 2);
  return { slope, standardError: Math.sqrt(rest / width / (readings.length - 2)) };
}

async function read(crowd: Crowd, server: Measured): Promise<Reading[]> {
  const readings: Reading[] = [];
  const startMs = performance.now();
  while (performance.now() - startMs < MINUTES * 60_000) {
    const { ackedMs } = await push(crowd, { perSecond: PER_SECOND, seconds: READING_S });
    await sleep(100);
    const { rssBytes, heapBytes, handles } = await server.usage();
    readings.push({
      hours: (performance.now() - startMs) / 3_600_000,
      rssMb: rssBytes / 1e6,
      heapMb: heapBytes / 1e6,
      handles,
      walMb: walMbOf(server.dataDir),
      p99Ms: percentile(ackedMs, 0.99),
    });
  }
  return readings;
}

async function fillAndRead(filling: Crowd, server: Measured): Promise<Reading[]> {
  await push(filling, FILL);
  filling.close();
  const crowd = await gather({ url: server.url, kind: 'relay' }, SHAPE);
  const readings = await read(crowd, server);
  crowd.close();
  return readings;
}

/** Whether a relay that runs for long stays as it is (T16). `MINUTES=480` for a night. */
export const soak: Bench = async (report) => {
  const all = await withCrowd('relay', FILL, fillAndRead);
  const readings = all.slice(Math.floor(all.length * WARM_SHARE));
  const setting = `${MINUTES} minutes, ${PER_SECOND} messages/s over ${SHAPE.visitors + SHAPE.agents} connections, memory after garbage collection, the first third is not counted; ${syncTime()}`;
  const most = (pick: (reading: Reading) => number) => Math.max(...readings.map(pick));
  const least = Math.min(...readings.map(({ handles }) => handles));
  const slopes = {
    soak_rss_slope_mb_per_h: fit(readings, ({ rssMb }) => rssMb),
    soak_heap_slope_mb_per_h: fit(readings, ({ heapMb }) => heapMb),
  };
  for (const [metric, { slope, standardError }] of Object.entries(slopes))
    report({
      ...{ metric, unit: 'MB/h', goal: 1, value: round(slope) },
      setting: `± ${round(standardError)} (standard error); ${setting}`,
    });
  report({
    ...{ metric: 'soak_handle_growth', unit: 'handles', goal: 5, setting },
    value: most(({ handles }) => handles) - least,
  });
  report({
    ...{ metric: 'soak_wal_mb', unit: 'MB', goal: 64, setting },
    value: round(most(({ walMb }) => walMb)),
  });
  report({
    ...{ metric: 'soak_ack_p99_ms', unit: 'ms', setting },
    value: round(most(({ p99Ms }) => p99Ms)),
  });
};
