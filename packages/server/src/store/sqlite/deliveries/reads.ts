import type { DatabaseSync } from 'node:sqlite';
import type {
  Attempt,
  Deliveries,
  Delivery,
  DeliveryState,
  EndpointState,
} from '../../deliveries.ts';

export type Reads = Pick<
  Deliveries,
  'cursor' | 'get' | 'due' | 'nextAt' | 'list' | 'attempts' | 'counts' | 'state'
>;

const DELIVERY = `SELECT endpoint, log_offset AS "offset", conversation, state, attempts,
  next_at AS nextAt, created_at AS createdAt FROM delivery d`;

/** Nothing pending stands before it in its conversation. */
const FIRST = `NOT EXISTS (SELECT 1 FROM delivery p WHERE p.endpoint = d.endpoint
  AND p.conversation = d.conversation AND p.state = 'pending' AND p.log_offset < d.log_offset)`;

/** SQLite's rows have no prototype; ours are plain objects. */
const plain = <T>(row: unknown): T => ({ ...(row as object) }) as T;

export function deliveryReads(db: DatabaseSync): Reads {
  const cursor = db.prepare('SELECT log_offset FROM cursor');
  const get = db.prepare(`${DELIVERY} WHERE endpoint = ? AND log_offset = ?`);
  const dueOf = (and: string) =>
    db.prepare(
      `${DELIVERY} WHERE endpoint = :endpoint AND state = 'pending' AND next_at <= :now ${and}
       ORDER BY next_at, log_offset LIMIT :limit`,
    );
  const [due, dueInOrder] = [dueOf(''), dueOf(`AND ${FIRST}`)];
  const nextAt = db.prepare(
    `SELECT min(next_at) AS at FROM delivery WHERE endpoint = ? AND state = 'pending'`,
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
    `SELECT endpoint, disabled, failing_since AS failingSince FROM endpoint_state WHERE endpoint = ?`,
  );
  const found = <T>(row: unknown) => (row ? plain<T>(row) : undefined);
  return {
    cursor: () => cursor.get()?.log_offset as number | undefined,
    get: (endpoint, offset) => found<Delivery>(get.get(endpoint, offset)),
    due: ({ inOrder, ...bound }) =>
      (inOrder ? dueInOrder : due).all(bound).map((row) => plain<Delivery>(row)),
    nextAt: (endpoint) => (nextAt.get(endpoint)?.at ?? undefined) as number | undefined,
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
    state: (endpoint) => found<EndpointState>(state.get(endpoint)),
  };
}
