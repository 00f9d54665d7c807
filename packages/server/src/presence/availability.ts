import { randomUUIDv7 } from 'node:crypto';
import type { Actor, AgentStatus, CommandInput, EventData } from '@throughline/shared/schema';
import type { Clock } from '../lib/clock.ts';
import { appendOutside } from '../store/outside.ts';
import { answerRepeat, type Outcome, receiptOf, unwritten } from '../store/repeat.ts';
import type { Availability, LogRecord, Store, Tx } from '../store/store.ts';
import type { Person } from './agents-online.ts';

/** Whether agents may be given conversations. Every change is an event; a lease that nobody renews is one. */
export interface Availabilities {
  statusOf(agent: string): AgentStatus;
  /** Who is signed in at this relay, and who at any, whenever that changes. */
  follow(here: Person[], anywhere: Person[]): void;
  /** What was changed by another relay; nobody who is signed in here is offline for long. */
  learn(agents: string[]): Promise<void>;
  choose(who: Person, input: CommandInput<'status:set'>): Promise<Outcome>;
  /** They did not answer what they were offered; written through `by`, where that is another way to the log. */
  setAway(who: Person, by?: Pick<Store, 'write'>): Promise<void>;
  /** Whoever is shut out takes nothing any more, also while their sockets are still being closed. */
  dismiss(agent: string): Promise<void>;
  stop(): Promise<void>;
}

interface Outside {
  now: Clock;
  /** Whether everybody's sockets are known here: this relay is the only one, or hears of the others'. */
  seesAll(): boolean;
  /** Told after each change. */
  changed(): void;
  onError(error: unknown): void;
}

const LEASE_MS = 60_000;
const RENEW_MS = 20_000;

type Source = EventData<'agent.status_changed'>['source'];
type Change = Partial<Pick<Availability, 'status' | 'chosen'>>;

interface Act {
  id: string;
  actor: Actor;
  source: Source;
}

interface Way {
  by?: Pick<Store, 'write'>;
  /** Whether it is changed at all, as it is by now. */
  only?(before: Availability): boolean;
}

const byRelay = (source: Source): Act => ({
  id: randomUUIDv7(),
  actor: { kind: 'system', id: 'relay' },
  source,
});

const unknown = (agent: string): Availability => ({
  agent,
  status: 'offline',
  chosen: 'available',
  until: 0,
});

const idsOf = (people: Person[]): ReadonlySet<string> => new Set(people.map(({ id }) => id));

/**
 * Who else has somebody's socket. Without Redis only the row says so: a lease that is not as this relay wrote
 * it was renewed by another one.
 */
function createLeases(now: Clock) {
  const ours = new Map<string, number>();
  const theirs = new Map<string, number>();
  return {
    see(row: Availability): void {
      if (isThere(row) && row.until !== ours.get(row.agent)) theirs.set(row.agent, row.until);
    },
    /** Until when whoever is here has theirs, from now. */
    take(agents: string[]): number {
      const until = now() + LEASE_MS;
      for (const agent of agents) ours.set(agent, until);
      return until;
    },
    isElsewhere: (agent: string): boolean => (theirs.get(agent) ?? 0) > now(),
  };
}

interface Keeping {
  now: Clock;
  leases: ReturnType<typeof createLeases>;
  keep(row: Availability): void;
}

/** Changes somebody's row, and says so where the status is another one. */
const changeIn =
  (store: Store, { now, leases, keep }: Keeping) =>
  async (
    who: Person,
    to: Change,
    { by = store, only, ...act }: Act & Way,
  ): Promise<LogRecord | undefined> => {
    const [after, record] = await by.write(`availability:${who.id}`, async (tx) => {
      const before = (await tx.availability.get(who.id)) ?? unknown(who.id);
      leases.see(before);
      const isRefused = only ? !only(before) : false;
      if (isRefused || (await isShutOut(tx, who, to))) return [before, undefined] as const;
      // Whoever leads finds out that they are away; their socket is with another relay.
      const until = act.source === 'missed' ? before.until : leases.take([who.id]);
      const row = { ...before, ...to, until };
      await tx.availability.put(row);
      return [row, await tell(tx, who, { before, row, act, time: now() })] as const;
    });
    keep(after);
    return record;
  };

type ChangeRow = ReturnType<typeof changeIn>;

const chooseIn =
  (store: Store, { now, change }: { now: Clock; change: ChangeRow }): Availabilities['choose'] =>
  async (who, { id, status }) => {
    const actor: Actor = { kind: 'agent', ...who };
    const prior = await store.read.events.find(id);
    const input = { status, source: 'manual' };
    if (prior) return answerRepeat(prior, { actor, types: ['agent.status_changed'], input });
    const act: Act = { id, actor, source: 'manual' };
    const record = await change(who, { status, chosen: status }, act);
    return { ok: true, data: record ? receiptOf(record) : unwritten(id, now()) };
  };

/** Nobody is there who may not be, whatever their relay has heard of it. */
const isShutOut = async ({ agents }: Tx, { id }: Person, { status }: Change): Promise<boolean> =>
  status !== 'offline' && (await agents.get(id))?.disabled === true;

const isThere = ({ status }: Availability): boolean => status !== 'offline';

export async function openAvailabilities(store: Store, outside: Outside): Promise<Availabilities> {
  const { now, seesAll, changed, onError } = outside;
  const rows = await store.read.availability.list();
  const known = new Map(rows.map((row) => [row.agent, row]));
  let here: Person[] = [];
  const rowOf = (agent: string): Availability => known.get(agent) ?? unknown(agent);

  const keep = (row: Availability): void => {
    known.set(row.agent, row);
    changed();
  };
  const leases = createLeases(now);
  const change = changeIn(store, { now, leases, keep });
  const come = (who: Person) =>
    change(who, { status: rowOf(who.id).chosen }, byRelay('connection')).catch(onError);
  /** Where another relay may have them too, their lease runs out unless that one goes on renewing it. */
  const leave = (who: Person) => {
    const only = () => seesAll() || !leases.isElsewhere(who.id);
    return change(who, { status: 'offline' }, { ...byRelay('connection'), only }).catch(onError);
  };

  /** Whoever is here stays; whoever was here with a relay that ended is not, once their lease is over. */
  async function renew(): Promise<void> {
    const ids = here.map(({ id }) => id);
    await store.write('availability', async (tx) => {
      for (const row of await tx.availability.list()) leases.see(row);
      await tx.availability.renew(ids, leases.take(ids));
    });
    // Whoever has them may have prolonged it meanwhile.
    const only = (row: Availability) => isThere(row) && row.until <= now();
    for (const row of await store.read.availability.list()) {
      known.set(row.agent, row);
      const agent =
        only(row) && !ids.includes(row.agent) && (await store.read.agents.get(row.agent));
      if (agent) await change(agent, { status: 'offline' }, { ...byRelay('lease'), only });
    }
    await bringBack();
  }

  /** Whoever is here was taken for gone by another relay. */
  async function bringBack(): Promise<void> {
    for (const who of here) if (rowOf(who.id).status === 'offline') await come(who);
  }

  let renewing = renew();
  const timer = setInterval(() => {
    renewing = renew().catch(onError);
  }, RENEW_MS).unref();
  await renewing;

  return {
    statusOf: (agent) => rowOf(agent).status,
    follow(people, anywhere) {
      const [before, there] = [idsOf(here), idsOf(anywhere)];
      const gone = here.filter(({ id }) => !there.has(id));
      here = people;
      for (const who of people) if (!before.has(who.id)) void come(who);
      for (const who of gone) void leave(who);
      changed();
    },
    async learn(agents) {
      for (const id of agents) {
        const row = await store.read.availability.get(id);
        if (row) known.set(id, row);
      }
      changed();
      await bringBack();
    },
    choose: chooseIn(store, { now, change }),
    async setAway(who, by) {
      const act = { ...byRelay('missed'), ...(by && { by }) };
      await change(who, { status: 'away', chosen: 'away' }, act);
    },
    async dismiss(id) {
      const agent = await store.read.agents.get(id);
      const way = { ...byRelay('connection'), only: isThere };
      if (agent) await change(agent, { status: 'offline' }, way);
    },
    async stop() {
      clearInterval(timer);
      await renewing;
    },
  };
}

interface Told {
  before: Availability;
  row: Availability;
  act: Act;
  time: number;
}

/** An event, where it is another status. */
async function tell(
  tx: Tx,
  { id, name }: Person,
  { before, row, act, time }: Told,
): Promise<LogRecord | undefined> {
  if (before.status === row.status) return undefined;
  const { id: event, actor, source } = act;
  const { status } = row;
  const data = { agent: { id, name }, status, previous: before.status, source };
  return appendOutside(tx, { id: event, type: 'agent.status_changed', time, actor, data });
}
