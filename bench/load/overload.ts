import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { DatabaseSync } from 'node:sqlite';
import { type Bench, median, percentile, round } from '../figures.ts';
import { type Kind, push } from './crowd.ts';
import { inRounds, ROUNDS, syncTime, withCrowd } from './rounds.ts';

const SHAPE = { visitors: 490, agents: 10 };
const RATE = { perSecond: 15_000, seconds: 8 };

/** How many of what was said to be stored are not there. */
function lostOf(ids: string[], dataDir: string): number {
  const db = new DatabaseSync(join(dataDir, 'throughline.db'), { readOnly: true });
  try {
    const find = db.prepare('SELECT 1 FROM event WHERE id = ?');
    return ids.filter((id) => find.get(id) === undefined).length;
  } finally {
    db.close();
  }
}

const measure = (kind: Kind) =>
  withCrowd(kind, SHAPE, async (crowd, server) => {
    await push(crowd, { perSecond: 1000, seconds: 2 });
    const before = await server.usage();
    const loop = monitorEventLoopDelay({ resolution: 1 });
    loop.enable();
    const pushed = await push(crowd, RATE);
    loop.disable();
    const after = await server.usage();
    return {
      ...{ refused: pushed.refusedMs.length, taken: pushed.ids.length },
      refusalMs: percentile(pushed.refusedMs, 0.99),
      ackedMs: percentile(pushed.ackedMs, 0.99),
      lost: kind === 'floor' ? 0 : lostOf(pushed.ids, server.dataDir),
      relayLagMs: after.lagP99Ms,
      ownLagMs: loop.percentile(99) / 1e6,
      grownMb: (after.peakRssBytes - before.rssBytes) / 1e6,
      codes: [...pushed.codes],
    };
  });

type Run = Awaited<ReturnType<typeof measure>>;

/** Five times what is asked of one process: it says no at once, and keeps what it said yes to (T10). */
export const overload: Bench = async (report) => {
  const bare = await measure('floor');
  const runs = await inRounds(() => measure('relay'));
  const of = (pick: (run: Run) => number) => round(median(runs.map(pick)), 1);
  const setting = `${RATE.perSecond} messages/s for ${RATE.seconds} s, ${of((run) => run.taken)} taken and ${of((run) => run.refused)} refused (${[...new Set(runs.flatMap((run) => run.codes))].join(', ')}), clients on the same two cores; the relay's loop late by ${of((run) => run.relayLagMs)} ms and the clients' own, which is in every figure, by ${of((run) => run.ownLagMs)} ms at p99; median of ${ROUNDS}, the floor, which takes all, once; ${syncTime()}`;
  const figure = (
    metric: string,
    value: number,
    how: { unit: string; goal: number; floor?: number },
  ) => report({ metric, value, ...how, setting });
  figure(
    'overload_refusal_p99_ms',
    of((run) => run.refusalMs),
    { unit: 'ms', goal: 50 },
  );
  figure(
    'overload_ack_p99_ms',
    of((run) => run.ackedMs),
    { unit: 'ms', goal: 250, floor: round(bare.ackedMs, 1) },
  );
  figure('overload_lost', Math.max(...runs.map((run) => run.lost)), { unit: 'messages', goal: 0 });
  figure(
    'overload_rss_growth_mb',
    of((run) => run.grownMb),
    { unit: 'MB', goal: 300, floor: round(bare.grownMb, 1) },
  );
};
