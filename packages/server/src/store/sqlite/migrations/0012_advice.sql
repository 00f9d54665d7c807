-- What a bot without the floor would say; JSON.
ALTER TABLE conversation ADD COLUMN advice TEXT;
