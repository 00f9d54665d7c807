import { describe, expect, test } from 'vitest';
import { hasBrowser } from '../../demo/test/browser.ts';
import { hasOwnPostgres } from '../../packages/server/test/own-postgres.ts';
import { hasRedis } from '../../packages/server/test/redis.ts';
import { hasPostgres } from './ground/postgres.ts';
import { hasCompiler } from './nemesis/disk.ts';
import { ANYWHERE, ON_DISK, ON_OWN_POSTGRES, ON_POSTGRES } from './nemesis/names.ts';
import type { StormOptions } from './options.ts';
import type { Report } from './report.ts';
import { freshSeed, SEEDS } from './seeds.ts';
import { runStorm } from './storm.ts';

/** Fails the run with what a person needs to see it again. */
const say = (what: object): string => JSON.stringify(what, null, 1).slice(0, 6000);

const canBreakDisks = hasCompiler();
const isTherePostgres = await hasPostgres();
const canHavePostgres = hasOwnPostgres();
const canHaveRedis = hasRedis();
const canBrowse = await hasBrowser();

/** Ten storms of seven lives, of which SIGTERM ends one and a disk that fails another at most. */
const LIVES = 7;
const ANSWERS = 950;
/** What they come to together, whatever the seeds. */
const MESSAGES_LEAST = 60_000;
const KILLED_LEAST = 50;
/** Nobody waits that long on a machine that has nothing else to do. */
const PATIENCE_MS = 600_000;

async function run(options: StormOptions): Promise<Report> {
  const report = await runStorm(options);
  const { seed, store, killed, messages, ok, info, typed, backMs, violations } = report;
  const told = { seed, store, killed, messages, ok, info, typed, backMs };
  process.stdout.write(`storm: ${JSON.stringify({ ...told, violations: violations.length })}\n`);
  return report;
}

describe('a relay killed again and again, among faults of every kind', () => {
  const faults = canBreakDisks ? ([...ANYWHERE, ...ON_DISK, 'power', 'broken'] as const) : ANYWHERE;
  const seeds = [...SEEDS, ...SEEDS.map(freshSeed)];

  const storms = seeds.map((seed, i) => ({
    ...{ seed, nemeses: i % 2 === 0 ? [] : faults, browsers: i === 1 && canBrowse ? 1 : 0 },
  }));

  const reports: Report[] = [];

  test.each(storms)(
    '[P1] [P3] [P4] [P5] [P6] [P10] [P11] [P12] [P14] [P15] [P16] [P18] [P20] [P21] keeps every promise (seed $seed, browsers: $browsers)',
    { timeout: PATIENCE_MS },
    async (storm) => {
      const report = await run({ ...storm, kills: LIVES, answers: ANSWERS });
      reports.push(report);
      expect(report.violations, say(report)).toEqual([]);
      expect(report.ok).toBeGreaterThan(300);
      expect(report.typed).toBeGreaterThanOrEqual(storm.browsers * 10);
    },
  );

  test(`over ${MESSAGES_LEAST} messages and ${KILLED_LEAST} times kill -9`, () => {
    const sum = (of: (report: Report) => number) => reports.reduce((n, it) => n + of(it), 0);
    expect(reports).toHaveLength(storms.length);
    expect(sum(({ messages }) => messages)).toBeGreaterThanOrEqual(MESSAGES_LEAST);
    expect(sum(({ killed }) => killed)).toBeGreaterThanOrEqual(KILLED_LEAST);
  });

  test.skipIf(!isTherePostgres)(
    'and on PostgreSQL, which ends connections and holds rows',
    { timeout: PATIENCE_MS },
    async () => {
      const nemeses = [...ANYWHERE, ...ON_POSTGRES];
      const seed = freshSeed();
      const report = await run({ seed, kills: 4, answers: 400, nemeses, store: 'postgres' });
      expect(report.violations, say(report)).toEqual([]);
      expect(report.ok).toBeGreaterThan(200);
    },
  );

  test.skipIf(!isTherePostgres || !canHaveRedis)(
    '[P1] [P3] [P4] [P6] [P10] [P14] [P15] [P18] [P20] and two relays on one database, with a Redis that forgets, keep them together',
    { timeout: PATIENCE_MS },
    async () => {
      const own = canHavePostgres ? ON_OWN_POSTGRES : [];
      const nemeses = [
        ...own,
        ...ON_POSTGRES,
        'redis-flush',
        'redis-restart',
        'redis-full',
        'cut',
      ] as const;
      const about = { store: 'postgres', relays: 2, redis: true } as const;
      const seed = freshSeed();
      const report = await run({ ...about, seed, kills: 2, answers: 200, nemeses });
      expect(report.violations, say(report)).toEqual([]);
      expect(report.ok).toBeGreaterThan(50);
    },
  );

  test('[P11] a log that is put back from a backup has a new epoch, and nobody takes it for the old one', {
    timeout: 240_000,
  }, async () => {
    const report = await run({ seed: 9, kills: 3, answers: 300, nemeses: ['restore'] });
    expect(report.violations, say(report)).toEqual([]);
  });
});
