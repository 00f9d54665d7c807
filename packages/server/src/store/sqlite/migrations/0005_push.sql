-- Where a browser wants to be told of replies: its push service, its keys, and the page to open; JSON.
ALTER TABLE device ADD COLUMN push TEXT;
-- One browser is one person: whoever it tells of replies now, it tells nobody else's.
CREATE INDEX device_push ON device (site, json_extract(push, '$.endpoint')) WHERE push IS NOT NULL;
