-- Where it waits, and whom it is offered to; JSON.
ALTER TABLE conversation ADD COLUMN waiting TEXT;
ALTER TABLE conversation ADD COLUMN offer TEXT;
ALTER TABLE conversation ADD COLUMN parked INTEGER NOT NULL DEFAULT 0;
ALTER TABLE conversation ADD COLUMN unanswered_since INTEGER;
-- What the business owes; JSON.
ALTER TABLE conversation ADD COLUMN promises TEXT NOT NULL DEFAULT '[]';
-- Whose capacity it takes. Counted whenever it matters: what is not kept cannot be wrong (decision 0021).
ALTER TABLE conversation ADD COLUMN holder TEXT;
CREATE INDEX conversation_holder ON conversation (holder) WHERE holder IS NOT NULL;

UPDATE conversation SET holder = assignee WHERE status IN ('open', 'waiting');
UPDATE conversation SET unanswered_since = (
  SELECT min(time) FROM event e
  WHERE e.conversation = conversation.no
    AND e.type IN ('message.created', 'form.submitted') AND e.actor ->> '$.kind' = 'visitor'
    AND e.seq > coalesce((
      SELECT max(seq) FROM event a WHERE a.conversation = conversation.no
        AND a.type = 'message.created' AND a.actor ->> '$.kind' = 'agent'), 0))
WHERE status <> 'resolved';

-- Whether agents may be given conversations, each as long as its lease.
CREATE TABLE availability (
  agent TEXT PRIMARY KEY,
  status TEXT NOT NULL,
  chosen TEXT NOT NULL,
  until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
