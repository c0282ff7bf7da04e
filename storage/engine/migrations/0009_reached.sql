-- How far a generation was shown to be when it ended unfinished, and what each node worked on, in
-- megapixels with frames and batch: a video's length is in no other column.
ALTER TABLE generations ADD COLUMN IF NOT EXISTS reached DOUBLE PRECISION DEFAULT 0;
ALTER TABLE node_runs ADD COLUMN IF NOT EXISTS megapixels DOUBLE PRECISION DEFAULT 0;
