-- Nothing is taken from them, and no bot writes to them.
ALTER TABLE contact ADD COLUMN blocked boolean NOT NULL DEFAULT false;
