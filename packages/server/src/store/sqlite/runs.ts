import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import type { EventReads, Run } from '../store.ts';

type Row = Record<string, SQLInputValue>;

const toRun = (row: Row): Run => ({
  bot: String(row.bot),
  startedAt: Number(row.time),
  ended: row.ended as string | null,
  step: row.step as string | null,
  reached: row.reached === 1,
  promises: {
    kept: Number(row.kept),
    broken: Number(row.broken),
    withdrawn: Number(row.withdrawn),
    open: Number(row.made) - Number(row.kept) - Number(row.broken) - Number(row.withdrawn),
  },
  firstAnswerMs: row.first_at === null ? null : Number(row.first_at) - Number(row.asked_at),
});

const ENDED = (outcome: string): string =>
  `(SELECT count(*) FROM event p
      JOIN event q ON q.conversation = p.conversation AND q.seq > p.seq AND q.type = 'promise.ended'
        AND q.data ->> '$.promise' = p.id AND q.data ->> '$.outcome' = '${outcome}'
    WHERE p.conversation = s.conversation AND p.seq > s.seq AND p.type = 'promise.made'
      AND p.data ->> '$.run' = s.run) AS ${outcome}`;

/** Everything a run has come to, from the log behind its beginning. */
export function runReads(db: DatabaseSync): Pick<EventReads, 'runs'> {
  const runs = db.prepare(
    `WITH s AS (
       SELECT log_offset, conversation, contact, seq, time, data ->> '$.run' AS run,
         data ->> '$.bot' AS bot
       FROM event WHERE type = 'bot.started' AND data ->> '$.bot' IS NOT NULL ORDER BY log_offset DESC LIMIT :limit)
     SELECT s.bot, s.time,
       (SELECT coalesce(e.data ->> '$.goal', e.data ->> '$.outcome') FROM event e
        WHERE e.conversation = s.conversation AND e.seq > s.seq AND e.type = 'bot.completed'
          AND e.data ->> '$.run' = s.run LIMIT 1) AS ended,
       (SELECT c.bot ->> '$.state.step' FROM conversation c
        WHERE c.no = s.conversation AND c.bot ->> '$.run' = s.run) AS step,
       EXISTS (SELECT 1 FROM json_each(:goals) g JOIN event e
          ON e.conversation IS NULL AND e.contact = s.contact AND e.log_offset > s.log_offset
        WHERE g.value ->> '$.bot' = s.bot AND e.type = 'event.tracked'
          AND e.actor ->> '$.kind' = 'bot' AND e.data ->> '$.name' = g.value ->> '$.on'
          AND e.time <= s.time + (g.value ->> '$.withinMs')) AS reached,
       (SELECT min(e.time) FROM event e
        WHERE e.conversation = s.conversation AND e.seq > s.seq
          AND e.type = 'message.created' AND e.actor ->> '$.kind' = 'bot') AS first_at,
       coalesce((SELECT max(e.time) FROM event e
        WHERE e.conversation = s.conversation AND e.seq < s.seq
          AND e.type IN ('message.created', 'form.submitted')
          AND e.actor ->> '$.kind' = 'visitor'), s.time) AS asked_at,
       (SELECT count(*) FROM event p WHERE p.conversation = s.conversation AND p.seq > s.seq
          AND p.type = 'promise.made' AND p.data ->> '$.run' = s.run) AS made,
       ${ENDED('kept')}, ${ENDED('broken')}, ${ENDED('withdrawn')}
     FROM s`,
  );
  return {
    runs: (goals, limit) =>
      runs.all({ goals: JSON.stringify(goals), limit }).map((row) => toRun(row as Row)),
  };
}
