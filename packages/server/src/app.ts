import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { assemble } from './assemble.ts';
import {
  createFailures,
  createTurnCounts,
  type OpenBots,
  type Participants,
} from './bots/index.ts';
import type { Config } from './config.ts';
import { lead } from './events/lead.ts';
import { shareHeads } from './events/share-heads.ts';
import { followLog } from './followers.ts';
import { busOver, openCluster } from './gateway/cluster.ts';
import type { Mount } from './gateway/http/assets.ts';
import { createHttp } from './gateway/http.ts';
import { listen } from './gateway/listen.ts';
import type { Parts } from './gateway/parts.ts';
import { createSocketServer, serveSockets } from './gateway/sockets.ts';
import { ALONE } from './lib/bus.ts';
import { type Clock, systemClock } from './lib/clock.ts';
import { StartupError } from './lib/errors.ts';
import { createLogger, type Logger } from './lib/logger.ts';
import { openOffice } from './office.ts';
import { createRouting } from './routing/index.ts';
import type { Agents } from './settings/agents.ts';
import type { Sites } from './settings/sites.ts';
import type { Blobs } from './store/blobs.ts';
import { openStore } from './store/open.ts';
import { openBlobs } from './store/open-blobs.ts';
import type { Store } from './store/store.ts';
import { watchWal } from './store/watch-wal.ts';

export interface RelayOptions {
  config: Config;
  /** Folders served beside the API: console, SDK, demo. */
  mounts?: Mount[];
  /** Where `/` leads. */
  home?: string;
  /** Instead of the one `config` names; tests bring one that fails on purpose. */
  store?: Store;
  /** Instead of a folder in `config.dataDir`. */
  blobs?: Blobs;
  log?: Logger;
  now?: Clock;
  /** Kinds of bots beside flows; tests bring some of their own. */
  participants?: Participants;
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

/** Builds every part once, from the ground up; `stop` undoes it in reverse. */
export async function createRelay(options: RelayOptions): Promise<Relay> {
  const { config, mounts = [], home } = options;
  const log = options.log ?? createLogger(config.logLevel);
  const store = options.store ?? (await open(options, log));
  const undo: (() => Promise<void> | void)[] = [() => store.close()];
  let ready = true;
  const stop = async () => {
    ready = false;
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const now = options.now ?? systemClock;
    const { redisUrl: url } = config;
    const cluster = url ? openCluster({ url, epoch: store.epoch, log }) : undefined;
    if (cluster) undo.push(() => cluster.close());
    else if (config.postgres) log.info(NO_REDIS);
    if (config.postgres && !config.s3) log.warn(OWN_FILES);
    const server = createSocketServer(cluster?.adapter);
    const bus = cluster ? busOver(server) : ALONE;
    const blobs = options.blobs ?? openBlobs(config);
    const ground = { config, log, server, bus, cluster, now, blobs, isReady: () => ready };
    const parts = await assemble(store, ground);
    undo.push(() => parts.poster.close());
    undo.push(() => parts.availabilities.stop());
    undo.push(() => parts.presence.stop());
    const sockets = serveSockets(server, parts, await parts.events.head());
    const routing = createRouting({ ...parts, site: parts.sites.get });
    const failures = createFailures(parts.events);
    let bots: OpenBots | undefined;
    const turns = createTurnCounts(bus, () => bots && countsOf(bots, parts));
    undo.push(() => turns.stop());
    const http = createHttp(parts, {
      mounts,
      home,
      isReady: () => ready,
      endSession: sockets.endSession,
      board: routing.board,
      botWork: { thinking: turns.of, failures: failures.of },
    });
    undo.push(watchWal(store, parts));
    undo.push(shareHeads(store, bus));
    undo.push(await followLog(store, parts, { fanOut: sockets.fanOut, failures }));
    await failures.recall();
    undo.push(await routing.start());
    undo.push(tellStandings(routing, parts));
    const answering = (now: OpenBots | undefined) => {
      bots = now;
    };
    const { participants } = options;
    const begin = openOffice(parts, { blobs, routing, participants, answering });
    const leading = await lead({ store, log, begin });
    undo.push(() => leading.stop());
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

const NO_REDIS =
  'no REDIS_URL: relays on one database find messages of others within a second, and nothing of who is online or typing there';

const OWN_FILES =
  'files are in the data folder: several relays on this database need the same one, on one machine, or S3_BUCKET';

const countsOf = ({ thinking }: OpenBots, { bots }: Parts): [string, number][] =>
  [...bots.current.keys()].map((id) => [id, thinking(id)]);

/** Calm enough to read, and soon enough to believe. */
const STANDING_MS = 3000;

function tellStandings(
  { standings }: Pick<ReturnType<typeof createRouting>, 'standings'>,
  parts: Parts,
): () => void {
  const { presence, standings: told } = parts;
  told.learn(standings);
  const timer = setInterval(() => told.tell(presence.visitorsHere()), STANDING_MS).unref();
  return () => clearInterval(timer);
}

function open({ config, onFatal }: RelayOptions, log: Logger): Promise<Store> {
  const end = (error: unknown) => {
    const isDamage = error instanceof StartupError;
    const says = isDamage ? error.message : 'the store failed; ending to recover on restart';
    log.fatal({ err: error }, says);
    process.exit(1);
  };
  const warn = (sentence: string) => log.warn(sentence);
  return openStore(config, { warn, onFatal: onFatal ?? end });
}

function urlOf({ server }: FastifyInstance, { host }: Config): string {
  const { port } = server.address() as AddressInfo;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
