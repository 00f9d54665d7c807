import type { DatabaseSync } from 'node:sqlite';
import {
  type Attempt,
  type Deliveries,
  type Delivery,
  type DeliveryState,
  type EndpointState,
  faringWell,
  type SinkCursor,
} from '../../deliveries.ts';

export type Reads = Pick<
  Deliveries,
  'cursor' | 'get' | 'due' | 'nextAt' | 'list' | 'attempts' | 'counts' | 'state'
>;

const DELIVERY = `SELECT d.endpoint, d.log_offset AS "offset", d.conversation, d.state, d.attempts,
  d.next_at AS nextAt, d.created_at AS createdAt FROM delivery d`;

/**
 * The first pending one of each conversation. Steps from conversation to conversation by the index, so
 * that a long queue in one costs nothing, and without sorting, so that it stops where it has enough.
 */
const FIRST = `WITH RECURSIVE waiting(conversation) AS (
    SELECT min(conversation) FROM delivery WHERE endpoint = :endpoint AND state = 'pending'
    UNION ALL
    SELECT (SELECT min(conversation) FROM delivery WHERE endpoint = :endpoint AND state = 'pending'
      AND conversation > waiting.conversation) FROM waiting WHERE waiting.conversation IS NOT NULL)
  ${DELIVERY} JOIN waiting ON d.log_offset = (SELECT min(log_offset) FROM delivery
    WHERE endpoint = :endpoint AND state = 'pending' AND conversation = waiting.conversation)
  WHERE waiting.conversation IS NOT NULL AND d.endpoint = :endpoint AND d.next_at <= :now
  LIMIT :limit`;

/** Those of no conversation; any other index would walk through all that wait in conversations. */
const LOOSE = `${DELIVERY} INDEXED BY delivery_order WHERE endpoint = :endpoint AND state = 'pending'
  AND conversation IS NULL AND next_at <= :now ORDER BY log_offset LIMIT :limit`;

const byDue = (a: Delivery, b: Delivery): number => a.nextAt - b.nextAt || a.offset - b.offset;

/** SQLite's rows have no prototype; ours are plain objects. */
const plain = <T>(row: unknown): T => ({ ...(row as object) }) as T;

export function deliveryReads(db: DatabaseSync): Reads {
  const cursor = db.prepare(
    'SELECT sink, epoch, log_offset AS "offset" FROM cursor WHERE sink = ?',
  );
  const get = db.prepare(`${DELIVERY} WHERE endpoint = ? AND log_offset = ?`);
  const due = db.prepare(
    `${DELIVERY} WHERE endpoint = :endpoint AND state = 'pending' AND next_at <= :now
     ORDER BY next_at, log_offset LIMIT :limit`,
  );
  const [first, loose] = [db.prepare(FIRST), db.prepare(LOOSE)];
  const nextAt = db.prepare(
    `SELECT min(next_at) AS at FROM delivery
     WHERE endpoint = ? AND state = 'pending' AND next_at > ?`,
  );
  const listOf = (and: string) =>
    db.prepare(
      `${DELIVERY} WHERE endpoint = :endpoint AND log_offset < :before ${and}
       ORDER BY log_offset DESC LIMIT :limit`,
    );
  const [list, listState] = [listOf(''), listOf('AND state = :state')];
  const attempts = db.prepare(
    `SELECT endpoint, log_offset AS "offset", at, duration_ms AS durationMs, status, error, request,
       response FROM attempt WHERE endpoint = ? AND log_offset = ? ORDER BY n`,
  );
  const count = db.prepare(
    'SELECT count(*) AS n FROM (SELECT 1 FROM delivery WHERE endpoint = ? AND state = ? LIMIT ?)',
  );
  const state = db.prepare(
    `SELECT endpoint, disabled, failing_since AS failingSince, failures
     FROM endpoint_state WHERE endpoint = ?`,
  );
  const found = <T>(row: unknown) => (row ? plain<T>(row) : undefined);
  return {
    cursor: (sink) => found<SinkCursor>(cursor.get(sink)),
    get: (endpoint, offset) => found<Delivery>(get.get(endpoint, offset)),
    due: ({ inOrder, ...bound }) => {
      if (!inOrder) return due.all(bound).map((row) => plain<Delivery>(row));
      const found = [...first.all(bound), ...loose.all(bound)].map((row) => plain<Delivery>(row));
      return found.sort(byDue).slice(0, bound.limit);
    },
    nextAt: (endpoint, now) => (nextAt.get(endpoint, now)?.at ?? undefined) as number | undefined,
    list: ({ state: only, ...bound }) =>
      (only ? listState.all({ state: only, ...bound }) : list.all(bound)).map((row) =>
        plain<Delivery>(row),
      ),
    attempts: (endpoint, offset) =>
      attempts.all(endpoint, offset).map((row) => plain<Attempt>(row)),
    counts: (endpoint, cap) => {
      const of = (one: DeliveryState) => Number(count.get(endpoint, one, cap + 1)?.n);
      return { pending: of('pending'), delivered: of('delivered'), dead: of('dead') };
    },
    state: (endpoint) => found<EndpointState>(state.get(endpoint)) ?? faringWell(endpoint),
  };
}
