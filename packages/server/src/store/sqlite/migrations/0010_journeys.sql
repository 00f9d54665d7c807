-- Runs of bots, by whom they are about.
CREATE INDEX event_run ON event (contact, log_offset) WHERE type = 'bot.started';
CREATE INDEX event_begun ON event (log_offset) WHERE type = 'bot.started';
-- Who owes what was promised; each promise ends by a timer of its own.
UPDATE conversation SET promises = (
  SELECT json_group_array(json_set(value, '$.owner', 'business')) FROM json_each(promises)
) WHERE promises <> '[]';
INSERT INTO timer (key, id, at, name, input)
SELECT 'promise:' || promise, id, at, 'promise:break',
  json_object('id', id, 'conversation', conversation, 'promise', promise)
FROM (
  SELECT conversation.id AS conversation, one.value ->> '$.id' AS promise, one.value ->> '$.dueAt' AS at,
    substr(one.value ->> '$.id', 1, 24) || lower(hex(randomblob(6))) AS id
  FROM conversation, json_each(conversation.promises) AS one
) WHERE true;
