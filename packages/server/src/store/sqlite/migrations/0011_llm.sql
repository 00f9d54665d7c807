-- What a bot wants a person to agree to, and what was said; JSON.
ALTER TABLE conversation ADD COLUMN approval TEXT;

-- What bots have spent, by purse: of a conversation, of a site and a day.
CREATE TABLE spending (
  key TEXT PRIMARY KEY,
  tokens INTEGER NOT NULL,
  micro_usd INTEGER NOT NULL,
  until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX spending_until ON spending (until);

-- Articles, cut where their headings are.
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
CREATE INDEX passage_article ON passage (collection, article);

CREATE VIRTUAL TABLE passage_search USING fts5 (
  title,
  heading,
  text,
  content = 'passage',
  content_rowid = 'no',
  tokenize = 'unicode61 remove_diacritics 2'
);
CREATE TRIGGER passage_added AFTER INSERT ON passage BEGIN
  INSERT INTO passage_search (rowid, title, heading, text)
  VALUES (new.no, new.title, new.heading, new.text);
END;
CREATE TRIGGER passage_removed AFTER DELETE ON passage BEGIN
  INSERT INTO passage_search (passage_search, rowid, title, heading, text)
  VALUES ('delete', old.no, old.title, old.heading, old.text);
END;
