import { randomUUIDv7 } from 'node:crypto';
import type { Actor, AgentStatus, CommandInput, EventData } from '@throughline/shared/schema';
import type { Clock } from '../lib/clock.ts';
import { appendOutside } from '../store/outside.ts';
import { answerRepeat, type Outcome, receiptOf } from '../store/repeat.ts';
import type { Availability, LogRecord, Store, Tx } from '../store/store.ts';
import type { Person } from './agents-online.ts';

/** Whether agents may be given conversations. Every change is an event; a lease that nobody renews is one. */
export interface Availabilities {
  statusOf(agent: string): AgentStatus;
  /** Who is signed in here, whenever that changes. */
  follow(online: Person[]): void;
  choose(who: Person, input: CommandInput<'status:set'>): Promise<Outcome>;
  /** They did not answer what they were offered. */
  setAway(who: Person): Promise<void>;
  stop(): Promise<void>;
}

interface Outside {
  now: Clock;
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

export async function openAvailabilities(store: Store, outside: Outside): Promise<Availabilities> {
  const { now, changed, onError } = outside;
  const rows = await store.read.availability.list();
  const known = new Map(rows.map((row) => [row.agent, row]));
  let online: Person[] = [];
  const rowOf = (agent: string): Availability => known.get(agent) ?? unknown(agent);

  async function change(who: Person, to: Change, act: Act): Promise<LogRecord | undefined> {
    const [after, record] = await store.write(`availability:${who.id}`, async (tx) => {
      const before = (await tx.availability.get(who.id)) ?? unknown(who.id);
      const row = { ...before, ...to, until: now() + LEASE_MS };
      await tx.availability.put(row);
      return [row, await tell(tx, who, { before, row, act, time: now() })] as const;
    });
    known.set(who.id, after);
    changed();
    return record;
  }

  const come = (who: Person) =>
    change(who, { status: rowOf(who.id).chosen }, byRelay('connection')).catch(onError);
  const leave = (who: Person) =>
    change(who, { status: 'offline' }, byRelay('connection')).catch(onError);

  /** Whoever is here stays; whoever was here with a relay that ended is not, once their lease is over. */
  async function renew(): Promise<void> {
    const here = new Set(online.map(({ id }) => id));
    const until = now() + LEASE_MS;
    await store.write('availability', (tx) => tx.availability.renew([...here], until));
    for (const row of await store.read.availability.list()) {
      known.set(row.agent, row);
      if (here.has(row.agent) || row.status === 'offline' || row.until > now()) continue;
      const agent = await store.read.agents.get(row.agent);
      if (agent) await change(agent, { status: 'offline' }, byRelay('lease'));
    }
    for (const who of online) if (rowOf(who.id).status === 'offline') await come(who);
  }

  let renewing = renew();
  const timer = setInterval(() => {
    renewing = renew().catch(onError);
  }, RENEW_MS).unref();
  await renewing;

  return {
    statusOf: (agent) => rowOf(agent).status,
    follow(people) {
      const before = online;
      online = people;
      const isIn = (list: Person[], { id }: Person) => list.some((it) => it.id === id);
      for (const who of people) if (!isIn(before, who)) void come(who);
      for (const who of before) if (!isIn(people, who)) void leave(who);
      changed();
    },
    async choose(who, { id, status }) {
      const actor: Actor = { kind: 'agent', ...who };
      const prior = await store.read.events.find(id);
      const input = { status, source: 'manual' };
      if (prior) return answerRepeat(prior, { actor, types: ['agent.status_changed'], input });
      const act: Act = { id, actor, source: 'manual' };
      const record = await change(who, { status, chosen: status }, act);
      if (record) return { ok: true, data: receiptOf(record) };
      return { ok: true, data: { id, conversation: null, seq: null, pub: null, time: now() } };
    },
    async setAway(who) {
      await change(who, { status: 'away', chosen: 'away' }, byRelay('missed'));
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
