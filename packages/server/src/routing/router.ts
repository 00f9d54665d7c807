import { randomUUIDv7 } from 'node:crypto';
import type { Conversations } from '../conversations/commands.ts';
import { type Conversation, holderOf, type Queries } from '../conversations/queries.ts';
import type { Log, LogRecord } from '../events/log.ts';
import type { Clock } from '../lib/clock.ts';
import type { Logger } from '../lib/logger.ts';
import type { Availabilities } from '../presence/availability.ts';
import type { CompiledRouting } from '../settings/routing/compile.ts';
import type { RoutingInForce } from '../settings/routing/in-force.ts';
import { isOpen } from '../settings/routing/opening.ts';
import { serves } from '../settings/routing/serve.ts';
import { overflows } from '../settings/routing/vocabulary.ts';
import { type Board, createLedger } from './board.ts';
import { createClockwork } from './clock.ts';
import { type Desk, type Order, offerTo, orderOf } from './orders.ts';
import { createPool, type Pool } from './pool.ts';
import { type Surroundings, stepOf } from './step.ts';
import type { Sources } from './view.ts';

export interface RouterParts extends Sources {
  events: Log;
  conversations: Pick<Conversations, 'run'>;
  queries: Pick<Queries, 'get' | 'active' | 'ofContact' | 'facts'>;
  availabilities: Pick<Availabilities, 'statusOf' | 'setAway'>;
  routing: RoutingInForce;
  now: Clock;
  log: Logger;
}

export interface Router {
  /** Reads all that is open, and who is there, anew. */
  rebuild(): Promise<void>;
  hear(records: LogRecord[]): Promise<void>;
  /** Does what is due by now. */
  tick(): Promise<void>;
  /** How things stand now. */
  board(): Board;
}

const ROUTER = { kind: 'system', id: 'routing' } as const;
const PAGE = 1000;
/** What was refused is looked at again at once as long as that may help, and then a little later. */
const ROUNDS_MAX = 3;
const LATER_MS = 1000;

const poolFor = (routing: CompiledRouting | undefined): Pool =>
  createPool(({ queue, ring, need }, person) => {
    const found = routing?.queues.get(queue)?.rings[ring];
    const agent = routing?.agents.get(person.id);
    return found !== undefined && agent !== undefined && serves(found, agent, need);
  });

/** Brings what waits to who may take it: from rows to steps, from steps to commands (decision 0021). */
export function createRouter(parts: RouterParts): Router {
  const { conversations, queries, availabilities, log, now } = parts;
  const { statusOf } = availabilities;
  const clockwork = createClockwork();
  const ledger = createLedger();
  const misses = new Map<string, number>();
  let routing: CompiledRouting | undefined;
  let pool = poolFor(undefined);
  let running: Promise<void> = Promise.resolve();

  const desk = (current: CompiledRouting): Desk & Surroundings => ({
    ...parts,
    routing: current,
    pool,
    now: now(),
    statusOf,
    isAvailable: (agent) => statusOf(agent) === 'available',
    applies(queue, { when }, waitedMs) {
      const open = queue.hours === undefined || isOpen(queue.hours, now());
      const load = { waiting: pool.waiting, available: pool.available };
      return !when || when.evaluate(overflows.scope({ open, waitedMs, load })) === true;
    },
  });

  async function look(row: Conversation, at: Desk & Surroundings): Promise<Order | undefined> {
    const step = stepOf(row, at);
    pool.hold(row.id, holderOf(row));
    ledger.see(row);
    if (step.do === 'wait') pool.wait(step.item);
    else pool.leave(row.id);
    clockwork.set(row.id, 'dueAt' in step ? step.dueAt : null);
    return orderOf(row, step, at);
  }

  async function give({ name, input }: Order): Promise<boolean> {
    const order = { id: randomUUIDv7(), ...input };
    const outcome = await conversations.run(ROUTER, name, order as never);
    if (!outcome.ok) log.debug({ name, code: outcome.error.code }, 'routing was refused');
    return outcome.ok;
  }

  /** Looks at some, gives what that comes to, and again at what was refused. */
  async function settle(ids: Iterable<string>): Promise<void> {
    let dirty = new Set(ids);
    for (let round = 0; routing && round < ROUNDS_MAX; round++) {
      const at = desk(routing);
      const orders: Order[] = [];
      for (const id of dirty) {
        const row = await queries.get(id);
        const order = row && (await look(row, at));
        if (order) orders.push(order);
      }
      for (const match of pool.match(at.now)) {
        const row = await queries.get(match.item.conversation);
        if (row) orders.push(offerTo(match, row, at));
      }
      const done = await Promise.all(orders.map(give));
      dirty = new Set(orders.flatMap(({ input }, i) => (done[i] ? [] : [input.conversation])));
      if (dirty.size === 0) return;
    }
    for (const id of dirty) clockwork.set(id, now() + LATER_MS);
  }

  function seat(id: string): void {
    const agent = routing?.agents.get(id);
    if (agent) pool.setPerson({ ...agent, available: statusOf(id) === 'available' });
  }

  async function rebuild(): Promise<void> {
    await parts.routing.refresh();
    routing = parts.routing.current;
    pool = poolFor(routing);
    ledger.clear();
    for (const id of routing?.agents.keys() ?? []) seat(id);
    for (let after = ''; ; ) {
      const rows = await queries.active(after, PAGE);
      const last = rows.at(-1);
      if (!last) return;
      await settle(rows.map(({ id }) => id));
      after = last.id;
    }
  }

  /** Those whose step may be another one now. */
  async function touchedBy(record: LogRecord): Promise<string[]> {
    const { type, data, conversation } = record;
    if (type === 'config.published') await rebuild();
    if (type === 'agent.status_changed' && 'agent' in data) {
      const { id } = data.agent;
      if (routing && !routing.agents.has(id)) await rebuild();
      misses.delete(id);
      seat(id);
      return pool.heldBy(id);
    }
    if (type === 'conversation.offer_ended' && 'outcome' in data) await count(data);
    return conversation === null ? [] : [conversation];
  }

  /** Whoever lets several offers pass is not there, whatever they said. */
  async function count({
    agent,
    outcome,
  }: {
    agent: { id: string; name: string };
    outcome: string;
  }) {
    if (outcome !== 'missed') return void misses.delete(agent.id);
    const missed = (misses.get(agent.id) ?? 0) + 1;
    misses.set(agent.id, missed);
    const most = Math.max(...[...(routing?.queues.values() ?? [])].map((it) => it.offer.misses));
    if (missed >= most && statusOf(agent.id) === 'available') await availabilities.setAway(agent);
  }

  /** One after another: nobody looks at a pool that somebody else is changing. */
  function queue(work: () => Promise<void>): Promise<void> {
    const done = running.then(work);
    running = done.catch(() => {});
    return done;
  }

  return {
    rebuild: () => queue(rebuild),
    hear: (records) =>
      queue(async () => {
        const touched = new Set<string>();
        for (const record of records) for (const id of await touchedBy(record)) touched.add(id);
        await settle(touched);
      }),
    tick: () => queue(() => settle(clockwork.due(now()))),
    board: () => ledger.board({ routing, now: now(), statusOf, loadOf: pool.loadOf }),
  };
}
