import type { Tombstone } from '@throughline/shared/schema';
import type { Draft, EventReads, LogRecord, Tx } from '../store.ts';
import { type Db, json, jsonOrNull } from './db.ts';
import { runReads } from './runs.ts';
import type { Appended } from './transaction.ts';

const SELECT = `SELECT e.log_offset AS "offset", e.id, e.type, e.site, e.contact,
    c.id AS conversation, e.seq, e.pub, e.time, e.actor, e.cause, e.data
  FROM event e LEFT JOIN conversation c ON c.no = e.conversation`;
const OF = 'e.conversation = (SELECT no FROM conversation WHERE id = $1)';

const TOMBSTONE: Tombstone = { redacted: true };

const lastOf = (db: Db) => async (): Promise<number> => {
  const sql = 'SELECT coalesce(max(log_offset), 0) AS last FROM event';
  return (await db.row<{ last: number }>(sql))?.last ?? 0;
};

/** As they stand, and what a transaction wrote itself; readers of the log stop at the fence (`fence.ts`). */
export const eventReads = (db: Db): EventReads => ({
  ...runReads(db),
  happened: (contact, { names, after, from = 0 }) =>
    db.row<LogRecord<'event.tracked'>>(
      `${SELECT} WHERE e.conversation IS NULL AND e.contact = $1 AND e.log_offset > $2
         AND e.time >= $3 AND e.type = 'event.tracked' AND e.actor ->> 'kind' = 'bot'
         AND e.data ->> 'name' = ANY($4::text[])
       ORDER BY e.log_offset LIMIT 1`,
      [contact, after, from, names],
    ),
  lastRun: (contact, bot) =>
    db.row<{ offset: number; time: number }>(
      `SELECT log_offset AS "offset", time FROM event
       WHERE contact = $1 AND type = 'bot.started' AND data ->> 'bot' = $2
       ORDER BY log_offset DESC LIMIT 1`,
      [contact, bot],
    ),
  find: (id) => db.row<LogRecord>(`${SELECT} WHERE e.id = $1`, [id]),
  log: (after, limit) =>
    db.rows<LogRecord>(`${SELECT} WHERE e.log_offset > $1 ORDER BY e.log_offset LIMIT $2`, [
      after,
      limit,
    ]),
  head: lastOf(db),
  last: lastOf(db),
  async firstSince(time, { after, upTo }) {
    const found = await db.row<{ first: number | null }>(
      `SELECT min(log_offset) AS first FROM event
       WHERE log_offset > $1 AND log_offset <= $2 AND time >= $3`,
      [after, upTo, time],
    );
    return found?.first ?? undefined;
  },
  forward: ({ conversation, position, limit, publicOnly }) =>
    db.rows<LogRecord>(
      `${SELECT} WHERE ${OF} AND e.seq > $2 ${publicOnly ? 'AND e.pub > $2' : ''}
       ORDER BY e.seq LIMIT $3`,
      [conversation, position, limit],
    ),
  backward: ({ conversation, position, limit, publicOnly }) =>
    db.rows<LogRecord>(
      `${SELECT} WHERE ${OF} AND ${publicOnly ? 'e.pub' : 'e.seq'} < $2
       ORDER BY e.seq DESC LIMIT $3`,
      [conversation, position, limit],
    ),
  ofContact: (contact, before, limit) =>
    db.rows<LogRecord>(
      `${SELECT} WHERE e.conversation IS NULL AND e.contact = $1 AND e.log_offset < $2
       ORDER BY e.log_offset DESC LIMIT $3`,
      [contact, before, limit],
    ),
  forwardOf: (contact, after, limit) =>
    db.rows<LogRecord>(
      `${SELECT} WHERE e.conversation IS NULL AND e.contact = $1 AND e.log_offset > $2
       ORDER BY e.log_offset LIMIT $3`,
      [contact, after, limit],
    ),
  amendments: (conversation, message) =>
    db.rows<LogRecord>(
      `${SELECT} WHERE ${OF} AND e.type IN ('message.updated', 'message.deleted',
         'message.action_clicked', 'form.submitted', 'survey.submitted', 'payment.completed')
       AND e.data ->> 'message' = $2 ORDER BY e.seq`,
      [conversation, message],
    ),
});

/** `appended` hears of what was written, so that the lane can tell followers once committed. */
export const eventWrites = (
  db: Db,
  appended: (what: Appended) => void,
): Omit<Tx['events'], keyof EventReads> => ({
  async append(draft: Draft) {
    const made = await db.row<{ offset: number }>(
      `INSERT INTO event (id, type, site, contact, conversation, seq, pub, time, actor, cause, data)
       VALUES ($1, $2, $3, $4, (SELECT no FROM conversation WHERE id = $5), $6, $7, $8, $9, $10, $11)
       RETURNING log_offset AS "offset"`,
      [
        draft.id,
        draft.type,
        draft.site,
        draft.contact,
        draft.conversation,
        draft.seq,
        draft.pub,
        draft.time,
        json(draft.actor),
        jsonOrNull(draft.cause),
        json(draft.data),
      ],
    );
    const offset = made?.offset ?? 0;
    appended({ offset, id: draft.id });
    return { ...draft, offset };
  },
  async redact(offsets) {
    await db.run('UPDATE event SET data = $1 WHERE log_offset = ANY($2)', [
      json(TOMBSTONE),
      offsets,
    ]);
  },
});
