-- Whether they are being erased, or were: `begun`, `done`.
ALTER TABLE contact ADD COLUMN erasure TEXT;
CREATE INDEX contact_erasing ON contact (id) WHERE erasure = 'begun';
