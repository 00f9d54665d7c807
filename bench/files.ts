import { setTimeout as sleep } from 'node:timers/promises';
import { type Bench, percentile, round } from './figures.ts';
import { syncTime } from './load/rounds.ts';
import { gather, relayDialect } from './relay/clients.ts';
import { startMeasured } from './relay/process.ts';

const VISITORS = 8;
const FILES = 5;
const BYTES = 19_000_000;
const PAUSE_MS = 20;

/** A table as big as a visitor may send one by default. */
const table = Buffer.alloc(BYTES, 'order,parcel,state\n4711,17,on its way\n');

/** What those who write meanwhile notice of big files that come in: the relay's loop stays free for them. */
export const files: Bench = async (report) => {
  const relay = await startMeasured('relay.ts');
  const crowd = await gather(relay, relayDialect, { visitors: VISITORS + 1, agents: 1 });
  const [writer, ...senders] = crowd.senders;
  let isDone = false;
  const acksMs: number[] = [];
  const write = async () => {
    while (!isDone) {
      const startMs = performance.now();
      await writer?.send('Is it on its way?');
      acksMs.push(performance.now() - startMs);
      await sleep(PAUSE_MS);
    }
  };
  await relay.usage();
  const startMs = performance.now();
  const writing = write();
  await Promise.all(
    senders.map(async ({ bring }) => {
      for (let i = 0; i < FILES; i++) await bring(table);
    }),
  );
  const seconds = (performance.now() - startMs) / 1000;
  const { lagP99Ms, lagMaxMs } = await relay.usage();
  isDone = true;
  await writing;
  crowd.close();
  await relay.stop();
  const mb = BYTES / 1e6;
  const setting = `${VISITORS} visitors bring ${FILES} files of ${mb} MB each, one more writes; all on one machine; ${syncTime()}`;
  const unit = 'ms';
  report({ metric: 'loop_lag_p99_ms', value: round(lagP99Ms, 1), unit, goal: 100, setting });
  report({ metric: 'loop_lag_max_ms', value: round(lagMaxMs, 1), unit, setting });
  report({ metric: 'ack_p99_ms', value: round(percentile(acksMs, 0.99), 1), unit, setting });
  const perSecond = (VISITORS * FILES * mb) / seconds;
  report({ metric: 'files_mb_per_s', value: round(perSecond, 0), unit: 'MB/s', setting });
};
