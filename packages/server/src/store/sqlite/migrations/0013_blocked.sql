-- Nothing is taken from them, and no bot writes to them.
ALTER TABLE contact ADD COLUMN blocked INTEGER NOT NULL DEFAULT 0;
