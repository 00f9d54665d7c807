import {
  type Attempt,
  type Deliveries,
  type Delivery,
  type EndpointState,
  fare,
  type SinkCursor,
} from '../../deliveries.ts';
import type { Db } from '../db.ts';
import { stateOf } from './reads.ts';

type Writes = Omit<
  Deliveries,
  'cursor' | 'get' | 'due' | 'nextAt' | 'list' | 'attempts' | 'counts' | 'state' | 'under'
>;

/** Runs `work` in one transaction. */
export type Atomically = <T>(work: (db: Db) => Promise<T>) => Promise<T>;

async function saveCursor(db: Db, { sink, epoch, offset }: SinkCursor): Promise<void> {
  await db.run(
    `INSERT INTO sink_cursor (sink, epoch, log_offset) VALUES ($1, $2, $3)
     ON CONFLICT (sink) DO UPDATE SET epoch = excluded.epoch, log_offset = excluded.log_offset`,
    [sink, epoch, offset],
  );
}

/**
 * What is filed once is not filed again by the relay that did it: a server that crashed would have forgotten
 * it. Everything else that is lost only comes twice.
 */
const SYNCED = 'SET LOCAL synchronous_commit TO DEFAULT';

/** Of one that is named twice, the later counts: one statement writes a row once. */
const eachOnce = (deliveries: Delivery[]): Delivery[] => [
  ...new Map(deliveries.map((it) => [`${it.endpoint} ${it.offset}`, it])).values(),
];

async function file(db: Db, deliveries: Delivery[]): Promise<void> {
  const rows = eachOnce(deliveries);
  await db.run(
    `INSERT INTO delivery (endpoint, log_offset, conversation, state, attempts, next_at, created_at)
     SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::bigint[],
       $6::bigint[], $7::bigint[])
     ON CONFLICT (endpoint, log_offset) DO UPDATE SET state = excluded.state, attempts = 0,
       next_at = excluded.next_at, created_at = excluded.created_at`,
    [
      rows.map(({ endpoint }) => endpoint),
      rows.map(({ offset }) => offset),
      rows.map(({ conversation }) => conversation),
      rows.map(({ state }) => state),
      rows.map(({ attempts }) => attempts),
      rows.map(({ nextAt }) => nextAt),
      rows.map(({ createdAt }) => createdAt),
    ],
  );
}

async function note(db: Db, it: Attempt): Promise<void> {
  await db.run(
    `INSERT INTO attempt (endpoint, log_offset, n, at, duration_ms, status, error, request, response)
     SELECT $1::text, $2::bigint, coalesce(max(n), 0) + 1, $3::bigint, $4::bigint, $5::bigint,
       $6::text, $7::text, $8::text FROM attempt WHERE endpoint = $1 AND log_offset = $2`,
    [it.endpoint, it.offset, it.at, it.durationMs, it.status, it.error, it.request, it.response],
  );
}

async function saveState(db: Db, it: EndpointState): Promise<void> {
  await db.run(
    `INSERT INTO endpoint_state (endpoint, disabled, failing_since, failures)
     VALUES ($1, $2, $3, $4) ON CONFLICT (endpoint) DO UPDATE SET disabled = excluded.disabled,
       failing_since = excluded.failing_since, failures = excluded.failures`,
    [it.endpoint, it.disabled, it.failingSince, it.failures],
  );
}

async function settle(db: Db, it: Delivery, attempt: Attempt) {
  await db.run(
    `UPDATE delivery SET state = $1, attempts = $2, next_at = $3
     WHERE endpoint = $4 AND log_offset = $5`,
    [it.state, it.attempts, it.nextAt, it.endpoint, it.offset],
  );
  await note(db, attempt);
  const before = await stateOf(db, it.endpoint);
  const after = fare(before, attempt);
  if (after !== before) await saveState(db, after);
  return { before, after };
}

/** Rows of endpoints that are no more, then the oldest; `limit` of each at most. */
const PRUNE = `WITH RECURSIVE known(id) AS (SELECT min(endpoint) FROM delivery UNION ALL
    SELECT (SELECT min(endpoint) FROM delivery WHERE endpoint > known.id) FROM known
    WHERE known.id IS NOT NULL),
  old AS (
    (SELECT d.endpoint, d.log_offset FROM known CROSS JOIN LATERAL (
       SELECT endpoint, log_offset FROM delivery WHERE endpoint = known.id LIMIT $3) d
     WHERE known.id IS NOT NULL AND NOT known.id = ANY($1::text[]))
    UNION
    (SELECT endpoint, log_offset FROM delivery WHERE created_at < $2
     ORDER BY created_at LIMIT $3)),
  tries AS (DELETE FROM attempt a USING old
    WHERE a.endpoint = old.endpoint AND a.log_offset = old.log_offset)
  DELETE FROM delivery d USING old
  WHERE d.endpoint = old.endpoint AND d.log_offset = old.log_offset`;

/** @param alone runs what is one statement */
export const deliveryWrites = (alone: Atomically, atomically: Atomically): Writes => ({
  saveCursor: (cursor) => alone((db) => saveCursor(db, cursor)),
  file: (deliveries, cursor) =>
    atomically(async (tx) => {
      await tx.run(SYNCED);
      await file(tx, deliveries);
      if (cursor) await saveCursor(tx, cursor);
    }),
  settle: (delivery, attempt) => atomically((tx) => settle(tx, delivery, attempt)),
  note: (attempt) => alone((db) => note(db, attempt)),
  async forgetAnswers(endpoints, offsets) {
    await alone((db) =>
      db.run(
        `UPDATE attempt SET response = NULL
         WHERE endpoint = ANY($1::text[]) AND log_offset = ANY($2::bigint[])`,
        [endpoints, offsets],
      ),
    );
  },
  revive: (endpoint, since, now) =>
    alone((db) =>
      db.run(
        `UPDATE delivery SET state = 'pending', attempts = 0, next_at = $1
         WHERE endpoint = $2 AND state = 'dead' AND created_at >= $3`,
        [now, endpoint, since],
      ),
    ),
  async hasten(endpoint, latest) {
    await alone((db) =>
      db.run(
        `UPDATE delivery d SET next_at = l.at
       FROM unnest($2::bigint[]) WITH ORDINALITY AS l(at, n)
       WHERE d.endpoint = $1 AND d.state = 'pending' AND d.attempts = l.n - 1 AND d.next_at > l.at`,
        [endpoint, latest],
      ),
    );
  },
  saveState: (state) => alone((db) => saveState(db, state)),
  prune: ({ before, endpoints, limit }) =>
    atomically(async (tx) => {
      const removed = await tx.run(PRUNE, [endpoints, before, limit]);
      await tx.run('DELETE FROM endpoint_state WHERE NOT endpoint = ANY($1::text[])', [endpoints]);
      return removed >= limit;
    }),
  clear: () =>
    atomically(async (tx) => {
      await tx.run('DELETE FROM delivery');
      await tx.run('DELETE FROM attempt');
    }),
});
