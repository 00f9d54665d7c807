import type { AddressInfo } from 'node:net';
import type { Ephemeral } from '@throughline/shared/schema';
import type { Config } from './config.ts';
import { createContacts } from './contacts/commands.ts';
import { createConversations } from './conversations/commands.ts';
import { createQueries } from './conversations/queries.ts';
import { indexForSearch, SEARCH } from './conversations/search-index.ts';
import { follow } from './events/follow.ts';
import { sweepTimers } from './events/timers.ts';
import { createHttp } from './gateway/http.ts';
import type { Mount } from './gateway/http/assets.ts';
import { createGates } from './gateway/limits.ts';
import type { Parts } from './gateway/parts.ts';
import { agentRoom, watchRoom } from './gateway/rooms.ts';
import { createSocketServer, serveSockets } from './gateway/sockets.ts';
import { type Clock, systemClock } from './lib/clock.ts';
import { StartupError } from './lib/errors.ts';
import { createLogger, type Logger } from './lib/logger.ts';
import { createMetrics } from './lib/metrics.ts';
import { createPresence, type Presence } from './presence/presence.ts';
import { type Agents, createAgents } from './settings/agents.ts';
import { createSites, type Sites } from './settings/sites.ts';
import { openSqliteStore } from './store/sqlite/index.ts';
import type { Store } from './store/store.ts';

export interface RelayOptions {
  config: Config;
  /** Folders served beside the API: console, SDK, demo. */
  mounts?: Mount[];
  /** Where `/` leads. */
  home?: string;
  /** Instead of the embedded store in `config.dataDir`; tests bring one that fails on purpose. */
  store?: Store;
  log?: Logger;
  now?: Clock;
  /** The store can no longer be trusted; the process has to end. */
  onFatal?: (error: unknown) => void;
}

export interface Relay {
  /** Where it listens: `http://127.0.0.1:4600`. */
  url: string;
  agents: Agents;
  sites: Sites;
  store: Store;
  /** Refuses what is new, finishes what was accepted, tells clients when to come back. */
  stop(): Promise<void>;
}

/** Beyond this many commands waiting for the disk, new ones are refused until it shrinks (D16). */
const BACKLOG_MAX = 2000;
const OVERLOAD_RETRY_MS = 500;

/** Builds every part once, from the ground up; `stop` undoes it in reverse. */
export async function createRelay(options: RelayOptions): Promise<Relay> {
  const { config, now = systemClock } = options;
  const log = options.log ?? createLogger(config.logLevel);
  const onFatal = options.onFatal ?? endProcess(log);
  const store =
    options.store ?? openSqliteStore({ dataDir: config.dataDir, create: config.createDataDir, onFatal });
  const undo: (() => Promise<void> | void)[] = [() => store.close()];
  const stop = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const { parts, startFollowers } = await build({ config, now, log, store });
    undo.push(() => parts.presence.stop());
    let ready = true;
    const sockets = serveSockets(parts.server, parts, await store.read.events.head());
    const http = await createHttp(parts, {
      mounts: options.mounts ?? [],
      home: options.home,
      isReady: () => ready,
      endSession: sockets.endSession,
    });
    undo.push(await startFollowers(sockets.fanOut));
    sockets.attach(http.server);
    undo.push(() => http.close());
    await listen(http, config);
    undo.push(() => sockets.close());
    undo.push(() => {
      ready = false;
    });
    const { port } = http.server.address() as AddressInfo;
    const host = config.host.includes(':') ? `[${config.host}]` : config.host;
    return { url: `http://${host}:${port}`, agents: parts.agents, sites: parts.sites, store, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

const endProcess = (log: Logger) => (error: unknown) => {
  log.fatal({ err: error }, 'the store failed; ending to recover on restart');
  process.exit(1);
};

interface Ground {
  config: Config;
  now: Clock;
  log: Logger;
  store: Store;
}

async function build({ config, now, log, store }: Ground) {
  const server = createSocketServer();
  const { visitors, agents: agentSockets } = server;
  const toAgents = (room: string, message: Ephemeral) => agentSockets.to(room).emit('ephemeral', message);
  const toVisitors = (room: string, message: Ephemeral) => visitors.to(room).emit('ephemeral', message);
  const presence: Presence = createPresence({
    agents(online) {
      agentSockets.emit('ephemeral', { kind: 'agents', online });
      visitors.emit('ephemeral', {
        kind: 'availability',
        agentsOnline: online.length > 0,
        online: online.map(({ id }) => id),
      });
    },
    visitor: (contact, online, context) =>
      toAgents(watchRoom(contact), { kind: 'visitor', contact, online, ...(context ? { context } : {}) }),
    viewers: (conversation, viewers) =>
      toAgents(agentRoom(conversation), { kind: 'viewers', conversation, viewers }),
  });
  const conversations = createConversations(store, now);
  const parts: Parts & { server: typeof server } = {
    server,
    config,
    store,
    now,
    log,
    presence,
    conversations,
    contacts: createContacts(store, now),
    queries: createQueries(store),
    agents: createAgents(store, now),
    sites: await createSites(store, now),
    gates: createGates(config.limits),
    metrics: createMetrics(),
    overloaded: () => (store.backlog > BACKLOG_MAX ? OVERLOAD_RETRY_MS : 0),
    toAgents,
    toVisitors,
  };

  /** Everything that reacts reads the log; each from its own place. */
  async function startFollowers(fanOut: (records: Parameters<ReturnType<typeof indexForSearch>>[0]) => void) {
    const failed = (name: string) => (error: unknown) => log.error({ err: error, name }, 'follower failed; trying again');
    const followers = [
      await follow(store, { name: 'fanout', from: 'now', handle: fanOut, onError: failed('fanout') }),
      await follow(store, {
        name: SEARCH,
        from: await store.read.cursors.get(SEARCH),
        handle: indexForSearch(store),
        onError: failed(SEARCH),
      }),
      await follow(store, {
        name: 'settings',
        from: 'now',
        handle: async (records) => {
          if (records.some(({ type }) => type === 'config.published')) await parts.sites.refresh();
        },
        onError: failed('settings'),
      }),
    ];
    const timers = sweepTimers({
      store,
      now,
      fire: ({ name, input }) =>
        conversations.run({ kind: 'system', id: 'timer' }, name as 'conversation:wake', input as never),
      onError: failed('timers'),
    });
    return async () => {
      await timers.stop();
      await Promise.all(followers.map((follower) => follower.stop()));
    };
  }

  return { parts, startFollowers };
}

async function listen(http: Awaited<ReturnType<typeof createHttp>>, { host, port }: Config): Promise<void> {
  try {
    await http.listen({ host, port });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const sentences: Record<string, string> = {
      EADDRINUSE: `Port ${port} on ${host} is in use by another program; stop it, or choose another PORT.`,
      EACCES: `Port ${port} needs more rights than this user has; choose a PORT above 1023.`,
      EADDRNOTAVAIL: `This machine has no address ${host}; choose another HOST.`,
    };
    throw new StartupError(sentences[code ?? ''] ?? `The relay cannot listen on ${host}:${port} (${code}).`, { cause });
  }
}
