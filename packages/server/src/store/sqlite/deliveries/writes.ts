import type { DatabaseSync } from 'node:sqlite';
import { type Deliveries, type Delivery, type EndpointState, fare } from '../../deliveries.ts';
import type { Reads } from './reads.ts';

type Writes = Omit<Deliveries, keyof Reads | 'under'>;

type Atomically = <T>(work: () => T) => T;

const atomicallyOn =
  (db: DatabaseSync): Atomically =>
  (work) => {
    db.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      db.exec('COMMIT');
      return result;
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK');
      throw error;
    }
  };

export function deliveryWrites(db: DatabaseSync, reads: Reads): Writes {
  const atomically = atomicallyOn(db);
  const setCursor = db.prepare(
    `INSERT INTO cursor (sink, epoch, log_offset) VALUES (:sink, :epoch, :offset)
     ON CONFLICT (sink) DO UPDATE SET epoch = excluded.epoch, log_offset = excluded.log_offset`,
  );
  const file = db.prepare(
    `INSERT INTO delivery (endpoint, log_offset, conversation, state, attempts, next_at, created_at)
     VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (endpoint, log_offset)
     DO UPDATE SET state = excluded.state, attempts = 0, next_at = excluded.next_at,
       created_at = excluded.created_at`,
  );
  const settle = db.prepare(
    'UPDATE delivery SET state = ?, attempts = ?, next_at = ? WHERE endpoint = ? AND log_offset = ?',
  );
  const addAttempt = db.prepare(
    `INSERT INTO attempt (endpoint, log_offset, n, at, duration_ms, status, error, request, response)
     SELECT :endpoint, :offset, coalesce(max(n), 0) + 1, :at, :durationMs, :status, :error, :request,
       :response FROM attempt WHERE endpoint = :endpoint AND log_offset = :offset`,
  );
  const revive = db.prepare(
    `UPDATE delivery SET state = 'pending', attempts = 0, next_at = :now
     WHERE endpoint = :endpoint AND state = 'dead' AND created_at >= :since`,
  );
  const hasten = db.prepare(
    `UPDATE delivery SET next_at = :latest WHERE endpoint = :endpoint AND state = 'pending'
     AND attempts = :attempts AND next_at > :latest`,
  );
  const putState = db.prepare(
    `INSERT INTO endpoint_state (endpoint, disabled, failing_since, failures)
     VALUES (:endpoint, :disabled, :failingSince, :failures)
     ON CONFLICT (endpoint) DO UPDATE SET disabled = excluded.disabled,
       failing_since = excluded.failing_since, failures = excluded.failures`,
  );
  const saveState = (state: EndpointState): void => {
    putState.run({ ...state });
  };
  return {
    file: (deliveries, cursor) =>
      atomically(() => {
        for (const d of deliveries)
          file.run(
            d.endpoint,
            d.offset,
            d.conversation,
            d.state,
            d.attempts,
            d.nextAt,
            d.createdAt,
          );
        if (cursor) setCursor.run({ ...cursor });
      }),
    saveCursor: (cursor) => {
      setCursor.run({ ...cursor });
    },
    settle: (d: Delivery, attempt) =>
      atomically(() => {
        settle.run(d.state, d.attempts, d.nextAt, d.endpoint, d.offset);
        addAttempt.run({ ...attempt });
        const before = reads.state(d.endpoint) as EndpointState;
        const after = fare(before, attempt);
        if (after !== before) saveState(after);
        return { before, after };
      }),
    note: (attempt) => {
      addAttempt.run({ ...attempt });
    },
    revive: (endpoint, since, now) => Number(revive.run({ endpoint, since, now }).changes),
    hasten: (endpoint, latest) =>
      atomically(() => {
        for (const [attempts, at] of latest.entries())
          hasten.run({ endpoint, attempts, latest: at });
      }),
    saveState,
    ...upkeep(db, atomically),
  };
}

/** The end of what was kept long enough, or is not to be kept. */
function upkeep(
  db: DatabaseSync,
  atomically: Atomically,
): Pick<Writes, 'forgetAnswers' | 'prune' | 'clear'> {
  const forgetAnswers = db.prepare(
    `UPDATE attempt SET response = NULL WHERE endpoint IN (SELECT value FROM json_each(?))
     AND log_offset IN (SELECT value FROM json_each(?))`,
  );
  const old = db.prepare(
    'SELECT endpoint, log_offset FROM delivery WHERE created_at < ? ORDER BY created_at LIMIT ?',
  );
  // Steps from endpoint to endpoint by the key.
  const endpoints = db.prepare(
    `WITH RECURSIVE known(id) AS (SELECT min(endpoint) FROM delivery UNION ALL
       SELECT (SELECT min(endpoint) FROM delivery WHERE endpoint > known.id) FROM known
       WHERE known.id IS NOT NULL)
     SELECT id FROM known WHERE id IS NOT NULL`,
  );
  const ofEndpoint = db.prepare(
    'SELECT endpoint, log_offset FROM delivery WHERE endpoint = ? LIMIT ?',
  );
  const drops = ['delivery', 'attempt'].map((table) =>
    db.prepare(`DELETE FROM ${table} WHERE endpoint = ? AND log_offset = ?`),
  );
  const forget = db.prepare(
    'DELETE FROM endpoint_state WHERE endpoint NOT IN (SELECT value FROM json_each(?))',
  );

  return {
    forgetAnswers: (endpoints, offsets) => {
      forgetAnswers.run(JSON.stringify(endpoints), JSON.stringify(offsets));
    },
    prune: ({ before, endpoints: kept, limit }) =>
      atomically(() => {
        const orphans = endpoints
          .all()
          .filter(({ id }) => !kept.includes(String(id)))
          .flatMap(({ id }) => ofEndpoint.all(id ?? null, limit));
        const rows = [...orphans, ...old.all(before, limit)];
        for (const { endpoint, log_offset } of rows)
          for (const drop of drops) drop.run(endpoint ?? null, log_offset ?? null);
        forget.run(JSON.stringify(kept));
        return rows.length >= limit;
      }),
    clear: () => {
      db.exec('DELETE FROM delivery; DELETE FROM attempt;');
    },
  };
}
