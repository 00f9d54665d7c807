import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measureSync } from '@throughline/server';
import { type Measured, startMeasured } from '../relay/process.ts';
import { type Crowd, gather, type Kind, type Shape } from './crowd.ts';

/** Each figure is the median of so many runs; `ROUNDS=1` for a look. */
export const ROUNDS = Number(process.env.ROUNDS ?? 5);

const SYNCED = { sqlite: 'synchronous=FULL', postgres: 'synchronous_commit=on' };

/** What stands beside every figure of something that is stored: what a sync costs here, and that it is waited for. */
export function syncTime(
  store: keyof typeof SYNCED = process.env.DATABASE_URL ? 'postgres' : 'sqlite',
): string {
  const dir = mkdtempSync(join(tmpdir(), 'throughline-sync-'));
  const { p50, p99 } = measureSync(dir);
  rmSync(dir, { recursive: true });
  return `disk sync p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms, ${SYNCED[store]}`;
}

/** `run` as often as there are rounds, one after the other. */
export async function inRounds<T>(run: () => Promise<T>): Promise<T[]> {
  const runs: T[] = [];
  for (let i = 0; i < ROUNDS; i++) runs.push(await run());
  return runs;
}

/** A fresh server and a crowd at it, both gone afterwards. */
export async function withCrowd<T>(
  kind: Kind,
  { onEvent, ...shape }: Shape & { onEvent?(packet: string): void },
  use: (crowd: Crowd, server: Measured) => Promise<T>,
): Promise<T> {
  const server = await startMeasured(`${kind}.ts`);
  try {
    const crowd = await gather({ url: server.url, kind }, shape, onEvent);
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
