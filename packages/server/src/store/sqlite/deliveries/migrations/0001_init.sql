-- How far each sink has read, and in which log.
CREATE TABLE cursor (
  sink TEXT PRIMARY KEY,
  epoch TEXT NOT NULL,
  log_offset INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- One event for one endpoint.
CREATE TABLE delivery (
  endpoint TEXT NOT NULL,
  log_offset INTEGER NOT NULL,
  conversation TEXT,
  state TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  next_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (endpoint, log_offset)
) STRICT, WITHOUT ROWID;
CREATE INDEX delivery_due ON delivery (endpoint, next_at, log_offset) WHERE state = 'pending';
CREATE INDEX delivery_order ON delivery (endpoint, conversation, log_offset) WHERE state = 'pending';
CREATE INDEX delivery_dead ON delivery (endpoint, log_offset) WHERE state = 'dead';
CREATE INDEX delivery_age ON delivery (created_at);

CREATE TABLE attempt (
  endpoint TEXT NOT NULL,
  log_offset INTEGER NOT NULL,
  n INTEGER NOT NULL,
  at INTEGER NOT NULL,
  duration_ms INTEGER NOT NULL,
  status INTEGER,
  error TEXT,
  request TEXT NOT NULL,
  response TEXT,
  PRIMARY KEY (endpoint, log_offset, n)
) STRICT, WITHOUT ROWID;

-- How an endpoint fares; what it is stands in the blueprint.
CREATE TABLE endpoint_state (
  endpoint TEXT PRIMARY KEY,
  disabled TEXT,
  failing_since INTEGER,
  failures INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
