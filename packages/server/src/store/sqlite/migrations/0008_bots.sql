-- The bot that answers, or has answered; JSON of another shape than a flow's was.
ALTER TABLE conversation RENAME COLUMN flow TO bot;
UPDATE conversation SET bot = NULL;
-- Where the matter in hand began: seq, pub and epoch; JSON.
ALTER TABLE conversation ADD COLUMN episode TEXT NOT NULL DEFAULT '{"seq":0,"pub":0,"epoch":0}';
-- Bots that may not answer; an empty name: none of them may.
CREATE TABLE bot_off (
  bot TEXT PRIMARY KEY,
  since INTEGER NOT NULL,
  by TEXT NOT NULL
) STRICT;
