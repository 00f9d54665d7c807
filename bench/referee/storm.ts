import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { judge } from './check/index.ts';
import { hasBaseline, isOpen, TURN_MS } from './check/pace.ts';
import { heal } from './heal.ts';
import { writeHistory } from './history.ts';
import { showsAtTheEnd } from './mutants/names.ts';
import { strike } from './nemesis/index.ts';
import type { Scene } from './nemesis/nemesis.ts';
import type { StormOptions } from './options.ts';
import { DOOMED } from './players/player.ts';
import type { Relays } from './relays.ts';
import { type Report, summarise } from './report.ts';
import { assemble, type Run } from './run.ts';
import type { Life } from './schedule.ts';

const TICK_MS = 2;
/** Turns of one stretch at an even pace. */
const STRETCH = 25;
const FIRST_MAX = 8;
/** After so many a machine that has other things to do is not waited for. */
const STRETCHES_MAX = 24;
const LAST_WORDS = 60;
/** From a commit to whoever hears of it, with time to spare. */
const UNDER_WAY_MS = 300;
/** A life without an end to its work ends all the same. */
const LIFE_MAX_MS = 20_000;
/** What a broken relay is given after the last fault; it need not heal. */
const MUTANT_MS = 1200;
/** An exit that was asked for, or a disk that failed, takes no longer. */
const EXIT_MS = 15_000;

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
  const { history } = run.stage;
  const from = history.answers;
  run.due = Math.max(run.due, from) + answers;
  const end = performance.now() + LIFE_MAX_MS;
  const due = windows.toSorted((a, b) => a.at - b.at);
  const struck: Promise<void>[] = [];
  while (node.isAlive && performance.now() < end) {
    const done = run.due > from ? (history.answers - from) / (run.due - from) : 1;
    if (done >= 1) break;
    for (let next = due[0]; next && next.at <= done; next = due[0]) {
      due.shift();
      struck.push(strike({ ...run, node }, next));
    }
    await play(run);
  }
  run.owed.push(...due);
  await meanwhile(run, Promise.all(struck));
}

/** How long the disk takes for one sync of our own, in ms. */
async function syncOnce(dir: string): Promise<number> {
  const file = await open(join(dir, 'referee.sync'), 'w');
  try {
    const from = performance.now();
    await file.write('x');
    await file.datasync();
    return performance.now() - from;
  } finally {
    await file.close();
  }
}

/** Everybody writes at an even pace; false: a relay has died meanwhile. */
async function stretch(run: Run, when: 'before' | 'after'): Promise<boolean> {
  const { stage, players, random, relays, ground } = run;
  stage.history.add({ f: 'pace', when, turns: 0, syncMs: 0 });
  const synced = syncOnce(ground.spec.dataDir);
  for (let turn = 0; turn < STRETCH; turn += 1) {
    for (const [i, player] of players.entries()) if ((turn + i) % 2 === 0) player.act(random);
    await sleep(TURN_MS);
    if (relays.nodes.some(({ isAlive }) => !isAlive)) return false;
  }
  stage.history.add({ f: 'pace', when, turns: STRETCH, syncMs: await synced });
  return true;
}

/** What all can do while nothing is wrong, as soon as the machine has time to show it. */
async function findPace(run: Run): Promise<void> {
  const { history } = run.stage;
  await revive(run);
  for (let i = 0; i < FIRST_MAX && !(i > 1 && hasBaseline(history.entries)); i += 1)
    await stretch(run, 'before');
}

/** Whatever was wrong is over: goes on until all are as fast as they were, or have had their time for it. */
async function regain(run: Run): Promise<void> {
  const { history } = run.stage;
  for (let i = 0; i < STRETCHES_MAX; i += 1)
    if (!(await stretch(run, 'after')) || !isOpen(history.entries)) return;
}

/** Once all have come back: what relays left undone that died early, and the faults they did not live to see. */
async function makeUp(run: Run): Promise<void> {
  const [node] = run.relays.nodes;
  if (!node || run.options.mutant !== undefined) return;
  await regain(run);
  await live(run, node, { answers: 0, windows: [] });
  for (const window of run.owed.splice(0)) {
    let isOver = false;
    const struck = strike({ ...run, node }, window).finally(() => {
      isOver = true;
    });
    while (!isOver) await play(run);
    await struck;
  }
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
  // Whoever has nothing to keep does not notice a disk that does not sync.
  while (how === 'broken' && node.isAlive) await play(run);
  const { code, signal } = await node.ended;
  stage.history.add({ f: 'ended', signal });
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
  if (life.windows.length > 0 && options.mutant === undefined) await regain(run);
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
  if (options.mutant === undefined) await findPace(run);
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
  await makeUp(run);
  await loseLastWords(run);
  const isSettled = options.mutant === undefined || showsAtTheEnd(options.mutant);
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
