import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { Tombstone } from '@throughline/shared/schema';
import type { Draft, EventReads, LogRecord, Tx } from '../store.ts';
import type { LogChange } from './lane.ts';
import { runReads } from './runs.ts';

type Row = Record<string, SQLInputValue>;

const toRecord = (row: Row): LogRecord =>
  ({
    offset: row.log_offset,
    id: row.id,
    type: row.type,
    site: row.site,
    contact: row.contact,
    conversation: row.conversation_id,
    seq: row.seq,
    pub: row.pub,
    time: row.time,
    actor: JSON.parse(row.actor as string),
    cause: row.cause === null ? null : JSON.parse(row.cause as string),
    data: JSON.parse(row.data as string),
  }) as LogRecord;

const SELECT = `SELECT e.*, c.id AS conversation_id FROM event e
  LEFT JOIN conversation c ON c.no = e.conversation`;
const OF = 'e.conversation = (SELECT no FROM conversation WHERE id = :id)';

export const TOMBSTONE: Tombstone = { redacted: true };

export function eventReads(db: DatabaseSync): EventReads {
  const find = db.prepare(`${SELECT} WHERE e.id = ?`);
  const log = db.prepare(`${SELECT} WHERE e.log_offset > ? ORDER BY e.log_offset LIMIT ?`);
  const newest = db.prepare('SELECT coalesce(max(log_offset), 0) AS last FROM event');
  // One writer: nothing comes before what is there.
  const last = () => Number(newest.get()?.last);
  const firstSince = db.prepare(
    `SELECT min(log_offset) AS "offset" FROM event
     WHERE log_offset > :after AND log_offset <= :upTo AND time >= :time`,
  );
  const forward = db.prepare(
    `${SELECT} WHERE ${OF} AND e.seq > :after ORDER BY e.seq LIMIT :limit`,
  );
  const forwardPub = db.prepare(
    `${SELECT} WHERE ${OF} AND e.seq > :after AND e.pub > :after ORDER BY e.seq LIMIT :limit`,
  );
  const backward = db.prepare(
    `${SELECT} WHERE ${OF} AND e.seq < :before ORDER BY e.seq DESC LIMIT :limit`,
  );
  const backwardPub = db.prepare(
    `${SELECT} WHERE ${OF} AND e.pub < :before ORDER BY e.seq DESC LIMIT :limit`,
  );
  const ofContact = db.prepare(
    `${SELECT} WHERE e.conversation IS NULL AND e.contact = ? AND e.log_offset < ?
     ORDER BY e.log_offset DESC LIMIT ?`,
  );
  const forwardOf = db.prepare(
    `${SELECT} WHERE e.conversation IS NULL AND e.contact = ? AND e.log_offset > ?
     ORDER BY e.log_offset LIMIT ?`,
  );
  const happened = db.prepare(
    `${SELECT} WHERE e.conversation IS NULL AND e.contact = :contact AND e.log_offset > :after
       AND e.time >= :from AND e.type = 'event.tracked' AND e.actor ->> '$.kind' = 'bot'
       AND e.data ->> '$.name' IN (SELECT value FROM json_each(:names))
     ORDER BY e.log_offset LIMIT 1`,
  );
  const lastRun = db.prepare(
    `SELECT log_offset AS "offset", time FROM event
     WHERE contact = ? AND type = 'bot.started' AND data ->> '$.bot' = ?
     ORDER BY log_offset DESC LIMIT 1`,
  );
  // What was said before a message says nothing of it.
  const amendments = db.prepare(
    `${SELECT} WHERE ${OF} AND e.seq > (SELECT seq FROM event WHERE id = :message) AND e.type IN ('message.updated', 'message.deleted',
       'message.action_clicked', 'form.submitted', 'survey.submitted', 'payment.completed')
     AND e.data ->> '$.message' = :message ORDER BY e.seq`,
  );
  const all = (statement: StatementSync, bound: Record<string, SQLInputValue>) =>
    statement.all(bound).map((row) => toRecord(row as Row));
  return {
    ...runReads(db),
    find: (id) => {
      const row = find.get(id);
      return row && toRecord(row as Row);
    },
    log: (after, limit) => log.all(after, limit).map((row) => toRecord(row as Row)),
    head: last,
    last,
    firstSince: (time, of) => (firstSince.get({ time, ...of })?.offset ?? undefined) as number,
    forward: ({ conversation: id, position: after, limit, publicOnly }) =>
      all(publicOnly ? forwardPub : forward, { id, after, limit }),
    backward: ({ conversation: id, position: before, limit, publicOnly }) =>
      all(publicOnly ? backwardPub : backward, { id, before, limit }),
    happened: (contact, { names, after, from = 0 }) => {
      const row = happened.get({ contact, after, from, names: JSON.stringify(names) });
      return row && (toRecord(row as Row) as LogRecord<'event.tracked'>);
    },
    lastRun: (...bound) => lastRun.get(...bound) as { offset: number; time: number } | undefined,
    ofContact: (...bound) => ofContact.all(...bound).map((row) => toRecord(row as Row)),
    forwardOf: (...bound) => forwardOf.all(...bound).map((row) => toRecord(row as Row)),
    amendments: (id, message) => all(amendments, { id, message }),
  };
}

/** Notes what it does in `change`, so that the lane can tell followers once committed. */
export function eventWrites(
  db: DatabaseSync,
  change: LogChange,
): Omit<Tx['events'], keyof EventReads> {
  const insert = db.prepare(
    `INSERT INTO event (id, type, site, contact, conversation, seq, pub, time, actor, cause, data)
     VALUES (?, ?, ?, ?, (SELECT no FROM conversation WHERE id = ?), ?, ?, ?, ?, ?, ?)`,
  );
  const redact = db.prepare('UPDATE event SET data = ? WHERE log_offset = ?');
  return {
    append: (draft: Draft) => {
      const { lastInsertRowid } = insert.run(
        draft.id,
        draft.type,
        draft.site,
        draft.contact,
        draft.conversation,
        draft.seq,
        draft.pub,
        draft.time,
        JSON.stringify(draft.actor),
        draft.cause && JSON.stringify(draft.cause),
        JSON.stringify(draft.data),
      );
      const record: LogRecord = { ...draft, offset: Number(lastInsertRowid) };
      change.appended.push(record);
      return record;
    },
    redact: (offsets) => {
      for (const offset of offsets) redact.run(JSON.stringify(TOMBSTONE), offset);
      change.redacted.push(...offsets);
    },
  };
}
