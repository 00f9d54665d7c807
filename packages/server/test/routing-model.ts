import { randomUUIDv7 } from 'node:crypto';
import { routing as schema } from '@throughline/shared/schema';
import { createConversations } from '../src/conversations/commands.ts';
import type { Input, Name } from '../src/conversations/decision.ts';
import type { Principal } from '../src/conversations/policy.ts';
import { audit } from '../src/routing/audit.ts';
import { createRouter, type Router } from '../src/routing/router.ts';
import { type CompiledRouting, compileRouting } from '../src/settings/routing/compile.ts';
import { termsOf } from '../src/settings/routing/in-force.ts';
import { serves } from '../src/settings/routing/serve.ts';
import { targetOf } from '../src/settings/routing/target.ts';
import { holderOf } from '../src/store/holder.ts';
import type { Outcome } from '../src/store/repeat.ts';
import type { Agent, Conversation, LogRecord } from '../src/store/store.ts';
import { createMemoryStore } from './memory-store.ts';

const AGENTS = 4;
const LEASE_MS = 60_000;
const START = 1_800_000_000_000;
/** More than any test waits for. */
const STEPS_MAX = 10_000;

const agent = (n: number): Agent => ({
  id: `agent-${n}`,
  name: `Agent ${n}`,
  email: `agent-${n}@example.com`,
  role: 'agent',
  passwordHash: null,
  disabled: false,
  createdAt: 0,
});

const people = Array.from({ length: AGENTS }, (_, n) => agent(n));

type Document = (typeof schema)['_zod']['input'];

/** Two teams, three queues, one after the other; the last of them promises an answer. */
const documents: Document[] = [0, 1].map((change) => ({
  teams: [
    { id: 'first', name: 'First' },
    { id: 'second', name: 'Second' },
  ],
  agents: people.map(({ email }, n) => ({
    email,
    teams: n < 2 ? ['first'] : ['first', 'second'],
    skills: { level: n },
    capacity: 1 + ((n + change) % 3),
  })),
  capacity: { each: 2, more: 1, parkAfterMs: 60_000, returnAfterMs: 120_000 },
  queues: [
    {
      ...{ id: 'sales', name: 'Sales', credit: { base: 100, rate: 2 } },
      ...{ firstReplyMs: 30_000, nextReplyMs: 60_000 },
      rings: [
        { afterMs: 0, teams: ['second'], need: 'agent.skills.level >= 3' },
        { afterMs: 20_000, teams: ['second'] },
      ],
      offer: { mode: 'offer', acceptMs: 10_000, misses: 2 },
      overflow: [{ afterMs: 90_000, to: { queue: 'support' } }],
    },
    {
      ...{ id: 'support', name: 'Support', sticky: { withinMs: 3_600_000, holdMs: 15_000 } },
      rings: [{ afterMs: 0, teams: ['first'] }],
      offer: { mode: change === 0 ? 'assign' : 'offer' },
      overflow: [{ afterMs: 120_000, to: { promise: 'reply', withinMs: 60_000 } }],
    },
  ],
  route: {
    queue: 'support',
    routes: [{ when: 'site == "sales"', queue: 'sales' }],
  },
}));

export type Act =
  | { do: 'write'; which: number }
  | { do: 'begin'; site: 'sales' | 'help' }
  | { do: 'reply' | 'resolve' | 'snooze' | 'wake' | 'reopen' | 'unassign'; which: number }
  | { do: 'accept' | 'decline'; which: number }
  | { do: 'take' | 'move'; which: number; by: number }
  | { do: 'status'; who: number; to: 'available' | 'away' | 'offline' }
  | { do: 'pass'; ms: number }
  | { do: 'publish'; which: 0 | 1 }
  | { do: 'restart' };

/** The router on a store in memory, and everybody who may act beside it. */
export async function createModel(random: () => number) {
  const memory = createMemoryStore();
  const clock = { now: START };
  const now = () => clock.now;
  const violations: string[] = [];
  let routing: CompiledRouting;
  let heard = 0;
  let router: Router;
  let hearing: Promise<void> = Promise.resolve();
  for (const one of people) memory.agents.set(one.id, one);

  const conversations = createConversations(memory.store, now, {
    site: () => undefined,
    ...termsOf({
      get current() {
        return routing;
      },
    }),
    bot: () => undefined,
  });
  const statusOf = (id: string) => memory.availability.get(id)?.status ?? 'offline';

  function setStatus(id: string, status: 'available' | 'away' | 'offline'): void {
    const previous = statusOf(id);
    const chosen = status === 'away' ? 'away' : 'available';
    const until = clock.now + LEASE_MS * 1000;
    memory.availability.set(id, { agent: id, status, chosen, until });
    if (previous === status) return;
    const { name } = memory.agents.get(id) as Agent;
    memory.store.read.events;
    append('agent.status_changed', { agent: { id, name }, status, previous, source: 'manual' });
  }

  function append(type: LogRecord['type'], data: object): void {
    const nowhere = { site: null, contact: null, conversation: null, seq: null, pub: null };
    const actor = { kind: 'system', id: 'test' } as const;
    const record = { ...nowhere, id: randomUUIDv7(), type, time: clock.now, actor, cause: null };
    memory.log.push({ ...record, data, offset: memory.log.length + 1 } as LogRecord);
  }

  const compile = (which: number) => compileRouting(schema.parse(documents[which]), people);
  routing = compile(0);

  function start(): void {
    router = createRouter({
      queries: {
        get: async (id) => memory.rows.get(id),
        active: async (after, limit) => memory.store.read.conversations.active(after, limit),
        ofContact: async () => [],
        facts: async () => [],
      },
      contacts: { summary: async () => undefined },
      site: () => undefined,
      availabilities: { statusOf, learn: async () => {} },
      routing: {
        get current() {
          return routing;
        },
        refresh: async () => {},
      },
      events: {
        head: async () => memory.log.length,
        read: async (after, limit) => memory.log.slice(after, after + limit),
      },
      now,
      log: { debug() {} } as never,
    });
    heard = memory.log.length;
    hearing = router.act({
      ...{ conversations, claims: async () => false },
      setAway: async ({ id }) => setStatus(id, 'away'),
    });
  }

  const turn = () => new Promise<void>((done) => setImmediate(done));

  /** What the log says since; the router hears it when it can. */
  function tell(): void {
    const news = memory.log.slice(heard);
    heard = memory.log.length;
    if (news.length > 0) hearing = router.hear(news);
  }

  /** As the relay's own clock does it. */
  function fireTimers(): void {
    const who = { kind: 'system', id: 'timer' } as const;
    const due = [...memory.timers.values()].filter(({ at }) => at <= clock.now);
    for (const { name, input } of due) void conversations.run(who, name as Name, input as never);
  }

  /** A little of what waits happens, in any order. */
  async function stir(): Promise<void> {
    for (let n = Math.floor(random() * 3); n > 0 && memory.pending > 0; n--) {
      await memory.release(Math.floor(random() * memory.pending));
      check();
    }
    tell();
  }

  /** Until nobody has anything to do. */
  async function settle(): Promise<void> {
    for (let step = 0; step < STEPS_MAX; step++) {
      tell();
      await turn();
      if (memory.pending > 0) await memory.release(Math.floor(random() * memory.pending));
      else if (heard === memory.log.length && (await isDone(hearing))) return check();
      check();
    }
    violations.push('it never came to rest');
  }

  async function isDone(promise: Promise<void>): Promise<boolean> {
    const open = Symbol();
    await turn();
    return (await Promise.race([promise, Promise.resolve(open)])) !== open;
  }

  let checked = 0;
  const epochs = new Map<string, number>();

  /** What may be true of no record, and of no row, ever. */
  function check(): void {
    for (; checked < memory.log.length; checked++) {
      const record = memory.log[checked] as LogRecord;
      if (record.type === 'conversation.assigned' && 'epoch' in record.data) {
        const before = epochs.get(record.conversation ?? '') ?? 0;
        if (record.data.epoch !== before + 1) violations.push('[I1] the epoch did not rise by one');
        epochs.set(record.conversation ?? '', record.data.epoch);
      }
      if (record.type === 'conversation.offered' && 'agent' in record.data) {
        const { id } = record.data.agent;
        if (statusOf(id) !== 'available') violations.push(`[I9] ${id} was not available`);
        if (loadOf(id) > (routing.agents.get(id)?.capacity ?? 0))
          violations.push(`[I2] ${id} was offered more than they may have`);
      }
    }
    for (const { id } of people)
      if (loadOf(id) > (routing.agents.get(id)?.most ?? 0) + published)
        violations.push(`[I2] ${id} has more than they may take`);
    for (const row of memory.rows.values())
      if (row.assignee !== null && (row.waiting || row.offer))
        violations.push(`[I3] ${row.id} has an owner and waits`);
  }

  /** Capacity may shrink under what somebody has already. */
  let published = 0;
  const loadOf = (id: string): number => {
    let load = 0;
    for (const row of memory.rows.values()) if (holderOf(row) === id) load += 1;
    return load;
  };

  const mayServe = (row: Conversation, id: string): boolean => {
    const waiting = row.waiting as NonNullable<Conversation['waiting']>;
    const queue = routing.queues.get(waiting.queue);
    const agentOf = routing.agents.get(id);
    const waitedMs = clock.now - Math.max(waiting.placedAt, row.unansweredSince ?? 0);
    const ring = queue?.rings.findLast(({ afterMs }) => afterMs <= waitedMs);
    if (!ring || !agentOf || waiting.declined.includes(id)) return false;
    if (waiting.hold && waiting.hold.until > clock.now) return waiting.hold.agent === id;
    return serves(ring, agentOf, waiting.need);
  };

  /** What has to be true once nobody has anything to do; the auditor has to find nothing either (F3). */
  async function checkRest(): Promise<void> {
    const { active } = memory.store.read.conversations;
    const found = await audit(
      { active: async (after, limit) => active(after, limit) },
      { now: clock.now + 10_000, routing },
    );
    for (const { what, conversation } of found) violations.push(`[F3] ${what} ${conversation}`);
    for (const row of memory.rows.values()) {
      const isOpen = row.status === 'open' || row.status === 'waiting';
      if (!isOpen || row.unansweredSince === null) continue;
      const target = targetOf(row, routing);
      if (target && target.dueAt <= clock.now && row.service.breached !== row.unansweredSince)
        violations.push(`[F10] ${row.id} is late, and nobody was told`);
      if (row.assignee === null && !row.waiting) violations.push(`[I3] ${row.id} is nowhere`);
      const isOwed = row.unansweredSince + routing.returnAfterMs <= clock.now;
      if (row.assignee !== null && row.status === 'open' && isOwed)
        if (statusOf(row.assignee) !== 'available')
          violations.push(`[F11] ${row.id} is left with somebody who is away`);
      if (row.assignee !== null && row.parked && row.status === 'open')
        violations.push(`[F5] ${row.id} was not woken`);
      if (!row.waiting || row.offer) continue;
      for (const { id } of people) {
        const { capacity = 0 } = routing.agents.get(id) ?? {};
        if (statusOf(id) === 'available' && loadOf(id) < capacity && mayServe(row, id))
          violations.push(`[I4] ${row.id} waits although ${id} has room`);
      }
    }
  }

  const pick = (which: number): Conversation | undefined =>
    [...memory.rows.values()][which % memory.rows.size];

  function run<N extends Name>(who: Principal, name: N, input: object): Promise<Outcome> {
    return conversations.run(who, name, { id: randomUUIDv7(), ...input } as Input<N>);
  }

  const visitorOf = ({ contact, site }: Conversation): Principal => ({
    kind: 'visitor',
    id: contact,
    site,
  });
  const asAgent = (id: string): Principal => ({ kind: 'agent', id, name: id });

  function publish(which: number): void {
    routing = compile(which);
    published = 2;
    append('config.published', { version: 1, by: 'test' });
  }

  function begin(site: string): void {
    const conversation = randomUUIDv7();
    const who = { kind: 'visitor', id: randomUUIDv7(), site } as const;
    void conversations
      .start(who, { id: randomUUIDv7(), conversation })
      .then(() => run(who, 'message:send', { conversation, text: 'Hello' }));
  }

  function act(it: Act): void {
    switch (it.do) {
      case 'pass':
        clock.now += it.ms;
        break;
      case 'status':
        setStatus(`agent-${it.who % AGENTS}`, it.to);
        break;
      case 'publish':
        publish(it.which);
        break;
      case 'restart':
        memory.crash();
        start();
        break;
      case 'begin':
        begin(it.site);
        break;
      default: {
        const row = pick(it.which);
        if (row) actOn(row, it);
      }
    }
  }

  function actOn(row: Conversation, it: Extract<Act, { which: number }>): void {
    const on = { conversation: row.id };
    const fenced = { ...on, expectedEpoch: row.epoch };
    const owner = asAgent(row.assignee ?? row.offer?.agent ?? 'agent-0');
    if (it.do === 'write') void run(visitorOf(row), 'message:send', { ...on, text: 'More' });
    if (it.do === 'reply') void run(owner, 'message:send', { ...on, text: 'Yes' });
    if (it.do === 'resolve') void run(owner, 'conversation:resolve', on);
    if (it.do === 'reopen') void run(owner, 'conversation:reopen', on);
    if (it.do === 'unassign') void run(owner, 'conversation:unassign', fenced);
    if (it.do === 'snooze')
      void run(owner, 'conversation:snooze', { ...on, until: clock.now + 50_000 });
    if (it.do === 'wake' && row.snoozedUntil)
      void run({ kind: 'system', id: 'timer' }, 'conversation:wake', {
        ...{ ...on, until: row.snoozedUntil },
      });
    if (it.do === 'accept' && row.offer)
      void run(owner, 'offer:accept', { ...on, offer: row.offer.id });
    if (it.do === 'decline' && row.offer)
      void run(owner, 'offer:decline', { ...on, offer: row.offer.id });
    if (it.do === 'move')
      void run(asAgent(`agent-${it.by % AGENTS}`), 'conversation:transfer', {
        ...{ ...fenced, queue: it.by % 2 === 0 ? 'sales' : 'support' },
      });
    if (it.do === 'take')
      void run(asAgent(`agent-${it.by % AGENTS}`), 'conversation:assign', {
        ...{ ...fenced, assignee: `agent-${it.by % AGENTS}` },
      });
  }

  start();
  await settle();
  return {
    violations,
    memory,
    /** One act, and a little of what it leads to. */
    async step(it: Act): Promise<void> {
      act(it);
      if (it.do === 'pass') {
        fireTimers();
        void router.tick();
      }
      await stir();
    },
    async rest(): Promise<void> {
      await settle();
      const ticked = router.tick();
      await settle();
      await ticked;
      await settle();
      fireTimers();
      await settle();
      await checkRest();
    },
  };
}
