import type { EventReads, Run } from '../store.ts';
import { type Db, json } from './db.ts';

interface Row {
  bot: string;
  time: number;
  ended: string | null;
  step: string | null;
  reached: boolean;
  made: number;
  kept: number;
  broken: number;
  withdrawn: number;
  first_at: number | null;
  asked_at: number;
}

const toRun = ({ kept, broken, withdrawn, ...row }: Row): Run => ({
  bot: row.bot,
  startedAt: row.time,
  ended: row.ended,
  step: row.step,
  reached: row.reached,
  promises: { kept, broken, withdrawn, open: row.made - kept - broken - withdrawn },
  firstAnswerMs: row.first_at === null ? null : row.first_at - row.asked_at,
});

const ENDED = (outcome: string): string =>
  `(SELECT count(*) FROM event p
      JOIN event q ON q.conversation = p.conversation AND q.seq > p.seq AND q.type = 'promise.ended'
        AND q.data ->> 'promise' = p.id AND q.data ->> 'outcome' = '${outcome}'
    WHERE p.conversation = s.conversation AND p.seq > s.seq AND p.type = 'promise.made'
      AND p.data ->> 'run' = s.run) AS ${outcome}`;

/** Everything a run has come to, from the log behind its beginning. */
const RUNS = `WITH s AS (
    SELECT log_offset, conversation, contact, seq, time, data ->> 'run' AS run, data ->> 'bot' AS bot
    FROM event WHERE type = 'bot.started' AND data ->> 'bot' IS NOT NULL ORDER BY log_offset DESC LIMIT $2)
  SELECT s.bot, s.time,
    (SELECT coalesce(e.data ->> 'goal', e.data ->> 'outcome') FROM event e
     WHERE e.conversation = s.conversation AND e.seq > s.seq AND e.type = 'bot.completed'
       AND e.data ->> 'run' = s.run LIMIT 1) AS ended,
    (SELECT c.bot -> 'state' ->> 'step' FROM conversation c
     WHERE c.no = s.conversation AND c.bot ->> 'run' = s.run) AS step,
    EXISTS (SELECT 1 FROM json_array_elements($1::json) g JOIN event e
       ON e.conversation IS NULL AND e.contact = s.contact AND e.log_offset > s.log_offset
     WHERE g ->> 'bot' = s.bot AND e.type = 'event.tracked' AND e.actor ->> 'kind' = 'bot'
       AND e.data ->> 'name' = g ->> 'on'
       AND e.time <= s.time + (g ->> 'withinMs')::bigint) AS reached,
    (SELECT min(e.time) FROM event e WHERE e.conversation = s.conversation AND e.seq > s.seq
       AND e.type = 'message.created' AND e.actor ->> 'kind' = 'bot') AS first_at,
    coalesce((SELECT max(e.time) FROM event e WHERE e.conversation = s.conversation AND e.seq < s.seq
       AND e.type IN ('message.created', 'form.submitted')
       AND e.actor ->> 'kind' = 'visitor'), s.time) AS asked_at,
    (SELECT count(*) FROM event p WHERE p.conversation = s.conversation AND p.seq > s.seq
       AND p.type = 'promise.made' AND p.data ->> 'run' = s.run) AS made,
    ${ENDED('kept')}, ${ENDED('broken')}, ${ENDED('withdrawn')}
  FROM s ORDER BY s.log_offset DESC`;

export const runReads = (db: Db): Pick<EventReads, 'runs'> => ({
  runs: async (goals, limit) => (await db.rows<Row>(RUNS, [json(goals), limit])).map(toRun),
});
