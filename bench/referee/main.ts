/**
 * pnpm referee [--minutes N] [--store sqlite|postgres] [--relays N] [--without-redis] [--browsers N]
 *   [--seed S] [--nemesis a,b] [--mutant M] [--history FILE]
 *
 * Storm after storm, each from the next seed, for as long as asked (default: one). Prints a line of JSON
 * for each and one for all; ends with 1 where something was violated, and keeps that history.
 */
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { hasBrowser } from '../../demo/test/browser.ts';
import { hasOwnPostgres } from '../../packages/server/test/own-postgres.ts';
import { hasRedis } from '../../packages/server/test/redis.ts';
import { median } from '../figures.ts';
import { MUTANTS, type Mutant } from './mutants/names.ts';
import { TRAPS } from './mutants/traps.ts';
import { hasCompiler } from './nemesis/disk.ts';
import {
  ANYWHERE,
  AT_LENGTH,
  ON_DISK,
  ON_OWN_POSTGRES,
  ON_POSTGRES,
  ON_REDIS,
  ON_SEVERAL,
} from './nemesis/names.ts';
import type { StoreKind, StormOptions } from './options.ts';
import type { Report } from './report.ts';
import { freshSeed } from './seeds.ts';
import { runStorm } from './storm.ts';

const KILLS = 12;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '0' },
    store: { type: 'string', default: 'sqlite' },
    relays: { type: 'string', default: '1' },
    'without-redis': { type: 'boolean', default: false },
    browsers: { type: 'string', default: (await hasBrowser()) ? '1' : '0' },
    seed: { type: 'string', default: String(freshSeed()) },
    nemesis: { type: 'string' },
    mutant: { type: 'string' },
    history: { type: 'string', default: join(tmpdir(), 'throughline-referee.jsonl') },
  },
});

type Nemeses = NonNullable<StormOptions['nemeses']>;

/** All that this machine allows; what it does not is said aloud. */
function allFor(store: StoreKind, relays: number, redis: boolean): Nemeses {
  const anywhere = [...ANYWHERE, ...AT_LENGTH];
  if (store === 'sqlite')
    return hasCompiler() ? [...anywhere, ...ON_DISK, 'power', 'broken'] : anywhere;
  return [
    ...anywhere,
    ...ON_POSTGRES,
    ...(hasOwnPostgres() ? ON_OWN_POSTGRES : []),
    ...(relays > 1 ? ON_SEVERAL : []),
    ...(redis ? ON_REDIS : []),
  ];
}

function fail(sentence: string): never {
  console.error(sentence);
  process.exit(2);
}

function read(): Omit<StormOptions, 'seed'> {
  const { store, relays, nemesis, mutant, history } = values;
  if (store !== 'sqlite' && store !== 'postgres') fail('--store takes sqlite or postgres.');
  const count = Number(relays);
  if (!Number.isInteger(count) || count < 1 || count > 3) fail('--relays takes 1 to 3.');
  if (count > 1 && store === 'sqlite') fail('A folder has one relay; use --store postgres.');
  const redis = count > 1 && !values['without-redis'] && hasRedis();
  const all = allFor(store, count, redis);
  const known = [...all, 'restore'] as Nemeses;
  const nemeses = (nemesis?.split(',').filter(Boolean) as Nemeses | undefined) ?? all;
  const unknown = nemeses.filter((name) => !known.includes(name));
  if (unknown.length > 0) fail(`--nemesis takes ${known.join(', ')}.`);
  if (mutant !== undefined && !(mutant in MUTANTS))
    fail(`--mutant takes ${Object.keys(MUTANTS).join(', ')}.`);
  const trap = mutant ? { mutant: mutant as Mutant, ...TRAPS[mutant as Mutant].storm } : {};
  const browsers = mutant ? 0 : Number(values.browsers);
  if (!Number.isInteger(browsers) || browsers < 0) fail('--browsers takes a number.');
  const around = { store, relays: count, redis, browsers } as const;
  return { kills: KILLS, ...around, nemeses, historyFile: history, ...trap };
}

const settingOf = ([first]: readonly Report[]) =>
  first && {
    store: first.store,
    relays: first.relays,
    redis: first.redis,
    browsers: first.browsers,
  };

/** Of each fault, over all storms. */
function countsOf(
  reports: readonly Report[],
  of: 'struck' | 'missed' | 'paces',
): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const report of reports)
    for (const [name, count] of Object.entries(report[of]))
      counts[name] = (counts[name] ?? 0) + count;
  return counts;
}

/** The worst and the sum of all. */
function total(reports: readonly Report[], ms: number) {
  const sum = (of: (report: Report) => number) => reports.reduce((n, it) => n + of(it), 0);
  const windows = [...new Set(reports.flatMap(({ ackMs }) => Object.keys(ackMs)))].sort();
  const worst = (of: (report: Report) => number | undefined) =>
    Math.max(0, ...reports.map((it) => of(it) ?? 0));
  /** Of the storms that had any. */
  const middle = (of: (report: Report) => number | undefined) =>
    median(reports.flatMap((it) => of(it) ?? []));
  return {
    verdict: reports.some(({ violations }) => violations.length > 0) ? 'violated' : 'kept',
    ...{ minutes: Math.round(ms / 6000) / 10, storms: reports.length },
    ...settingOf(reports),
    ...{ kills: sum((it) => it.kills), killed: sum((it) => it.killed) },
    ...{ struck: countsOf(reports, 'struck'), missed: countsOf(reports, 'missed') },
    paces: countsOf(reports, 'paces'),
    ...{ messages: sum((it) => it.messages) },
    ...{ ok: sum((it) => it.ok), fail: sum((it) => it.fail), info: sum((it) => it.info) },
    ...{ typed: sum((it) => it.typed), files: sum((it) => it.files) },
    ...{ delivered: sum((it) => it.delivered), hooks: sum((it) => it.hooks) },
    ...{ streamed: sum((it) => it.streamed), lost: sum((it) => it.lost) },
    ackMs: Object.fromEntries(
      windows.map((name) => [
        name,
        {
          n: sum(({ ackMs }) => ackMs[name]?.n ?? 0),
          p50: middle(({ ackMs }) => ackMs[name]?.p50),
          p99: worst(({ ackMs }) => ackMs[name]?.p99),
          max: worst(({ ackMs }) => ackMs[name]?.max),
        },
      ]),
    ),
    repairMs: { n: sum((it) => it.repairMs.n), max: worst((it) => it.repairMs.max) },
    backMs: { p50: middle((it) => it.backMs.p50), max: worst((it) => it.backMs.max) },
    leadMs: { n: sum((it) => it.leadMs.n), max: worst((it) => it.leadMs.max) },
    violations: reports.flatMap(({ seed, violations }) =>
      violations.map(({ check, what }) => ({ seed, check, what })),
    ),
  };
}

const options = read();
const from = performance.now();
const until = from + Number(values.minutes) * 60_000;
const reports: Report[] = [];
let seed = Number(values.seed);
do {
  const report = await runStorm({ ...options, seed });
  console.log(JSON.stringify(report));
  reports.push(report);
  if (report.violations.length > 0) {
    console.error(`The history of seed ${seed} is in ${values.history}.`);
    // What comes next would write over it.
    if (performance.now() < until) options.historyFile = `${values.history}.next`;
  }
  seed += 1;
} while (performance.now() < until);
const said = total(reports, performance.now() - from);
console.log(JSON.stringify(said));
if (options.historyFile !== values.history) rmSync(`${values.history}.next`, { force: true });
process.exit(said.verdict === 'kept' ? 0 : 1);
