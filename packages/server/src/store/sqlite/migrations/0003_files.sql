-- What people bring for messages; the bytes stand beside the database. A row is there before its bytes
-- are, and goes after them: bytes without a row are nobody's.
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
