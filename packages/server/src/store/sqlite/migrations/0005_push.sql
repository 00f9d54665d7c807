-- Where a browser wants to be told of replies: its push service, its keys, and the page to open; JSON.
ALTER TABLE device ADD COLUMN push TEXT;
