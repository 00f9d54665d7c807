import { describe, expect, test } from 'vitest';
import { hasPostgres } from './ground/postgres.ts';
import { MUTANTS, type Mutant } from './mutants/names.ts';
import { TRAPS } from './mutants/traps.ts';
import { hasCompiler } from './nemesis/disk.ts';
import { runStorm } from './storm.ts';

/** Nobody waits that long on a machine that has nothing else to do. */
const PATIENCE_MS = 600_000;
const SEEDS = 3;
const canBreakDisks = hasCompiler();
const isTherePostgres = await hasPostgres();

describe('a relay, or a client, broken on purpose is caught', () => {
  const canRun = (mutant: Mutant): boolean =>
    (!TRAPS[mutant].storm.nemeses?.includes('power') || canBreakDisks) &&
    (TRAPS[mutant].storm.store !== 'postgres' || isTherePostgres);

  for (const mutant of Object.keys(MUTANTS) as Mutant[])
    test.skipIf(!canRun(mutant))(
      `${mutant}, which ${MUTANTS[mutant]}, within ${SEEDS} seeds`,
      { timeout: PATIENCE_MS },
      async () => {
        const { trips, storm } = TRAPS[mutant];
        const found = new Set<string>();
        for (let seed = 1; seed <= SEEDS && !trips.some((check) => found.has(check)); seed++) {
          const report = await runStorm({ seed, kills: 4, answers: 250, mutant, ...storm });
          for (const { check } of report.violations) found.add(check);
        }
        expect(trips, [...found].join()).toContain(trips.find((check) => found.has(check)));
      },
    );
});
