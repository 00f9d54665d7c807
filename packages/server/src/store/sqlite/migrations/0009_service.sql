-- What its targets depend on: the queue it waited in last, whether a person has answered; JSON.
ALTER TABLE conversation ADD COLUMN service TEXT NOT NULL
  DEFAULT '{"queue":null,"need":{},"answered":false,"breached":null,"broken":null}';
UPDATE conversation SET service =
  json_set(service, '$.queue', waiting ->> '$.queue', '$.need', json(waiting -> '$.need'))
WHERE waiting IS NOT NULL;
UPDATE conversation SET service = json_set(service, '$.answered', json('true'))
WHERE status <> 'resolved' AND EXISTS (
  SELECT 1 FROM event e WHERE e.conversation = conversation.no
    AND e.type = 'message.created' AND e.actor ->> '$.kind' = 'agent');
