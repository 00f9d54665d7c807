import {
  type Attempt,
  type Deliveries,
  type Delivery,
  type DeliveryState,
  type EndpointState,
  faringWell,
  type SinkCursor,
} from '../../deliveries.ts';
import type { Db } from '../db.ts';

type Reads = Pick<
  Deliveries,
  'cursor' | 'get' | 'due' | 'nextAt' | 'list' | 'attempts' | 'counts' | 'state'
>;

const DELIVERY = `SELECT d.endpoint, d.log_offset AS "offset", d.conversation, d.state, d.attempts,
  d.next_at AS "nextAt", d.created_at AS "createdAt" FROM delivery d`;

/**
 * The first pending one of each conversation. Steps from conversation to conversation by the index, so
 * that a long queue in one costs nothing, and without sorting, so that it stops where it has enough.
 */
const FIRST = `WITH RECURSIVE waiting(conversation) AS (
    SELECT min(conversation) FROM delivery
    WHERE endpoint = $1 AND state = 'pending' AND conversation IS NOT NULL
    UNION ALL
    SELECT (SELECT min(conversation) FROM delivery WHERE endpoint = $1 AND state = 'pending'
      AND conversation > waiting.conversation) FROM waiting WHERE waiting.conversation IS NOT NULL)
  SELECT d.* FROM waiting CROSS JOIN LATERAL (${DELIVERY}
    WHERE d.endpoint = $1 AND d.state = 'pending' AND d.conversation = waiting.conversation
    ORDER BY d.log_offset LIMIT 1) d
  WHERE d."nextAt" <= $2 LIMIT $3`;

/** Those of no conversation. */
const LOOSE = `${DELIVERY} WHERE d.endpoint = $1 AND d.state = 'pending' AND d.conversation IS NULL
  AND d.next_at <= $2 ORDER BY d.log_offset LIMIT $3`;

const DUE = `${DELIVERY} WHERE d.endpoint = $1 AND d.state = 'pending' AND d.next_at <= $2
  ORDER BY d.next_at, d.log_offset LIMIT $3`;

const byDue = (a: Delivery, b: Delivery): number => a.nextAt - b.nextAt || a.offset - b.offset;

async function counts(db: Db, endpoint: string, cap: number) {
  const count = (state: DeliveryState) => `(SELECT count(*) FROM (SELECT 1 FROM delivery
    WHERE endpoint = $1 AND state = '${state}' LIMIT $2) ${state}) AS ${state}`;
  const found = await db.row<Record<DeliveryState, number>>(
    `SELECT ${count('pending')}, ${count('delivered')}, ${count('dead')}`,
    [endpoint, cap + 1],
  );
  return found as Record<DeliveryState, number>;
}

export async function stateOf(db: Db, endpoint: string): Promise<EndpointState> {
  const found = await db.row<EndpointState>(
    `SELECT endpoint, disabled, failing_since AS "failingSince", failures
     FROM endpoint_state WHERE endpoint = $1 ${db.hold}`,
    [endpoint],
  );
  return found ?? faringWell(endpoint);
}

export const deliveryReads = (db: Db): Reads => ({
  cursor: (sink) =>
    db.row<SinkCursor>(
      'SELECT sink, epoch, log_offset AS "offset" FROM sink_cursor WHERE sink = $1',
      [sink],
    ),
  get: (endpoint, offset) =>
    db.row<Delivery>(`${DELIVERY} WHERE d.endpoint = $1 AND d.log_offset = $2`, [endpoint, offset]),
  async due({ endpoint, now, limit, inOrder }) {
    const of = (sql: string) => db.rows<Delivery>(sql, [endpoint, now, limit]);
    if (!inOrder) return of(DUE);
    const found = [...(await of(FIRST)), ...(await of(LOOSE))];
    return found.sort(byDue).slice(0, limit);
  },
  async nextAt(endpoint, now) {
    const found = await db.row<{ at: number | null }>(
      `SELECT min(next_at) AS at FROM delivery
       WHERE endpoint = $1 AND state = 'pending' AND next_at > $2`,
      [endpoint, now],
    );
    return found?.at ?? undefined;
  },
  list: ({ endpoint, state, before, limit }) =>
    db.rows<Delivery>(
      `${DELIVERY} WHERE d.endpoint = $1 AND d.log_offset < $2 ${state ? 'AND d.state = $4' : ''}
       ORDER BY d.log_offset DESC LIMIT $3`,
      [endpoint, before, limit, ...(state ? [state] : [])],
    ),
  attempts: (endpoint, offset) =>
    db.rows<Attempt>(
      `SELECT endpoint, log_offset AS "offset", at, duration_ms AS "durationMs", status, error,
         request, response FROM attempt WHERE endpoint = $1 AND log_offset = $2 ORDER BY n`,
      [endpoint, offset],
    ),
  counts: (endpoint, cap) => counts(db, endpoint, cap),
  state: (endpoint) => stateOf(db, endpoint),
});
