import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measureSync } from '@throughline/server';
import { type Measured, startMeasured } from '../relay/process.ts';
import { type Crowd, gather, type Kind, type Shape } from './crowd.ts';

/** Each figure is the median of so many runs; `ROUNDS=1` for a look. */
export const ROUNDS = Number(process.env.ROUNDS ?? 5);

export function syncTime(): string {
  const dir = mkdtempSync(join(tmpdir(), 'throughline-sync-'));
  const { p50, p99 } = measureSync(dir);
  rmSync(dir, { recursive: true });
  return `disk sync p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms, synchronous=FULL`;
}

/** A fresh server and a crowd at it, both gone afterwards. */
export async function withCrowd<T>(
  kind: Kind,
  shape: Shape,
  use: (crowd: Crowd, server: Measured) => Promise<T>,
): Promise<T> {
  const server = await startMeasured(`${kind}.ts`);
  try {
    const crowd = await gather({ url: server.url, kind }, shape);
    const value = await use(crowd, server);
    crowd.close();
    return value;
  } finally {
    await server.stop();
  }
}

/** `run` for floor and relay in turns, so that what the machine does meanwhile touches both. */
export async function inTurns<T>(run: (kind: Kind) => Promise<T>): Promise<Record<Kind, T[]>> {
  const runs: Record<Kind, T[]> = { floor: [], relay: [] };
  for (let i = 0; i < ROUNDS; i++)
    for (const kind of ['floor', 'relay'] as const) runs[kind].push(await run(kind));
  return runs;
}
