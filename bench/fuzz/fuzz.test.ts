import { expect, test } from 'vitest';
import { fuzz } from './fuzz.ts';

/** A tenth of the long run (`pnpm fuzz`): another one every time. */
const seed = Math.floor(Math.random() * 2 ** 31);

test(`100 000 frames and 10 000 requests end nothing and leave nothing behind (seed ${seed})`, {
  timeout: 240_000,
}, async () => {
  const report = await fuzz({ frames: 100_000, requests: 10_000, seed });
  process.stdout.write(`fuzz: ${JSON.stringify(report)}\n`);
  expect(report.faults, `seed ${seed}`).toEqual([]);
  expect(report.answers).toBeGreaterThan(20_000);
});
