import { randomUUIDv7 } from 'node:crypto';
import { activePages } from '../conversations/active.ts';
import type { Conversations } from '../conversations/commands.ts';
import { type Conversation, holderOf, type Queries } from '../conversations/queries.ts';
import type { Follows } from '../events/keep-up.ts';
import type { Log, LogRecord } from '../events/log.ts';
import type { Clock } from '../lib/clock.ts';
import { type Clockwork, createClockwork } from '../lib/clockwork.ts';
import type { Logger } from '../lib/logger.ts';
import { createTurnstile } from '../lib/turnstile.ts';
import type { Availabilities } from '../presence/availability.ts';
import { changesAccess } from '../settings/accounts.ts';
import type { CompiledRouting } from '../settings/routing/compile.ts';
import type { RoutingInForce } from '../settings/routing/in-force.ts';
import { isOpen } from '../settings/routing/opening.ts';
import { serves } from '../settings/routing/serve.ts';
import { targetOf } from '../settings/routing/target.ts';
import type { Sources } from '../settings/routing/view.ts';
import { overflows } from '../settings/routing/vocabulary.ts';
import { type Board, createLedger, type Ledger, type Standing } from './board.ts';
import { createEstimates, type Estimates, type Range } from './estimates.ts';
import { type Desk, type Order, offerTo, orderOf } from './orders.ts';
import { createPool, type Pool } from './pool.ts';
import { type Surroundings, stepOf } from './step.ts';

export interface RouterParts extends Sources {
  events: Pick<Log, 'head' | 'read'>;
  queries: Pick<Queries, 'get' | 'active' | 'ofContact' | 'facts'>;
  availabilities: Pick<Availabilities, 'statusOf' | 'learn'>;
  routing: RoutingInForce;
  now: Clock;
  log: Logger;
}

/** What only one relay has at a time: the others keep up with what it does, and give no orders. */
export interface Acting {
  conversations: Pick<Conversations, 'run'>;
  /** Whether a bot answers it first, or is about to. */
  claims(row: Conversation): Promise<boolean>;
  setAway: Availabilities['setAway'];
}

export interface Router extends Follows {
  /** Begins to give orders, from what is open now; undefined: gives none any more. */
  act(acting: Acting | undefined): Promise<void>;
  /** How things stand now. */
  board(): Board;
  /** What these contacts can be told now. */
  standings(contacts: Iterable<string>): (Standing & { range: Range | undefined })[];
}

const ROUTER = { kind: 'system', id: 'routing' } as const;
const PAGE = 1000;
const LATER_MS = 1000;
/** Records of the log estimates are made of. */
const RECALLED = 20_000;

/** What steps and orders look at. */
type Place = Desk & Surroundings;

const poolFor = (routing: CompiledRouting | undefined): Pool =>
  createPool(({ queue, ring, need }, person) => {
    const found = routing?.queues.get(queue)?.rings[ring];
    const agent = routing?.agents.get(person.id);
    return found !== undefined && agent !== undefined && serves(found, agent, need);
  });

/** Routing as it stands: what is published, what waits, who is there. */
interface State {
  routing: CompiledRouting | undefined;
  /** Undefined: another relay gives the orders. */
  acting: Acting | undefined;
  pool: Pool;
  clockwork: Clockwork;
  ledger: Ledger;
  estimates: Estimates;
  /** Looked at again with what comes. */
  refused: Set<string>;
  /** Offers in a row that somebody let pass. */
  misses: Map<string, number>;
}

function deskOf(parts: RouterParts, { pool, estimates }: State, routing: CompiledRouting): Place {
  const now = parts.now();
  const { statusOf } = parts.availabilities;
  return {
    ...parts,
    routing,
    pool,
    now,
    statusOf,
    isAvailable: (agent) => statusOf(agent) === 'available',
    expected: (queue) => estimates.expected(queue, now),
    applies(queue, { when }, waitedMs) {
      const open = queue.hours === undefined || isOpen(queue.hours, now);
      const load = { waiting: pool.waiting, available: pool.available };
      return !when || when.evaluate(overflows.scope({ open, waitedMs, load })) === true;
    },
  };
}

/** From a row whose holder is counted to its step: in memory at once, and as an order where there is something to do. */
async function look(row: Conversation, state: State, at: Place): Promise<Order | undefined> {
  const { pool, clockwork, ledger, acting } = state;
  const target = targetOf(row, at.routing);
  const step = stepOf(row, at, target);
  ledger.see(row, target);
  if (step.do === 'wait') pool.wait(step.item);
  else pool.leave(row.id);
  clockwork.set(row.id, 'dueAt' in step ? step.dueAt : null);
  if (!acting) return undefined;
  if (step.do === 'place' && (await acting.claims(row))) {
    clockwork.set(row.id, at.now + LATER_MS);
    return undefined;
  }
  return orderOf(row, step, at);
}

/**
 * Gives an order. What is refused was decided behind the log: nothing is held for anybody, and it is looked
 * at again with what comes, or a little later.
 */
async function give(
  { name, input }: Order,
  state: State,
  { parts, at, acting }: { parts: RouterParts; at: Place; acting: Acting },
): Promise<void> {
  const order = { id: randomUUIDv7(), ...input };
  const outcome = await acting.conversations.run(ROUTER, name, order as never);
  if (outcome.ok) return;
  parts.log.debug({ name, code: outcome.error.code }, 'routing was refused');
  const row = await parts.queries.get(input.conversation);
  if (row) {
    state.pool.hold(row.id, holderOf(row));
    await look(row, state, at);
  }
  state.refused.add(input.conversation);
  state.clockwork.set(input.conversation, parts.now() + LATER_MS);
}

/** What is to be done about rows whose holders are counted. */
async function ordersOf(rows: Conversation[], state: State, at: Place): Promise<Order[]> {
  const orders: Order[] = [];
  for (const row of rows) {
    const order = await look(row, state, at);
    if (order) orders.push(order);
  }
  return orders;
}

/** Gives orders, and what waits to who has room. */
async function carryOut(
  orders: Order[],
  state: State,
  { parts, at }: { parts: RouterParts; at: Place },
): Promise<void> {
  const { pool, acting } = state;
  if (!acting) return;
  const all = [...orders];
  for (const match of pool.match(at.now)) {
    const row = await parts.queries.get(match.item.conversation);
    if (row) all.push(offerTo(match, row, at));
  }
  for (let from = 0; from < all.length; from += PAGE) {
    const some = all.slice(from, from + PAGE);
    await Promise.all(some.map((order) => give(order, state, { parts, at, acting })));
  }
}

const holdAll = (rows: Conversation[], { pool }: State): void => {
  for (const row of rows) pool.hold(row.id, holderOf(row));
};

/** Looks at some, and gives what that comes to. */
async function settle(ids: Iterable<string>, state: State, parts: RouterParts): Promise<void> {
  if (!state.routing) return;
  const at = deskOf(parts, state, state.routing);
  const rows: Conversation[] = [];
  for (const id of ids) {
    const row = await parts.queries.get(id);
    if (row) rows.push(row);
  }
  // Who has room depends on all of them: first what they hold, then what to do.
  holdAll(rows, state);
  await carryOut(await ordersOf(rows, state, at), state, { parts, at });
}

/** Looks at all that is open before anything is given: who has waited longest may be on the last page. */
async function settleAll(state: State, parts: RouterParts): Promise<void> {
  if (!state.routing) return;
  const at = deskOf(parts, state, state.routing);
  const orders: Order[] = [];
  for await (const rows of activePages(parts.queries)) holdAll(rows, state);
  for await (const rows of activePages(parts.queries))
    orders.push(...(await ordersOf(rows, state, at)));
  await carryOut(orders, state, { parts, at });
}

function seat(id: string, { routing, pool }: State, { availabilities }: RouterParts): void {
  const agent = routing?.agents.get(id);
  const available = availabilities.statusOf(id) === 'available';
  if (agent) pool.setPerson({ ...agent, available });
}

/** Reads all that is open, and who is there, anew. */
async function rebuild(state: State, parts: RouterParts): Promise<void> {
  await parts.routing.refresh();
  state.routing = parts.routing.current;
  state.pool = poolFor(state.routing);
  state.ledger.clear();
  for (const id of state.routing?.agents.keys() ?? []) seat(id, state, parts);
  await settleAll(state, parts);
}

/** Whoever lets several offers pass is not there, whatever they said. */
async function countMiss(
  agent: { id: string; name: string },
  { routing, misses, acting }: State,
  { availabilities }: RouterParts,
): Promise<void> {
  const missed = (misses.get(agent.id) ?? 0) + 1;
  misses.set(agent.id, missed);
  const queues = [...(routing?.queues.values() ?? [])];
  const most = Math.min(...queues.map(({ offer }) => offer.misses));
  if (missed >= most && availabilities.statusOf(agent.id) === 'available')
    await acting?.setAway(agent);
}

/** Somebody routing did not know: they may have an account since. Most are nobody it is about. */
async function meet(id: string, state: State, parts: RouterParts): Promise<void> {
  await parts.routing.refresh();
  if (parts.routing.current?.agents.has(id)) await rebuild(state, parts);
}

/** Conversations whose step may be another one after a record. */
async function touchedBy(record: LogRecord, state: State, parts: RouterParts): Promise<string[]> {
  const { type, data, conversation } = record;
  if (type === 'config.published' || changesAccess(record)) await rebuild(state, parts);
  if (type === 'agent.status_changed' && 'agent' in data) {
    const { id } = data.agent;
    await parts.availabilities.learn([id]);
    if (state.routing && !state.routing.agents.has(id)) await meet(id, state, parts);
    state.misses.delete(id);
    seat(id, state, parts);
    return [...state.pool.heldBy(id)];
  }
  if (type === 'conversation.offer_ended' && 'outcome' in data) {
    if (data.outcome === 'missed') await countMiss(data.agent, state, parts);
    else state.misses.delete(data.agent.id);
  }
  return conversation === null ? [] : [conversation];
}

/** What the newest part of the log says of waits that are over. */
async function recall(estimates: Estimates, { events }: RouterParts): Promise<void> {
  const head = await events.head();
  let after = Math.max(0, head - RECALLED);
  while (after < head) {
    const records = await events.read(after, PAGE);
    for (const record of records) estimates.hear(record);
    after = records.at(-1)?.offset ?? head;
  }
}

/** Brings what waits to who may take it: from rows to steps, from steps to commands (decision 0021). */
export function createRouter(parts: RouterParts): Router {
  const state: State = {
    routing: undefined,
    acting: undefined,
    pool: poolFor(undefined),
    clockwork: createClockwork(),
    ledger: createLedger(),
    estimates: createEstimates(),
    refused: new Set(),
    misses: new Map(),
  };
  // Nobody looks at a pool that somebody else is changing.
  const inTurn = createTurnstile();

  async function hear(records: LogRecord[]): Promise<void> {
    const touched = new Set(state.refused);
    state.refused.clear();
    for (const record of records) state.estimates.hear(record);
    for (const record of records)
      for (const id of await touchedBy(record, state, parts)) touched.add(id);
    await settle(touched, state, parts);
  }

  return {
    rebuild: () =>
      inTurn(async () => {
        await recall(state.estimates, parts);
        await rebuild(state, parts);
      }),
    hear: (records) => inTurn(() => hear(records)),
    act: (acting) =>
      inTurn(async () => {
        state.acting = acting;
        if (!acting) return;
        await rebuild(state, parts).catch((error: unknown) => {
          state.acting = undefined;
          throw error;
        });
      }),
    board() {
      const { routing, ledger, pool } = state;
      const { statusOf } = parts.availabilities;
      return ledger.board({ routing, now: parts.now(), statusOf, heldBy: pool.heldBy });
    },
    standings(contacts) {
      const { routing, ledger, estimates } = state;
      const now = parts.now();
      return ledger.standings(contacts, now).map((standing) => {
        const queue = routing?.queues.get(standing.queue ?? '');
        const isOpenNow = !queue?.hours || isOpen(queue.hours, now);
        const range =
          queue && isOpenNow ? estimates.rangeOf(standing.conversation, now) : undefined;
        return { ...standing, range };
      });
    },
    tick: () => inTurn(() => settle(state.clockwork.due(parts.now()), state, parts)),
  };
}
