import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createAgents, createSites, openBlueprint, openSqliteStore } from '@throughline/server';
import { judge, type Violation } from './checks.ts';
import { type Fault, POINTS, type Point } from './faults.ts';
import { createHistory, type Logged } from './history.ts';
import { type Mutant, prepareMutant } from './mutants.ts';
import {
  type AgentKeys,
  createAgentPlayer,
  createVisitor,
  type Player,
  type Stage,
} from './players.ts';
import { createRandom, type Random } from './random.ts';
import type { RelaySpec } from './relay-process.ts';

export interface StormOptions {
  seed: number;
  kills: number;
  visitors?: number;
  agents?: number;
  mutant?: Mutant;
  /** Where relays die; everywhere, and at times that mean nothing, by default. */
  points?: readonly Point[];
  /**
   * How likely each visitor, whose message may hang in the air, closes the page after a kill and never
   * comes back: everybody else sends it again, and a message shown too early is a phantom no more.
   */
  desertion?: number;
}

export interface Report {
  seed: number;
  kills: number;
  messages: number;
  acknowledged: number;
  violations: Violation[];
}

const EMAIL = 'referee@storm.example';
const PASSWORD = 'a password for storms';
const ORIGIN = 'https://storm.example';
/** A relay that was not killed at its point is killed after this long, wherever it is. */
const LIFE_MS = 1200;
const HEAL_MS = 20_000;
const MUTANT_MS = 1500;
const TICK_MS = 4;

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}

async function prepare(
  dataDir: string,
  sites: string[],
  mutant: Mutant | undefined,
): Promise<void> {
  const store = openSqliteStore({ dataDir });
  await createAgents(store, Date.now).bootstrap({ email: EMAIL, password: PASSWORD });
  const known = createSites(await openBlueprint(store, Date.now));
  for (const key of sites) {
    const look = { accent: '#3457d5', greeting: '', language: null, position: 'right' as const };
    await known.put({ key, name: key, origins: [ORIGIN], ...look }, 'referee');
  }
  await store.close();
  prepareMutant(mutant, dataDir);
}

async function startRelay(spec: RelaySpec): Promise<ChildProcess> {
  const relay = fork(join(import.meta.dirname, 'relay-process.ts'), [JSON.stringify(spec)]);
  const started = once(relay, 'message').then(() => true);
  const ended = once(relay, 'exit').then(() => false);
  // One that dies at its very first write was started all the same.
  await Promise.race([started, ended]);
  return relay;
}

async function signIn(relay: string): Promise<AgentKeys> {
  const answer = await fetch(`${relay}/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: EMAIL, password: PASSWORD }),
  });
  const { csrf } = (await answer.json()) as { csrf: string };
  return { csrf, cookie: answer.headers.get('set-cookie')?.split(';')[0] ?? '' };
}

/** The log as the database has it, past every line of the relay's code. */
function readLog(dataDir: string): Logged[] {
  const db = new DatabaseSync(join(dataDir, 'throughline.db'), { readOnly: true });
  const rows = db
    .prepare(
      `SELECT c.id AS conv, e.id AS key, e.type, e.seq, e.pub, e.actor ->> '$.kind' AS by,
         e.data ->> '$.text' AS text
       FROM event e JOIN conversation c ON c.no = e.conversation ORDER BY e.log_offset`,
    )
    .all();
  db.close();
  return rows.map((row) => ({ ...row })) as unknown as Logged[];
}

const headsOf = (log: readonly Logged[]): Map<string, number> => {
  const heads = new Map<string, number>();
  for (const { conv, seq, pub } of log) {
    heads.set(conv, Math.max(heads.get(conv) ?? 0, pub ?? 0));
    heads.set(`seq ${conv}`, seq);
  }
  return heads;
};

/** Lives until its fault, or a while; then it is dead without a word. */
async function liveAndDie(relay: ChildProcess, players: Player[], random: Random): Promise<void> {
  const end = Date.now() + LIFE_MS;
  while (relay.exitCode === null && relay.signalCode === null && Date.now() < end) {
    for (const player of players) if (random.chance(0.35)) player.act(random);
    await sleep(TICK_MS);
  }
  if (relay.exitCode === null && relay.signalCode === null) {
    relay.kill('SIGKILL');
    await once(relay, 'exit');
  }
}

async function heal(dataDir: string, players: Player[]): Promise<Violation[]> {
  const end = Date.now() + HEAL_MS;
  let heads = new Map<string, number>();
  while (Date.now() < end) {
    heads = headsOf(readLog(dataDir));
    if (players.every((player) => player.isCaughtUp(heads))) return [];
    for (const player of players) player.nudge();
    await sleep(250);
  }
  const behind = players.filter((player) => !player.isCaughtUp(heads));
  const what = `not caught up ${HEAL_MS} ms after the last fault`;
  return [{ check: 'C13', what, witness: behind.map((player) => player.describe()) }];
}

const nextFault = (random: Random, points: readonly Point[] | undefined): Fault | undefined =>
  points || random.chance(0.85)
    ? { point: random.pick(points ?? POINTS), passage: random.between(1, 200) }
    : undefined;

/** A page's storage, for clients that have no page. */
function provideStorage(): void {
  const kept = new Map<string, string>();
  const area = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem(key: string, value: string) {
      kept.set(key, value);
      Object.defineProperty(area, key, { value, enumerable: true, configurable: true });
    },
    removeItem(key: string) {
      kept.delete(key);
      Reflect.deleteProperty(area, key);
    },
  };
  for (const method of ['getItem', 'setItem', 'removeItem'])
    Object.defineProperty(area, method, { enumerable: false });
  Object.defineProperty(globalThis, 'localStorage', { value: area, configurable: true });
}

interface Run {
  options: StormOptions;
  spec: RelaySpec;
  random: Random;
  stage: Stage;
  players: Player[];
}

async function assemble(options: StormOptions, dataDir: string): Promise<Run> {
  const { seed, visitors = 6, agents = 2, mutant } = options;
  const port = await freePort();
  const spec: RelaySpec = { dataDir, port, ...(mutant ? { mutant } : {}) };
  const relay = `http://127.0.0.1:${port}`;
  const sites = Array.from({ length: visitors }, (_, i) => `storm-${i}`);
  provideStorage();
  await prepare(dataDir, sites, mutant);
  const first = await startRelay(spec);
  const keys = await signIn(relay);
  first.kill('SIGKILL');
  await once(first, 'exit');
  const stage: Stage = { history: createHistory(), relay, conversations: new Set() };
  const players = [
    ...sites.map((site, i) => createVisitor(`visitor-${i}`, site, stage)),
    ...Array.from({ length: agents }, (_, i) => createAgentPlayer(`agent-${i}`, keys, stage)),
  ];
  return { options, spec, random: createRandom(seed), stage, players };
}

async function rage({ options, spec, random, stage, players }: Run): Promise<void> {
  for (let i = 0; i < options.kills; i++) {
    const fault = nextFault(random, options.points);
    const what = fault ? `${fault.point} ${fault.passage}` : 'kill -9';
    stage.history.add({ f: 'nemesis', what });
    const relay = await startRelay({ ...spec, ...(fault ? { fault } : {}) });
    for (const player of players) player.nudge();
    await liveAndDie(relay, players, random);
    for (const player of players) if (random.chance(options.desertion ?? 0.05)) player.vanish();
  }
}

async function settle({ options, spec, stage, players }: Run): Promise<Report> {
  const relay = await startRelay(spec);
  // A broken relay need not heal; what it broke is there already.
  const unhealed = options.mutant
    ? await sleep(MUTANT_MS).then(() => [])
    : await heal(spec.dataDir, players);
  for (const player of players) await player.finish();
  for (const player of players) player.stop();
  relay.kill('SIGTERM');
  const [code] = await once(relay, 'exit');
  const log = readLog(spec.dataDir);
  const { entries } = stage.history;
  const violations = [...unhealed, ...judge({ history: entries, log })];
  if (code !== 0) violations.push({ check: 'P20', what: `SIGTERM ended in ${code}`, witness: [] });
  return {
    seed: options.seed,
    kills: options.kills,
    messages: log.filter(({ type }) => type === 'message.created').length,
    acknowledged: entries.filter((e) => e.f === 'send' && e.type === 'ok').length,
    violations,
  };
}

/**
 * Seeded clients against a real relay that is killed again and again; then everything heals, and the
 * referee compares what was promised with what is there.
 */
export async function runStorm(options: StormOptions): Promise<Report> {
  const dataDir = mkdtempSync(join(tmpdir(), 'throughline-storm-'));
  const run = await assemble(options, dataDir);
  try {
    await rage(run);
    return await settle(run);
  } finally {
    for (const player of run.players) player.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}
