-- Text that is compared or sorted by is of collation "C": in byte order, as programs compare ids.

-- The log. Offsets rise and may leave holes: a number taken by what was undone is gone (decision 0026).
-- `conversation` is the row's number, not its id (decision 0003).
CREATE TABLE event (
  log_offset bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id text COLLATE "C" NOT NULL,
  type text COLLATE "C" NOT NULL,
  site text COLLATE "C",
  contact text COLLATE "C",
  conversation bigint,
  seq bigint,
  pub bigint,
  time bigint NOT NULL,
  actor json NOT NULL,
  cause json,
  data json NOT NULL
);
CREATE UNIQUE INDEX event_id ON event (id);
-- Serves both numberings: pub never exceeds seq, so a search by pub starts at seq = pub (decision 0003).
CREATE UNIQUE INDEX event_seq ON event (conversation, seq) WHERE conversation IS NOT NULL;
-- A contact's own history; that of its conversations has indexes of its own.
CREATE INDEX event_contact ON event (contact, log_offset)
  WHERE conversation IS NULL AND contact IS NOT NULL;

-- Runs of bots, by whom they are about.
CREATE INDEX event_run ON event (contact, log_offset) WHERE type = 'bot.started';
CREATE INDEX event_begun ON event (log_offset) WHERE type = 'bot.started';

-- Rewritten with every message: room in its pages keeps the new version beside the old one.
CREATE TABLE conversation (
  no bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id text COLLATE "C" NOT NULL UNIQUE,
  site text COLLATE "C" NOT NULL,
  contact text COLLATE "C" NOT NULL,
  status text COLLATE "C" NOT NULL,
  assignee text COLLATE "C",
  epoch bigint NOT NULL,
  seq bigint NOT NULL,
  pub bigint NOT NULL,
  tags json NOT NULL,
  snoozed_until bigint,
  created_at bigint NOT NULL,
  active_at bigint NOT NULL,
  last_id text COLLATE "C",
  last_text text,
  last_by text COLLATE "C",
  visitor_pub bigint NOT NULL,
  visitor_read bigint NOT NULL,
  agent_read bigint NOT NULL,
  waiting json,
  offer json,
  parked boolean NOT NULL,
  unanswered_since bigint,
  -- What its targets depend on: the queue it waited in last, whether a person has answered.
  service json NOT NULL,
  promises json NOT NULL,
  -- What a bot wants a person to agree to, and what was said.
  approval json,
  -- The bot that answers, or has answered.
  bot json,
  -- What a bot without the floor would say.
  advice json,
  -- Where the matter in hand began: seq, pub and epoch.
  episode json NOT NULL,
  -- Whose capacity it takes; counted whenever it matters (decision 0021).
  holder text COLLATE "C"
) WITH (fillfactor = 70);
CREATE INDEX conversation_active ON conversation (active_at, no) WHERE status IN ('open', 'waiting');
CREATE INDEX conversation_owner ON conversation (assignee, active_at, no)
  WHERE status IN ('open', 'waiting');
CREATE INDEX conversation_snoozed ON conversation (active_at, no) WHERE status = 'snoozed';
CREATE INDEX conversation_resolved ON conversation (active_at, no) WHERE status = 'resolved';
CREATE INDEX conversation_contact ON conversation (contact);
CREATE INDEX conversation_holder ON conversation (holder) WHERE holder IS NOT NULL;

CREATE TABLE contact (
  id text COLLATE "C" PRIMARY KEY,
  site text COLLATE "C" NOT NULL,
  external_id text COLLATE "C",
  -- The business said which of its people this is, and not only a page.
  verified boolean NOT NULL,
  name text,
  email text,
  context json NOT NULL,
  merged_into text COLLATE "C",
  created_at bigint NOT NULL
);
CREATE UNIQUE INDEX contact_external ON contact (site, external_id)
  WHERE verified AND merged_into IS NULL;
-- Ids of contacts that became part of another one still lead to it.
CREATE INDEX contact_alias ON contact (site, external_id) WHERE verified;
CREATE INDEX contact_merged ON contact (merged_into) WHERE merged_into IS NOT NULL;

-- A browser, known by the hash of the token the relay gave it.
CREATE TABLE device (
  token_hash text COLLATE "C" PRIMARY KEY,
  site text COLLATE "C" NOT NULL,
  contact text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  -- Where it wants to be told of replies: its push service, its keys, and the page to open.
  push json
);
CREATE INDEX device_contact ON device (contact);
-- One browser is one person: whoever it tells of replies now, it tells nobody else's.
CREATE INDEX device_push ON device (site, (push ->> 'endpoint')) WHERE push IS NOT NULL;

-- What each source said last of a contact or a conversation; a value of null was taken back.
CREATE TABLE fact (
  subject text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  source_kind text COLLATE "C" NOT NULL,
  source_id text COLLATE "C" NOT NULL,
  source_name text,
  value json NOT NULL,
  signed boolean NOT NULL,
  observed_at bigint NOT NULL,
  expires_at bigint,
  confidence double precision,
  visibility text COLLATE "C" NOT NULL,
  PRIMARY KEY (subject, name, source_kind, source_id)
);

CREATE TABLE agent (
  id text COLLATE "C" PRIMARY KEY,
  name text COLLATE "C" NOT NULL,
  email text NOT NULL,
  role text COLLATE "C" NOT NULL,
  password_hash text,
  disabled boolean NOT NULL,
  created_at bigint NOT NULL
);
CREATE UNIQUE INDEX agent_email ON agent (lower(email));

-- Whether agents may be given conversations, each as long as its lease.
CREATE TABLE availability (
  agent text COLLATE "C" PRIMARY KEY,
  status text COLLATE "C" NOT NULL,
  chosen text COLLATE "C" NOT NULL,
  until bigint NOT NULL
);

CREATE TABLE session (
  token_hash text COLLATE "C" PRIMARY KEY,
  agent text COLLATE "C" NOT NULL,
  csrf text NOT NULL,
  created_at bigint NOT NULL,
  expires_at bigint NOT NULL
);

CREATE TABLE setup_link (
  token_hash text COLLATE "C" PRIMARY KEY,
  agent text COLLATE "C",
  expires_at bigint NOT NULL
);

CREATE TABLE timer (
  key text COLLATE "C" PRIMARY KEY,
  id text COLLATE "C" NOT NULL,
  at bigint NOT NULL,
  name text COLLATE "C" NOT NULL,
  input json NOT NULL
);
CREATE INDEX timer_at ON timer (at);

-- How far each follower has read.
CREATE TABLE cursor (
  name text COLLATE "C" PRIMARY KEY,
  log_offset bigint NOT NULL
);

-- Bots that may not answer; an empty name: none of them may.
CREATE TABLE bot_off (
  bot text COLLATE "C" PRIMARY KEY,
  since bigint NOT NULL,
  by text NOT NULL
);

CREATE TABLE blueprint (
  version bigint PRIMARY KEY,
  document text NOT NULL,
  published_at bigint NOT NULL,
  by text NOT NULL
);

-- Secrets of programs. A rotated one goes on beside its successor until `previous_until`.
CREATE TABLE api_key (
  id text COLLATE "C" PRIMARY KEY,
  name text NOT NULL,
  hash text COLLATE "C" NOT NULL UNIQUE,
  previous_hash text COLLATE "C" UNIQUE,
  previous_until bigint,
  scopes json NOT NULL,
  pii text COLLATE "C" NOT NULL,
  created_by text NOT NULL,
  created_at bigint NOT NULL,
  used_at bigint,
  revoked boolean NOT NULL
);

-- What is signed with, by whom it belongs to. Two rows while one takes over from another. Kept as they
-- are: a hash cannot sign.
CREATE TABLE secret (
  owner text COLLATE "C" NOT NULL,
  secret text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  expires_at bigint,
  PRIMARY KEY (owner, secret)
);

-- What people bring for messages; the bytes stand elsewhere. A row is there before its bytes are, and
-- goes after them: bytes without a row are nobody's.
CREATE TABLE file (
  id text COLLATE "C" PRIMARY KEY,
  conversation text COLLATE "C" NOT NULL,
  owner_kind text COLLATE "C" NOT NULL,
  owner text COLLATE "C" NOT NULL,
  name text NOT NULL,
  type text NOT NULL,
  bytes bigint NOT NULL,
  width bigint,
  height bigint,
  state text COLLATE "C" NOT NULL,
  message text COLLATE "C",
  created_at bigint NOT NULL
);
CREATE INDEX file_conversation ON file (conversation);
CREATE INDEX file_message ON file (message) WHERE message IS NOT NULL;
CREATE INDEX file_unused ON file (created_at) WHERE message IS NULL;

-- Words of messages, notes and contacts by the offset of their event; written by the follower `search`.
CREATE TABLE search (
  log_offset bigint PRIMARY KEY,
  words tsvector NOT NULL
);
CREATE INDEX search_words ON search USING gin (words);

-- What bots have spent, by purse: of a conversation, of a site and a day.
CREATE TABLE spending (
  key text COLLATE "C" PRIMARY KEY,
  tokens bigint NOT NULL,
  micro_usd bigint NOT NULL,
  until bigint NOT NULL
);
CREATE INDEX spending_until ON spending (until);

-- Articles, cut where their headings are; `words` holds those of all three.
CREATE TABLE passage (
  no bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  collection text COLLATE "C" NOT NULL,
  article text COLLATE "C" NOT NULL,
  anchor text NOT NULL,
  url text,
  title text NOT NULL,
  heading text NOT NULL,
  text text NOT NULL,
  title_words tsvector NOT NULL,
  heading_words tsvector NOT NULL,
  words tsvector NOT NULL
);
CREATE INDEX passage_article ON passage (collection, article);
CREATE INDEX passage_words ON passage USING gin (words);

-- Who does what must be done once. The term is of a key, so that whoever reads it FOR KEY SHARE holds up
-- whoever takes the lease over, and nobody who renews it.
CREATE TABLE lease (
  name text PRIMARY KEY,
  term bigint NOT NULL,
  holder text NOT NULL,
  until bigint NOT NULL,
  UNIQUE (name, term)
);

-- How far each sink has read, and in which log.
CREATE TABLE sink_cursor (
  sink text COLLATE "C" PRIMARY KEY,
  epoch text NOT NULL,
  log_offset bigint NOT NULL
);

-- One event for one endpoint.
CREATE TABLE delivery (
  endpoint text COLLATE "C" NOT NULL,
  log_offset bigint NOT NULL,
  conversation text COLLATE "C",
  state text COLLATE "C" NOT NULL,
  attempts bigint NOT NULL,
  next_at bigint NOT NULL,
  created_at bigint NOT NULL,
  PRIMARY KEY (endpoint, log_offset)
);
CREATE INDEX delivery_due ON delivery (endpoint, next_at, log_offset) WHERE state = 'pending';
CREATE INDEX delivery_order ON delivery (endpoint, conversation, log_offset)
  WHERE state = 'pending' AND conversation IS NOT NULL;
CREATE INDEX delivery_loose ON delivery (endpoint, log_offset)
  WHERE state = 'pending' AND conversation IS NULL;
CREATE INDEX delivery_dead ON delivery (endpoint, log_offset) WHERE state = 'dead';
CREATE INDEX delivery_age ON delivery (created_at);

CREATE TABLE attempt (
  endpoint text COLLATE "C" NOT NULL,
  log_offset bigint NOT NULL,
  n bigint NOT NULL,
  at bigint NOT NULL,
  duration_ms bigint NOT NULL,
  status bigint,
  error text,
  request text NOT NULL,
  response text,
  PRIMARY KEY (endpoint, log_offset, n)
);

-- How an endpoint fares; what it is stands in the blueprint.
CREATE TABLE endpoint_state (
  endpoint text COLLATE "C" PRIMARY KEY,
  disabled text COLLATE "C",
  failing_since bigint,
  failures bigint NOT NULL
);
