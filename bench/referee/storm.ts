import { setTimeout as sleep } from 'node:timers/promises';
import { judge, type Violation } from './check/index.ts';
import { type Furnished, furnish } from './furnish.ts';
import type { Ground } from './ground/ground.ts';
import { createOwnPostgresGround, createPostgresGround } from './ground/postgres.ts';
import { createRedis, type Redis } from './ground/redis.ts';
import { createSqliteGround } from './ground/sqlite.ts';
import { heal } from './heal.ts';
import { createHistory, writeHistory } from './history.ts';
import { isOfRelay } from './mutants/names.ts';
import { createDisk } from './nemesis/disk.ts';
import { strike } from './nemesis/index.ts';
import { ON_OWN_POSTGRES } from './nemesis/names.ts';
import type { Disk, Scene } from './nemesis/nemesis.ts';
import type { StormOptions } from './options.ts';
import { createAgentPlayer } from './players/agent.ts';
import { startBot } from './players/bot.ts';
import { type Browsers, openBrowsers } from './players/browsers.ts';
import { type Endpoint, startEndpoint } from './players/endpoint.ts';
import { DOOMED, type Player, type Stage } from './players/player.ts';
import { followStream, type StreamReader } from './players/stream.ts';
import { createVisitor, ORIGIN, provideStorage } from './players/visitor.ts';
import { createRandom, type Random } from './random.ts';
import { createRelays, type Relays } from './relays.ts';
import { type Report, summarise } from './report.ts';
import { type Life, scheduleOf } from './schedule.ts';

const TICK_MS = 2;
const ANSWERS = 1200;
const LAST_WORDS = 60;
/** From a commit to whoever hears of it, with time to spare. */
const UNDER_WAY_MS = 300;
/** A life without an end to its work ends all the same. */
const LIFE_MAX_MS = 20_000;
/** Heads are named this often instead of every 25 s. */
const HEARTBEAT_MS = 2000;
/** What a broken relay is given after the last fault; it need not heal. */
const MUTANT_MS = 1200;
/** An exit that was asked for, or a disk that failed, takes no longer. */
const EXIT_MS = 15_000;
const NEEDS_DISK = ['disk-full', 'disk-slow', 'power', 'broken'];

/** Everything and everybody of one run. */
interface Run {
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

async function assemble(options: StormOptions): Promise<Run> {
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
  const bot = await startBot(history, random);
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
    faults: [],
  };
}

const aim = ({ proxy, nodes }: Relays): void =>
  proxy.aim(nodes.filter(({ isAlive }) => isAlive).map(({ port }) => port));

async function wake({ relays, players, stage }: Run, node: Scene['node'], life?: Life) {
  await node.start(life?.fault ? { fault: life.fault } : {});
  aim(relays);
  stage.history.add({ f: 'nemesis', what: 'relay down', phase: 'end' });
  for (const player of players) player.nudge();
}

type Work = Pick<Life, 'answers' | 'windows'>;

/** Everybody does as they please until the relay is dead, or its work is done; then its faults are over too. */
async function live(run: Run, node: Scene['node'], { answers, windows }: Work): Promise<void> {
  const { stage } = run;
  const from = stage.history.answers;
  const end = performance.now() + LIFE_MAX_MS;
  const due = windows.toSorted((a, b) => a.at - b.at);
  const struck: Promise<void>[] = [];
  while (node.isAlive && performance.now() < end) {
    const done = (stage.history.answers - from) / answers;
    if (done >= 1) break;
    for (let next = due[0]; next && next.at <= done; next = due[0]) {
      due.shift();
      struck.push(strike({ ...run, node }, next));
    }
    await play(run);
  }
  await meanwhile(run, Promise.all(struck));
}

/** Everybody does as they please, for a moment. */
async function play({ players, random }: Run): Promise<void> {
  for (const player of players) if (random.chance(0.5)) player.act(random);
  await sleep(TICK_MS);
}

/** Where there are several relays, the others are not waited for by anybody. */
async function meanwhile<T>(run: Run, work: Promise<T>): Promise<T> {
  const { nodes } = run.relays;
  let isDone = nodes.length === 1;
  const done = work.finally(() => {
    isDone = true;
  });
  done.catch(() => {});
  while (!isDone && nodes.some(({ isAlive }) => isAlive)) await play(run);
  return done;
}

/** What the end of a life leaves behind, beside a dead relay. */
const afterwards: Record<Life['end'], (run: Run) => Promise<void> | void> = {
  kill() {},
  term() {},
  power: ({ disk }) => disk?.losePower(),
  broken: ({ disk }) => disk?.set('well'),
  async restore({ ground, stage, options, players, disk }) {
    disk?.forget();
    const epoch = await ground.putBack({ keepEpoch: options.mutant === 'M9' });
    stage.history.add({ f: 'restore', epoch });
    const there = await ground.heads();
    for (const id of stage.conversations.keys()) if (!there.has(id)) stage.conversations.delete(id);
    for (const player of players) player.restart();
  },
};

/** Failpoints kill; whatever else ends a relay is its own doing. */
async function blame({ relays, faults }: Run): Promise<void> {
  for (const { isAlive, ended } of relays.nodes) {
    if (isAlive) continue;
    const { code, signal } = await ended;
    if (signal === null)
      faults.push({ check: 'C13', what: `a relay ended by itself, with ${code}`, witness: [] });
  }
}

async function end(run: Run, node: Scene['node'], { end: how }: Life): Promise<void> {
  const { stage, disk, faults } = run;
  await blame(run);
  stage.history.add({ f: 'nemesis', what: 'relay down', phase: 'begin' });
  if (how === 'broken') disk?.set('broken');
  if (how === 'term') node.signal('SIGTERM');
  const isPatient = how === 'broken' || how === 'term';
  const timer = setTimeout(() => node.signal('SIGKILL'), isPatient ? EXIT_MS : 0);
  const { code, signal } = await node.ended;
  clearTimeout(timer);
  aim(run.relays);
  if (how === 'term' && code !== 0)
    faults.push({ check: 'P20', what: `SIGTERM ended in ${code ?? signal}`, witness: [] });
  if (how === 'broken' && signal !== null)
    faults.push({ check: 'P3', what: 'went on with a disk that does not sync', witness: [] });
  await afterwards[how](run);
}

/** All that are dead come back; the one whose life it is with what it is to die of. */
async function revive(run: Run, node?: Scene['node'], life?: Life): Promise<void> {
  if (node?.isAlive) node.order({ do: 'arm', fault: life?.fault });
  const dead = run.relays.nodes.filter(({ isAlive }) => !isAlive);
  await Promise.all(dead.map((it) => wake(run, it, it === node ? life : undefined)));
}

async function liveAndDie(run: Run, life: Life): Promise<void> {
  const { relays, stage, random, options } = run;
  const node = relays.nodes[life.node] as Scene['node'];
  const what = life.fault ? `${life.fault.point} ${life.fault.passage}` : life.end;
  stage.history.add({ f: 'life', end: what });
  await meanwhile(run, revive(run, node, life));
  await live(run, node, life);
  await meanwhile(run, end(run, node, life));
  if (life.end === 'term') await roll(run, node, life);
  run.disk?.set('well');
  if (life.end !== 'restore' && options.nemeses?.includes('restore')) await run.ground.backUp();
  const { desertion = 0.02 } = options;
  for (const player of run.players) if (random.chance(desertion)) player.vanish();
}

/** What one was asked to do, the others are too, each once the one before is back. */
async function roll(run: Run, first: Scene['node'], life: Life): Promise<void> {
  for (const node of run.relays.nodes) {
    if (node === first) continue;
    await meanwhile(run, revive(run));
    await meanwhile(run, end(run, node, life));
  }
}

async function rage(run: Run): Promise<void> {
  const { relays, ground, options } = run;
  // One after another: the first makes the log ready for all.
  if (relays.nodes.length > 1) for (const node of relays.nodes) await wake(run, node);
  if (options.nemeses?.includes('restore')) await ground.backUp();
  for (const life of run.schedule) await liveAndDie(run, life);
}

/** Frames that nothing follows: only a heartbeat can tell that they were lost. */
async function loseLastWords(run: Run): Promise<void> {
  if (!run.options.nemeses?.includes('loss')) return;
  const [node] = run.relays.nodes;
  run.stage.lossiness = 0.5;
  if (node) await live(run, node, { answers: LAST_WORDS, windows: [] });
  // What is still under way is lost as well: else it would tell of what was lost before it.
  await sleep(UNDER_WAY_MS);
  run.stage.lossiness = 0;
}

async function settle(run: Run): Promise<Report> {
  const { relays, ground, stage, options, players, furnished, endpoint, faults } = run;
  await revive(run);
  await loseLastWords(run);
  // What a broken relay broke is there already.
  const isSettled = options.mutant === undefined || options.mutant === 'M7';
  const healed = isSettled ? await heal(run) : undefined;
  faults.push(...(healed?.faults ?? []));
  if (!isSettled) await sleep(MUTANT_MS);
  const finishing = Promise.all(players.map((player) => player.finish()));
  await (isSettled ? finishing : Promise.race([finishing, sleep(MUTANT_MS)]));
  for (const player of players) player.stop();
  await run.stream.stop();
  for (const node of relays.nodes) {
    node.signal('SIGTERM');
    const { code } = await node.ended;
    if (code !== 0) faults.push({ check: 'P20', what: `SIGTERM ended in ${code}`, witness: [] });
  }
  endpoint.close();
  const [log, { dead }] = [await ground.readLog(), await ground.deliveries()];
  const { entries: history } = stage.history;
  const remains = await ground.remains(DOOMED);
  const { settledTo } = healed ?? {};
  const evidence = { history, log, dead, remains, sinksFrom: furnished.head, settledTo };
  if (options.historyFile) writeHistory(options.historyFile, history);
  const found = judge(evidence);
  return {
    ...{ seed: options.seed, store: options.store ?? 'sqlite', relays: options.relays ?? 1 },
    ...{ redis: options.redis ?? false, browsers: options.browsers ?? 0 },
    ...summarise(history, log),
    lost: found.filter(({ what }) => what.startsWith('LOST')).length,
    violations: [...faults, ...found],
  };
}

/**
 * Seeded clients, sinks and faults against real relays that are killed again and again; then everything
 * heals, and the referee compares what was promised with what is there.
 */
export async function runStorm(options: StormOptions): Promise<Report> {
  const run = await assemble(options);
  try {
    await rage(run);
    return await settle(run);
  } finally {
    for (const player of run.players) player.stop();
    await run.stream.stop();
    await run.browsers.close();
    for (const server of [run.endpoint, run.stage.bot]) server.close();
    await run.relays.stop();
    run.disk?.close();
    await run.redis?.remove();
    await run.ground.remove();
  }
}
