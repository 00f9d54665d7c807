-- Runs of bots, by whom they are about.
CREATE INDEX event_run ON event (contact, log_offset) WHERE type = 'bot.started';
CREATE INDEX event_begun ON event (log_offset) WHERE type = 'bot.started';
