-- One browser is one person: whoever it tells of replies now, it tells nobody else's.
CREATE INDEX device_push ON device (site, json_extract(push, '$.endpoint')) WHERE push IS NOT NULL;
