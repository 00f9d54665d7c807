/** What one thing costs, as the benchmarks measured it (docs/scaling.md says where). */
interface Costs {
  /** Memory of one idle connection at a relay, with the system's share. */
  connectionBytes: number;
  /** A relay's time for one idle connection, µs each second. */
  connectionCpuUs: number;
  /** A relay's time to take one back: handshake, recovery, one page. */
  returnCpuUs: number;
  /** What a relay does by itself, µs each second. */
  relayCpuUs: number;
  /** A relay's time for one message: taken, stored, shown to two. */
  messageCpuUs: number;
  /** A relay's time for one message another relay has taken. */
  heardCpuUs: number;
  /** What the database does by itself, µs each second. */
  databaseCpuUs: number;
  /** The database's time for one message. */
  storedCpuUs: number;
  /** What one message adds to the database, with its indexes. */
  storedBytes: number;
  /** The database's time for one message read by one relay's tail. */
  tailedCpuUs: number;
}

/** How people behave; shares of those who are on the pages. */
interface Habits {
  /** Has the chat connected: opened it, or waits for an answer. */
  connected: number;
  /** Messages of a connected visitor and of whoever answers, each second. */
  messagesPerS: number;
  /** How much more is written in the worst minute. */
  rush: number;
}

/** What a cell is made of. */
interface Machine {
  relayCores: number;
  relayBytes: number;
  /** 0: the log is the relay's own, as with SQLite. */
  databaseCores: number;
  /** Of relays in one cell. */
  relaysLeast: number;
  relaysMost: number;
}

/** What has to hold in the worst minute. */
interface Promises {
  /** A message waits at most so long for a relay and for the database, each. */
  waitMs: number;
  /** Everybody of a relay that is lost is back at another after so long. */
  backS: number;
}

export interface Scene {
  costs: Costs;
  habits: Habits;
  machine: Machine;
  promises: Promises;
}

export interface Minute {
  /** The longest a message waited for its relay, and for the database. */
  relayWaitMs: number;
  databaseWaitMs: number;
  /** When the last visitor of the lost relay was back; Infinity: not within the time looked at. */
  backS: number;
  relayBytes: number;
  /** Shares of what there is, while all is calm. */
  use: Record<'relay' | 'hearing' | 'memory' | 'database' | 'tail', number>;
}

const STEP_S = 0.1;
const MINUTE_S = 60;
/** When the rush begins and a relay is lost. */
const WORST_S = 10;
/** Over which those who were cut come back: full jitter below the longest wait (backoff.ts). */
const RETURN_S = 15;

/** A queue of work, in µs of one core, that `cores` work off. */
function createQueue(cores: number) {
  let waiting = 0;
  return {
    /** @returns how long what came last waits, in ms */
    step(workUs: number): number {
      waiting = Math.max(0, waiting + workUs - cores * STEP_S * 1e6);
      return waiting / cores / 1000;
    },
    get isEmpty() {
      return waiting === 0;
    },
  };
}

/** Shares of what there is that are used while all is calm. */
function useOf({ costs, habits, machine }: Scene, visitors: number, relays: number): Minute['use'] {
  const each = (visitors * habits.connected) / relays;
  const calm = visitors * habits.connected * habits.messagesPerS;
  const own = calm / relays;
  const ofRelay = (workUs: number) => workUs / (machine.relayCores * 1e6);
  const ofDatabase = (workUs: number) =>
    machine.databaseCores > 0 ? workUs / (machine.databaseCores * 1e6) : 0;
  return {
    relay: ofRelay(costs.relayCpuUs + each * costs.connectionCpuUs + own * costs.messageCpuUs),
    hearing: ofRelay((calm - own) * costs.heardCpuUs),
    memory: (each * costs.connectionBytes) / machine.relayBytes,
    database: ofDatabase(costs.databaseCpuUs + calm * costs.storedCpuUs),
    tail: ofDatabase(calm * relays * costs.tailedCpuUs),
  };
}

/**
 * The worst minute of `visitors` on the pages with `relays` relays at one database: after ten seconds all
 * write more, and one relay is lost. Work is a fluid in queues, in steps of a tenth of a second: no luck
 * in it, and the same numbers each time.
 */
export function simulate(scene: Scene, visitors: number, relays: number): Minute {
  const { costs, habits, machine } = scene;
  const people = visitors * habits.connected;
  const calm = people * habits.messagesPerS;
  const relay = createQueue(machine.relayCores);
  // What is the relay's own costs the database nothing.
  const database = createQueue(machine.databaseCores || 1);
  const minute = { relayWaitMs: 0, databaseWaitMs: 0, backS: Number.POSITIVE_INFINITY };
  const left = relays > 1 ? relays - 1 : 1;
  const lost = people / relays;
  for (let s = 0; s < MINUTE_S; s += STEP_S) {
    const isWorst = s >= WORST_S;
    const here = isWorst ? left : relays;
    const messages = calm * (isWorst ? habits.rush : 1) * STEP_S;
    const isReturning = isWorst && s < WORST_S + RETURN_S;
    const returning = isReturning ? (lost * STEP_S) / RETURN_S : 0;
    const work =
      (costs.relayCpuUs + (people / here) * costs.connectionCpuUs) * STEP_S +
      (returning / here) * costs.returnCpuUs +
      (messages / here) * costs.messageCpuUs +
      (messages - messages / here) * costs.heardCpuUs;
    const stored =
      costs.databaseCpuUs * STEP_S + messages * (costs.storedCpuUs + here * costs.tailedCpuUs);
    minute.relayWaitMs = Math.max(minute.relayWaitMs, relay.step(work));
    minute.databaseWaitMs = Math.max(minute.databaseWaitMs, database.step(stored));
    // Whoever comes back waits behind what was there before.
    if (isWorst && !isReturning && relay.isEmpty)
      minute.backS = Math.min(minute.backS, s + STEP_S - WORST_S);
  }
  const relayBytes = (people / left) * costs.connectionBytes;
  return { ...minute, relayBytes, use: useOf(scene, visitors, relays) };
}

const holds = ({ promises, machine }: Scene, minute: Minute): boolean =>
  minute.relayWaitMs <= promises.waitMs &&
  minute.databaseWaitMs <= promises.waitMs &&
  minute.backS <= promises.backS &&
  minute.relayBytes <= machine.relayBytes;

/** The fewest relays of one cell that hold; undefined: no number of them does, at one database. */
export function relaysFor(scene: Scene, visitors: number): number | undefined {
  const { relaysLeast, relaysMost } = scene.machine;
  for (let n = relaysLeast; n <= relaysMost; n += 1)
    if (holds(scene, simulate(scene, visitors, n))) return n;
  return undefined;
}

export interface Need {
  /** Each with one database, of the visitors in equal parts. */
  cells: number;
  /** In each cell. */
  relays: number;
  /** Of one cell. */
  minute: Minute;
  /** What gives way first with more visitors; where there are several cells, what is the end of one. */
  bottleneck: Part;
}

type Part = keyof Minute['use'];

const mostOf = (use: Minute['use'], parts = Object.keys(use) as Part[]): Part =>
  parts.reduce((most, part) => (use[part] > use[most] ? part : most));

/** What more relays do not mend. */
const SHARED: Part[] = ['hearing', 'database', 'tail'];
const GROWTH = 1.05;

/** What is used most, of what more relays do not mend, in the largest cell that holds. */
function endOf(scene: Scene, visitors: number): Part {
  let most = visitors;
  while (relaysFor(scene, most * GROWTH) !== undefined) most *= GROWTH;
  const relays = relaysFor(scene, most) ?? scene.machine.relaysMost;
  return mostOf(simulate(scene, most, relays).use, SHARED);
}

const CELLS_MAX = 10_000;

/** Cells and relays for `visitors` that hold with the fewest cores; undefined: it cannot be parted so far. */
export function needOf(scene: Scene, visitors: number): Need | undefined {
  const { relayCores, databaseCores, relaysMost } = scene.machine;
  let best: { cells: number; relays: number; cores: number } | undefined;
  // A log that is a relay's own is one cell: nobody keeps several for it.
  const most = relaysMost > 1 ? CELLS_MAX : 1;
  for (let cells = 1; cells <= most; cells = Math.ceil(cells * GROWTH + 0.01)) {
    const relays = relaysFor(scene, visitors / cells);
    if (relays === undefined) continue;
    const cores = cells * (relays * relayCores + databaseCores);
    if (best && cores > 2 * best.cores) break;
    if (!best || cores < best.cores) best = { cells, relays, cores };
  }
  if (!best) return undefined;
  const { cells, relays } = best;
  const minute = simulate(scene, visitors / cells, relays);
  const bottleneck = cells > 1 ? endOf(scene, visitors / cells) : mostOf(minute.use);
  return { cells, relays, minute, bottleneck };
}
