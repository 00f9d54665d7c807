-- Secrets of programs. A rotated one goes on beside its successor until `previous_until`.
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

-- What is signed with, by whom it belongs to: `endpoint:<id>`. Two rows while one takes over from
-- another. Kept as they are: a hash cannot sign.
CREATE TABLE secret (
  owner TEXT NOT NULL,
  secret TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER,
  PRIMARY KEY (owner, secret)
) STRICT, WITHOUT ROWID;

-- What each source said last about a contact; a value of null was taken back.
CREATE TABLE fact (
  contact TEXT NOT NULL,
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
  PRIMARY KEY (contact, name, source_kind, source_id)
) STRICT, WITHOUT ROWID;

-- Attributes were what the page said.
INSERT INTO fact
  SELECT c.id, a.key, 'visitor', c.id, NULL,
    CASE a.type WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' ELSE json_quote(a.value) END,
    0, c.created_at, NULL, NULL, 'agents'
  FROM contact c, json_each(c.attributes) a;
UPDATE event SET type = 'facts.recorded', data = json_object('facts', (
    SELECT json_group_array(json_object('name', a.key, 'value', json(
      CASE a.type WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' ELSE json_quote(a.value) END)))
    FROM json_each(event.data, '$.attributes') a))
  WHERE type = 'contact.updated' AND data ->> '$.redacted' IS NULL;
UPDATE event SET type = 'facts.recorded' WHERE type = 'contact.updated';
ALTER TABLE contact DROP COLUMN attributes;

-- `verified`: the business said which of its people this is, and not only a page.
ALTER TABLE contact ADD COLUMN verified INTEGER NOT NULL DEFAULT 0;
ALTER TABLE contact ADD COLUMN merged_into TEXT;
CREATE UNIQUE INDEX contact_external ON contact (site, external_id)
  WHERE verified = 1 AND merged_into IS NULL;
-- Ids of contacts that became part of another one still lead to it.
CREATE INDEX contact_alias ON contact (site, external_id) WHERE verified = 1;
CREATE INDEX contact_merged ON contact (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX device_contact ON device (contact);
-- A contact's own history; that of its conversations has indexes of its own.
CREATE INDEX event_contact ON event (contact, log_offset)
  WHERE conversation IS NULL AND contact IS NOT NULL;
