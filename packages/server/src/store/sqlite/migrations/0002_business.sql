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
