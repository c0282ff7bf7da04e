-- How long a video or sound is; unknown, and so 0, for what an earlier version kept.
ALTER TABLE images ADD COLUMN IF NOT EXISTS seconds DOUBLE PRECISION DEFAULT 0;
