-- Written by schema.test.ts from the migrations; do not edit.
-- Version 14.

CREATE TABLE agent (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  email TEXT NOT NULL COLLATE NOCASE UNIQUE,
  role TEXT NOT NULL,
  password_hash TEXT,
  disabled INTEGER NOT NULL,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE api_key (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  hash TEXT NOT NULL UNIQUE,
  previous_hash TEXT UNIQUE,
  previous_until INTEGER,
  scopes TEXT NOT NULL,
  pii TEXT NOT NULL,
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  used_at INTEGER,
  revoked INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE availability (
  agent TEXT PRIMARY KEY,
  status TEXT NOT NULL,
  chosen TEXT NOT NULL,
  until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE blueprint (
  version INTEGER PRIMARY KEY,
  document TEXT NOT NULL,
  published_at INTEGER NOT NULL,
  by TEXT NOT NULL
) STRICT;

CREATE TABLE bot_off (
  bot TEXT PRIMARY KEY,
  since INTEGER NOT NULL,
  by TEXT NOT NULL
) STRICT;

CREATE TABLE contact (
  id TEXT PRIMARY KEY,
  site TEXT NOT NULL,
  external_id TEXT,
  name TEXT,
  email TEXT,
  context TEXT NOT NULL,
  created_at INTEGER NOT NULL
, verified INTEGER NOT NULL DEFAULT 0, merged_into TEXT, blocked INTEGER NOT NULL DEFAULT 0, erasure TEXT) STRICT, WITHOUT ROWID;

CREATE INDEX contact_alias ON contact (site, external_id) WHERE verified = 1;

CREATE INDEX contact_erasing ON contact (id) WHERE erasure = 'begun';

CREATE UNIQUE INDEX contact_external ON contact (site, external_id)
  WHERE verified = 1 AND merged_into IS NULL;

CREATE INDEX contact_merged ON contact (merged_into) WHERE merged_into IS NOT NULL;

CREATE TABLE conversation (
  no INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  site TEXT NOT NULL,
  contact TEXT NOT NULL,
  status TEXT NOT NULL,
  assignee TEXT,
  epoch INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  pub INTEGER NOT NULL,
  tags TEXT NOT NULL,
  snoozed_until INTEGER,
  created_at INTEGER NOT NULL,
  active_at INTEGER NOT NULL,
  last_id TEXT,
  last_text TEXT,
  last_by TEXT,
  visitor_pub INTEGER NOT NULL,
  visitor_read INTEGER NOT NULL,
  agent_read INTEGER NOT NULL
, waiting TEXT, offer TEXT, parked INTEGER NOT NULL DEFAULT 0, unanswered_since INTEGER, promises TEXT NOT NULL DEFAULT '[]', holder TEXT, bot TEXT, episode TEXT NOT NULL DEFAULT '{"seq":0,"pub":0,"epoch":0}', service TEXT NOT NULL
  DEFAULT '{"queue":null,"need":{},"answered":false,"breached":null,"broken":null}', approval TEXT, advice TEXT) STRICT;

CREATE INDEX conversation_active ON conversation (active_at) WHERE status IN ('open', 'waiting');

CREATE INDEX conversation_contact ON conversation (contact);

CREATE INDEX conversation_holder ON conversation (holder) WHERE holder IS NOT NULL;

CREATE INDEX conversation_owner ON conversation (assignee, active_at) WHERE status IN ('open', 'waiting');

CREATE INDEX conversation_resolved ON conversation (active_at) WHERE status = 'resolved';

CREATE INDEX conversation_snoozed ON conversation (active_at) WHERE status = 'snoozed';

CREATE TABLE cursor (
  name TEXT PRIMARY KEY,
  log_offset INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE device (
  token_hash TEXT PRIMARY KEY,
  site TEXT NOT NULL,
  contact TEXT NOT NULL,
  created_at INTEGER NOT NULL
, push TEXT) STRICT, WITHOUT ROWID;

CREATE INDEX device_contact ON device (contact);

CREATE INDEX device_push ON device (site, json_extract(push, '$.endpoint')) WHERE push IS NOT NULL;

CREATE TABLE event (
  log_offset INTEGER PRIMARY KEY,
  id TEXT NOT NULL,
  type TEXT NOT NULL,
  site TEXT,
  contact TEXT,
  conversation INTEGER REFERENCES conversation (no),
  seq INTEGER,
  pub INTEGER,
  time INTEGER NOT NULL,
  actor TEXT NOT NULL,
  cause TEXT,
  data TEXT NOT NULL
) STRICT;

CREATE INDEX event_begun ON event (log_offset) WHERE type = 'bot.started';

CREATE INDEX event_contact ON event (contact, log_offset)
  WHERE conversation IS NULL AND contact IS NOT NULL;

CREATE UNIQUE INDEX event_id ON event (id);

CREATE INDEX event_run ON event (contact, log_offset) WHERE type = 'bot.started';

CREATE UNIQUE INDEX event_seq ON event (conversation, seq) WHERE conversation IS NOT NULL;

CREATE TABLE fact (
  subject TEXT NOT NULL,
  name TEXT NOT NULL,
  source_kind TEXT NOT NULL,
  source_id TEXT NOT NULL,
  source_name TEXT,
  value TEXT NOT NULL,
  signed INTEGER NOT NULL,
  observed_at INTEGER NOT NULL,
  expires_at INTEGER,
  confidence REAL,
  visibility TEXT NOT NULL,
  PRIMARY KEY (subject, name, source_kind, source_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE file (
  id TEXT PRIMARY KEY,
  conversation TEXT NOT NULL,
  owner_kind TEXT NOT NULL,
  owner TEXT NOT NULL,
  name TEXT NOT NULL,
  type TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  width INTEGER,
  height INTEGER,
  state TEXT NOT NULL,
  message TEXT,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX file_conversation ON file (conversation);

CREATE INDEX file_message ON file (message) WHERE message IS NOT NULL;

CREATE INDEX file_unused ON file (created_at) WHERE message IS NULL;

CREATE TABLE meta (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE passage (
  no INTEGER PRIMARY KEY,
  collection TEXT NOT NULL,
  article TEXT NOT NULL,
  anchor TEXT NOT NULL,
  url TEXT,
  title TEXT NOT NULL,
  heading TEXT NOT NULL,
  text TEXT NOT NULL
) STRICT;

CREATE TRIGGER passage_added AFTER INSERT ON passage BEGIN
  INSERT INTO passage_search (rowid, title, heading, text)
  VALUES (new.no, new.title, new.heading, new.text);
END;

CREATE TRIGGER passage_removed AFTER DELETE ON passage BEGIN
  INSERT INTO passage_search (passage_search, rowid, title, heading, text)
  VALUES ('delete', old.no, old.title, old.heading, old.text);
END;

CREATE INDEX passage_article ON passage (collection, article);

CREATE VIRTUAL TABLE passage_search USING fts5 (
  title,
  heading,
  text,
  content = 'passage',
  content_rowid = 'no',
  tokenize = 'unicode61 remove_diacritics 2'
);

CREATE TABLE 'passage_search_config'(k PRIMARY KEY, v) WITHOUT ROWID;

CREATE TABLE 'passage_search_data'(id INTEGER PRIMARY KEY, block BLOB);

CREATE TABLE 'passage_search_docsize'(id INTEGER PRIMARY KEY, sz BLOB);

CREATE TABLE 'passage_search_idx'(segid, term, pgno, PRIMARY KEY(segid, term)) WITHOUT ROWID;

CREATE VIRTUAL TABLE search USING fts5 (
  text,
  content = '',
  contentless_delete = 1,
  detail = full,
  tokenize = 'unicode61 remove_diacritics 2'
);

CREATE TABLE secret (
  owner TEXT NOT NULL,
  secret TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER,
  PRIMARY KEY (owner, secret)
) STRICT, WITHOUT ROWID;

CREATE TABLE session (
  token_hash TEXT PRIMARY KEY,
  agent TEXT NOT NULL,
  csrf TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE setup_link (
  token_hash TEXT PRIMARY KEY,
  agent TEXT,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE spending (
  key TEXT PRIMARY KEY,
  tokens INTEGER NOT NULL,
  micro_usd INTEGER NOT NULL,
  until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX spending_until ON spending (until);

CREATE TABLE timer (
  key TEXT PRIMARY KEY,
  id TEXT NOT NULL,
  at INTEGER NOT NULL,
  name TEXT NOT NULL,
  input TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX timer_at ON timer (at);
