import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { sdk, widgetSizes } from './size.ts';

const HOW = 'nothing is built to be weighed; run node scripts/build.ts';

/** Never skipped where CI is set. */
function isBuilt(): boolean {
  const isThere = existsSync(sdk);
  if (!isThere && process.env.CI) throw new Error(HOW);
  if (!isThere) process.stderr.write(`skipped: ${HOW}\n`);
  return isThere;
}

test.skipIf(!isBuilt())(
  'no page loads a byte more than it may: loader, panel and what stands in for other vendors',
  () => {
    const sizes = widgetSizes();
    expect(sizes.map(({ goal }) => goal)).toEqual([2500, 30_000, 3000, 3000, 3000]);
    expect(sizes.filter(({ value, goal = 0 }) => value > goal || value === 0)).toEqual([]);
  },
);
