import type { AddressInfo } from 'node:net';
import { problem } from '@throughline/shared';
import type { FastifyInstance } from 'fastify';
import type { Config } from './config.ts';
import { createContacts } from './contacts/commands.ts';
import { createProgramContacts } from './contacts/program.ts';
import { createConversations } from './conversations/commands.ts';
import { createQueries } from './conversations/queries.ts';
import { logOf } from './events/log.ts';
import { createNotices } from './events/notices.ts';
import { createReplays } from './events/replay.ts';
import { followLog } from './followers.ts';
import { announcePresence } from './gateway/announce.ts';
import type { Mount } from './gateway/http/assets.ts';
import { createHttp } from './gateway/http.ts';
import { createGates } from './gateway/limits.ts';
import { listen } from './gateway/listen.ts';
import type { Parts } from './gateway/parts.ts';
import { createSocketServer, serveSockets } from './gateway/sockets.ts';
import { type Clock, systemClock } from './lib/clock.ts';
import { createEgress } from './lib/egress.ts';
import { StartupError } from './lib/errors.ts';
import { createLogger, type Logger } from './lib/logger.ts';
import { createMetrics } from './lib/metrics.ts';
import { createPresence } from './presence/presence.ts';
import { type Agents, createAgents } from './settings/agents.ts';
import { openBlueprint } from './settings/blueprint.ts';
import { createEndpoints } from './settings/endpoints.ts';
import { createKeys } from './settings/keys.ts';
import { createSessions } from './settings/sessions.ts';
import { createSites, type Sites } from './settings/sites.ts';
import { startStreams } from './sinks/streams/index.ts';
import { createDispatcher, type Dispatcher } from './sinks/webhooks/dispatcher.ts';
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
  /** Refuses what is new, finishes what was accepted, tells clients when to come back (P20). */
  stop(): Promise<void>;
}

/** Beyond this many commands waiting for the disk, new ones are refused until it shrinks (P19). */
const BACKLOG_MAX = 2000;
const OVERLOAD_RETRY_MS = 500;
const RESTART_RETRY_MS = 2000;

/** Builds every part once, from the ground up; `stop` undoes it in reverse. */
export async function createRelay(options: RelayOptions): Promise<Relay> {
  const { config, mounts = [], home } = options;
  const log = options.log ?? createLogger(config.logLevel);
  const store = options.store ?? openStore(options, log);
  const undo: (() => Promise<void> | void)[] = [() => store.close()];
  let ready = true;
  const stop = async () => {
    ready = false;
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const now = options.now ?? systemClock;
    const server = createSocketServer();
    const ground = { config, log, server, now, isReady: () => ready };
    const { parts, dispatcher } = await build(store, ground);
    undo.push(() => parts.presence.stop());
    const sockets = serveSockets(server, parts, await parts.events.head());
    const http = createHttp(parts, {
      mounts,
      home,
      isReady: () => ready,
      endSession: sockets.endSession,
    });
    undo.push(() => dispatcher.stop());
    undo.push(
      await followLog(store, parts, { fanOut: sockets.fanOut, wakeEndpoints: dispatcher.wake }),
    );
    undo.push(await startStreams(config.streams, parts));
    undo.push(() => http.close());
    sockets.attach(http.server);
    undo.push(() => sockets.close());
    await listen(http, config);
    undo.push(() => sockets.dismiss());
    const { agents, sites } = parts;
    return { url: urlOf(http, config), agents, sites, store, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function openStore({ config, onFatal }: RelayOptions, log: Logger): Store {
  const end = (error: unknown) => {
    const isDamage = error instanceof StartupError;
    const says = isDamage ? error.message : 'the store failed; ending to recover on restart';
    log.fatal({ err: error }, says);
    process.exit(1);
  };
  const { dataDir, createDataDir: create } = config;
  return openSqliteStore({ dataDir, create, onFatal: onFatal ?? end });
}

interface Ground {
  config: Config;
  log: Logger;
  now: Clock;
  server: ReturnType<typeof createSocketServer>;
  isReady(): boolean;
}

async function build(
  store: Store,
  ground: Ground,
): Promise<{ parts: Parts; dispatcher: Dispatcher }> {
  const { config, log, now, server, isReady } = ground;
  const outlets = announcePresence(server);
  const blueprint = await openBlueprint(store, now);
  const egress = createEgress(config.egressAllow);
  const sending = {
    now,
    log,
    source: config.publicUrl ?? `http://${config.host}:${config.port}`,
    events: logOf(store),
    endpoints: createEndpoints({ store, blueprint, egress, now }),
    deliveries: store.deliveries,
    notices: createNotices(store, now),
    metrics: createMetrics(),
  };
  const dispatcher = createDispatcher({ ...sending, egress });
  const parts: Parts = {
    ...sending,
    config,
    blueprint,
    replays: createReplays(store, now),
    wakeEndpoint: (id) => dispatcher.wake([id]),
    presence: createPresence(outlets.listener),
    conversations: createConversations(store, now),
    contacts: createContacts(store, now),
    program: createProgramContacts(store, now),
    queries: createQueries(store),
    agents: createAgents(store, now),
    sessions: createSessions(store, now),
    keys: createKeys(store, now),
    sites: createSites(blueprint),
    gates: createGates(config.limits),
    closedFor() {
      if (!isReady()) return problem('going_away', { retryAfterMs: RESTART_RETRY_MS });
      if (store.backlog <= BACKLOG_MAX) return undefined;
      return problem('overloaded', { retryAfterMs: OVERLOAD_RETRY_MS });
    },
    toAgents: outlets.toAgents,
    toVisitors: outlets.toVisitors,
  };
  return { parts, dispatcher };
}

function urlOf({ server }: FastifyInstance, { host }: Config): string {
  const { port } = server.address() as AddressInfo;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
