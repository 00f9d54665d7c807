import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '@redis/client';
import { createAdapter } from '@socket.io/redis-streams-adapter';
import type { Bus } from '../lib/bus.ts';
import type { Logger } from '../lib/logger.ts';
import type { AgentNamespace } from './rooms.ts';

/** What relays on one log have in common beside it; all of it may be gone at any time. */
export interface Cluster {
  adapter: ReturnType<typeof createAdapter>;
  client: RedisClient;
  /** Names in Redis begin with it, so that two logs can share a server. */
  prefix: string;
  close(): void;
}

export interface ClusterOptions {
  url: string;
  /** Of the log. */
  epoch: string;
  log: Logger;
}

type RedisClient = ReturnType<typeof connect>;

const PING_MS = 3000;
/** More than a reader waits for news. */
const SILENT_MS = 10_000;
const RETRY_MS = 1000;
/** Of the stream in memory: whoever comes later needs none of it. */
const KEPT = 1000;

const retryMs = (tries: number): number => Math.min(100 * 2 ** tries, 2000);

function connect(url: string) {
  return createClient({
    url,
    // What cannot be told now is not told: it is over by the time Redis is back.
    disableOfflineQueue: true,
    pingInterval: PING_MS,
    socket: { reconnectStrategy: retryMs, socketTimeout: SILENT_MS },
  });
}

const nothing = (): undefined => undefined;

/** Says once that Redis is there and takes nothing, and once that it does again. */
function noteFull(log: Logger) {
  let isFull = false;
  return {
    taken<T>(answer: T): T {
      if (isFull) log.info('Redis takes what it is given again');
      isFull = false;
      return answer;
    },
    refused(error: Error): never {
      const isNews = !isFull && error.message.startsWith('OOM');
      if (isNews)
        log.warn(
          { reason: error.message },
          'Redis is full; what is not stored stays at its relay until there is room (maxmemory)',
        );
      isFull ||= isNews;
      throw error;
    },
  };
}

/** The adapter leaves every failure to nobody, asks again at once, and must not end the process. */
function guarded(client: RedisClient, copies: Set<{ destroy(): void }>, log: Logger) {
  const { taken, refused } = noteFull(log);
  return {
    // By this the adapter knows which library it is.
    sSubscribe: nothing,
    publish: (...args: Parameters<RedisClient['publish']>) =>
      client.publish(...args).catch(nothing),
    // How many relays there are: without Redis, this one.
    sendCommand: (...args: Parameters<RedisClient['sendCommand']>) =>
      client.sendCommand(...args).catch(() => ['', '1']),
    xAdd: (...args: Parameters<RedisClient['xAdd']>) => client.xAdd(...args).then(taken, refused),
    duplicate() {
      const copy = client.duplicate({ disableOfflineQueue: false });
      copies.add(copy);
      return {
        sSubscribe: nothing,
        on: (name: 'error', listener: () => void) => copy.on(name, listener),
        connect: () => copy.connect().catch(() => new Promise<never>(nothing)),
        disconnect: nothing,
        subscribe: (...args: Parameters<RedisClient['subscribe']>) =>
          copy.subscribe(...args).catch(nothing),
        xRead: (...args: Parameters<RedisClient['xRead']>) =>
          copy.xRead(...args).catch(() => sleep(RETRY_MS, null, { ref: false })),
      };
    },
  };
}

/** What relays say to each other goes the way of what is not stored. */
export const busOver = ({ agents }: { agents: AgentNamespace }): Bus => ({
  send: (message) => {
    agents.serverSideEmit('relay', message);
  },
  hear: (listener) => {
    agents.on('relay', listener);
  },
  // Where somebody did not answer in time, the others' answers are in the error.
  ask: (question) =>
    agents
      .serverSideEmitWithAck('asks', question)
      .catch(({ responses = [] }: { responses?: boolean[] }) => responses)
      .then((said) => said.includes(true)),
  answer: (listener) => {
    agents.on('asks', (question, answer) => answer(listener(question)));
  },
});

/** Looks for Redis as long as it takes: a relay starts and works without. */
export function openCluster({ url, epoch, log }: ClusterOptions): Cluster {
  const client = connect(url);
  const copies = new Set<{ destroy(): void }>([client]);
  let isAway = false;
  client.on('error', (err) => {
    if (!isAway)
      log.warn({ reason: err.message }, 'Redis is away; others hear later of what is done here');
    isAway = true;
  });
  client.on('ready', () => {
    if (isAway) log.info('Redis is back');
    isAway = false;
  });
  client.connect().catch(nothing);
  const prefix = `throughline:${epoch}`;
  const adapter = createAdapter(guarded(client, copies, log), {
    ...{ streamName: `${prefix}:sockets`, channelPrefix: prefix, maxLen: KEPT },
    onlyPlaintext: true,
  });
  return {
    ...{ adapter, client, prefix },
    close() {
      for (const copy of copies) copy.destroy();
    },
  };
}
