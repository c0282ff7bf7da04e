-- When a server was first known to have taken the prompt: what was never taken may be sent again.
-- Unknown, and so NULL, for what an earlier version sent.
ALTER TABLE generations ADD COLUMN IF NOT EXISTS accepted_at TIMESTAMP;
