import { createClient } from '@redis/client';
import { AT_ONCE, type Connect, VERIFIED } from './stream.ts';

/** About how many events stay in the stream: it is in memory, and an event is around a kilobyte. */
const KEPT = 100_000;
const PING_MS = 60_000;

const TRIM = { strategy: 'MAXLEN', strategyModifier: '~', threshold: KEPT } as const;

/** Redis Streams. What is under way at the same time goes out as one pipeline. */
export const connectRedis: Connect = async ({ url, prefix, signal }) => {
  signal.throwIfAborted();
  const tls = new URL(url).protocol === 'rediss:' ? ({ tls: true, ...VERIFIED } as const) : {};
  const client = createClient({
    url,
    disableOfflineQueue: true,
    pingInterval: PING_MS,
    socket: { reconnectStrategy: false, ...tls },
  });
  // Whoever waits for an answer is told of it too.
  client.on('error', () => {});
  const close = () => {
    if (client.isOpen) client.destroy();
  };
  signal.addEventListener('abort', close);
  await client.connect().finally(() => signal.removeEventListener('abort', close));
  return {
    atOnce: AT_ONCE,
    async publish({ event }) {
      await client.xAdd(`${prefix}:events`, '*', { ce: JSON.stringify(event) }, { TRIM });
    },
    close,
  };
};
