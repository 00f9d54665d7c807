/** What one thing costs, as the benchmarks measured it (docs/scaling.md says where). */
interface Costs {
  /** Memory of one idle connection at a relay, with the system's share. */
  connectionBytes: number;
  /** A relay's time for one idle connection, µs each second. */
  connectionCpuUs: number;
  /** A relay's time to take one back: handshake, recovery, one page. */
  returnCpuUs: number;
  /** A relay's time for one message: taken, stored, shown to two. */
  messageCpuUs: number;
  /** A relay's time for one message another relay has taken. */
  heardCpuUs: number;
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

interface Machine {
  relayCores: number;
  relayBytes: number;
  databaseCores: number;
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
  const database = createQueue(machine.databaseCores);
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
      (people / here) * costs.connectionCpuUs * STEP_S +
      (returning / here) * costs.returnCpuUs +
      (messages / here) * costs.messageCpuUs +
      (messages - messages / here) * costs.heardCpuUs;
    const relayWaitMs = relay.step(work);
    const databaseWaitMs = database.step(
      messages * costs.storedCpuUs + messages * here * costs.tailedCpuUs,
    );
    minute.relayWaitMs = Math.max(minute.relayWaitMs, relayWaitMs);
    minute.databaseWaitMs = Math.max(minute.databaseWaitMs, databaseWaitMs);
    // Whoever comes back waits behind what was there before.
    if (isWorst && !isReturning && relay.isEmpty)
      minute.backS = Math.min(minute.backS, s + STEP_S - WORST_S);
  }
  const share = (workUs: number, cores: number) => workUs / (cores * 1e6);
  const own = calm / relays;
  return {
    ...minute,
    relayBytes: (people / left) * costs.connectionBytes,
    use: {
      relay: share(
        (people / relays) * costs.connectionCpuUs + own * costs.messageCpuUs,
        machine.relayCores,
      ),
      hearing: share((calm - own) * costs.heardCpuUs, machine.relayCores),
      memory: ((people / relays) * costs.connectionBytes) / machine.relayBytes,
      database: share(calm * costs.storedCpuUs, machine.databaseCores),
      tail: share(calm * relays * costs.tailedCpuUs, machine.databaseCores),
    },
  };
}

const holds = ({ promises, machine }: Scene, minute: Minute): boolean =>
  minute.relayWaitMs <= promises.waitMs &&
  minute.databaseWaitMs <= promises.waitMs &&
  minute.backS <= promises.backS &&
  minute.relayBytes <= machine.relayBytes;

export interface Need {
  /** The fewest that hold; undefined: no number of relays does, at one database. */
  relays: number | undefined;
  minute: Minute;
  /** What would give way first if there were more visitors. */
  bottleneck: keyof Minute['use'];
}

const RELAYS_MAX = 4096;

/** How many relays `visitors` need, and what gives way first there. */
export function needOf(scene: Scene, visitors: number): Need {
  let relays: number | undefined;
  for (let n = 1; n <= RELAYS_MAX && relays === undefined; n = Math.ceil(n * 1.02 + 0.01))
    if (holds(scene, simulate(scene, visitors, n))) relays = n;
  const minute = simulate(scene, visitors, relays ?? bestOf(scene, visitors));
  const uses = Object.entries(minute.use) as [keyof Minute['use'], number][];
  const [bottleneck] = uses.reduce((most, one) => (one[1] > most[1] ? one : most));
  return { relays, minute, bottleneck };
}

/** Where none holds: as many as the relays' own work would need. */
function bestOf({ costs, habits, machine }: Scene, visitors: number): number {
  const messages = visitors * habits.connected * habits.messagesPerS;
  const perRelay = machine.relayCores * 1e6;
  return Math.max(1, Math.ceil((messages * habits.rush * costs.messageCpuUs) / perRelay));
}
