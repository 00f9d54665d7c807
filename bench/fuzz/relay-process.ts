/** The relay under attack, as a process of its own: says what lets somebody in, and what it holds whenever it is asked. */
import { readdirSync } from 'node:fs';
import { createKeys, createRelay, noLimits, readConfig } from '@throughline/server';
import { scopes } from '@throughline/shared/schema';

export interface Door {
  url: string;
  /** An API key with every scope. */
  key: string;
}

/** What is held once garbage is collected. */
export interface Holdings {
  /** Open files and sockets. */
  handles: number;
  heapBytes: number;
  rssBytes: number;
}

const config = readConfig({ ...process.env, PORT: '0', LOG_LEVEL: 'error' });
const relay = await createRelay({
  config: { ...config, limits: noLimits },
  mounts: [{ path: '/files', dir: import.meta.dirname, fallback: 'main.ts' }],
});
const look = { accent: '#3457d5', greeting: '', language: null, position: 'right' as const };
await relay.sites.put(
  { key: 'shop', name: 'Shop', origins: ['https://shop.example'], ...look },
  'fuzz',
);
const { secret } = await createKeys(relay.store, Date.now).create({
  name: 'fuzz',
  scopes: [...scopes],
  pii: 'content',
  createdBy: 'fuzz',
});

process.on('message', () => {
  globalThis.gc?.();
  const { heapUsed, rss } = process.memoryUsage();
  const handles = readdirSync('/proc/self/fd').length;
  process.send?.({ handles, heapBytes: heapUsed, rssBytes: rss } satisfies Holdings);
});
process.send?.({ url: relay.url, key: secret } satisfies Door);
