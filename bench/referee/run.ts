import type { Violation } from './check/index.ts';
import { type Furnished, furnish } from './furnish.ts';
import type { Ground } from './ground/ground.ts';
import { createOwnPostgresGround, createPostgresGround } from './ground/postgres.ts';
import { createRedis, type Redis } from './ground/redis.ts';
import { createSqliteGround } from './ground/sqlite.ts';
import { createHistory } from './history.ts';
import { isOfRelay } from './mutants/names.ts';
import { createDisk } from './nemesis/disk.ts';
import { ON_OWN_POSTGRES } from './nemesis/names.ts';
import type { Disk } from './nemesis/nemesis.ts';
import type { StormOptions } from './options.ts';
import { createAgentPlayer } from './players/agent.ts';
import { startBot } from './players/bot.ts';
import { type Browsers, openBrowsers } from './players/browsers.ts';
import { type Endpoint, startEndpoint } from './players/endpoint.ts';
import type { Player, Stage } from './players/player.ts';
import { followStream, type StreamReader } from './players/stream.ts';
import { createVisitor, ORIGIN, provideStorage } from './players/visitor.ts';
import { createRandom, type Random } from './random.ts';
import { createRelays, type Relays } from './relays.ts';
import { type Life, scheduleOf, type Window } from './schedule.ts';

const ANSWERS = 1200;
/** Heads are named this often instead of every 25 s. */
const HEARTBEAT_MS = 2000;
const NEEDS_DISK = ['disk-full', 'disk-slow', 'power', 'broken'];

/** Everything and everybody of one run. */
export interface Run {
  options: StormOptions;
  random: Random;
  schedule: Life[];
  ground: Ground;
  disk: Disk | undefined;
  redis: Redis | undefined;
  relays: Relays;
  stage: Stage;
  endpoint: Endpoint;
  browsers: Browsers;
  furnished: Furnished;
  stream: StreamReader;
  players: Player[];
  /** So many messages are to be acknowledged by the end of the life that goes on. */
  due: number;
  /** Faults that were to come in a life that ended before. */
  owed: Window[];
  /** What went wrong beside what the checks find. */
  faults: Violation[];
}

/** Whether a fault of one of these kinds is to come. */
const hasAny = ({ nemeses = [] }: StormOptions, kinds: readonly string[]): boolean =>
  nemeses.some((name) => kinds.includes(name));

function openGround(options: StormOptions): Ground | Promise<Ground> {
  if (options.store !== 'postgres') return createSqliteGround();
  return hasAny(options, ON_OWN_POSTGRES) ? createOwnPostgresGround() : createPostgresGround();
}

export async function assemble(options: StormOptions): Promise<Run> {
  const { seed, mutant, visitors = 8, agents = 2, relays: count = 1, nemeses = [] } = options;
  const random = createRandom(seed);
  const answers = options.answers ?? ANSWERS;
  const { kills, points, lingerMs } = options;
  const about = { kills, points, lingerMs, relays: count, nemeses, answers };
  const schedule = scheduleOf(random, about);
  provideStorage();
  const ground = await openGround(options);
  const disk = hasAny(options, NEEDS_DISK) ? createDisk(ground.spec.dataDir) : undefined;
  const redis = options.redis ? await createRedis(count) : undefined;
  const history = createHistory();
  const broken = isOfRelay(mutant) ? { mutant } : {};
  const browsers = await openBrowsers(options.browsers ?? 0);
  const hasPages = browsers.sites.length > 0;
  const spec = { ...ground.spec, heartbeatMs: HEARTBEAT_MS, hasPages, ...broken };
  const relays = await createRelays(spec, count, {
    ...{ env: disk?.env ?? {}, redisUrls: redis?.urls ?? [] },
    onLead: (node, afterMs) => history.add({ f: 'lead', node, afterMs }),
  });
  const relay = relays.proxy.url;
  // M13: its bot is still thinking whenever somebody takes over.
  const slowness = mutant === 'M13' ? 1 : 0.3;
  const bot = await startBot({ history, random, slowness });
  const stage = {
    ...{ history, relay, conversations: new Map(), files: [], lossiness: 0, random, bot, mutant },
  };
  const endpoint = await startEndpoint(history);
  const names = Array.from({ length: visitors }, (_, i) => `visitor-${i}`);
  const sites = [...names.map((key) => ({ key, origin: ORIGIN })), ...browsers.sites];
  const store = await ground.open();
  const wanted = { sites, agents, hook: endpoint.url, bot: bot.url };
  const furnished = await furnish(store, wanted).finally(() => store.close());
  if (mutant === 'M2') await ground.dropIdIndex();
  const { key, head: after } = furnished;
  return {
    ...{ options, random, schedule, ground, disk, redis, relays, stage, endpoint, browsers },
    furnished,
    stream: followStream({ relay: stage.relay, key, after }, stage.history),
    players: [
      ...names.map((site) => createVisitor(site, stage)),
      ...browsers.seat(stage),
      ...furnished.agents.map((keys, i) => createAgentPlayer(`agent-${i}`, keys, stage)),
    ],
    ...{ due: 0, owed: [], faults: [] },
  };
}
