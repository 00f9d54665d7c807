-- Facts are said of contacts and of conversations, under the id of the one or the other.
ALTER TABLE fact RENAME COLUMN contact TO subject;
