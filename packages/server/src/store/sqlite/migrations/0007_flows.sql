-- The flow that answers, or has answered; JSON.
ALTER TABLE conversation ADD COLUMN flow TEXT;
