import { ownRedis } from '../../../packages/server/test/redis.ts';
import { createProxy, type FaultProxy } from '../proxy.ts';

/** What several relays tell each other over, and the line of each to it. */
export interface Redis {
  lines: readonly FaultProxy[];
  /** Where each relay finds it. */
  urls: string[];
  /** Forgets everything. */
  flush(): Promise<void>;
  /** How many bytes it may hold before it refuses all writes; 0: as many as there are. */
  allow(bytes: number): Promise<void>;
  kill(): Promise<void>;
  start(): Promise<void>;
  remove(): Promise<void>;
}

export async function createRedis(relays: number): Promise<Redis> {
  const server = await ownRedis();
  await server.start();
  const lines = await Promise.all(Array.from({ length: relays }, createProxy));
  for (const line of lines) line.aim([Number(new URL(server.url).port)]);
  const { flush, kill, start } = server;
  return {
    ...{ lines, flush, kill, start },
    allow: async (bytes) => {
      await server.ask('CONFIG', 'SET', 'maxmemory-policy', 'noeviction');
      await server.ask('CONFIG', 'SET', 'maxmemory', String(bytes));
    },
    urls: lines.map(({ url }) => url.replace('http', 'redis')),
    async remove() {
      await Promise.all(lines.map((line) => line.close()));
      await server[Symbol.asyncDispose]();
    },
  };
}
