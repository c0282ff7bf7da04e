-- What people make of single images. A generation whose images are all marked alike has no rows
-- here: its own columns, as they are, are then the marks of each of its images, so that nothing has
-- to be written for what was marked before. Once they differ, each image that is shown has a row,
-- mark_count says how many, and binned_count how many of them lie in the bin.
CREATE TABLE IF NOT EXISTS image_marks (
    generation VARCHAR NOT NULL,
    number INTEGER NOT NULL,
    rating INTEGER NOT NULL,
    favourite BOOLEAN NOT NULL,
    note VARCHAR NOT NULL,
    tags VARCHAR[] NOT NULL,
    collections VARCHAR[] NOT NULL,
    deleted_at TIMESTAMP
);
ALTER TABLE generations ADD COLUMN IF NOT EXISTS mark_count INTEGER DEFAULT 0;
ALTER TABLE generations ADD COLUMN IF NOT EXISTS binned_count INTEGER DEFAULT 0;
-- Files that are not shown: previews of a server's own that are no images.
ALTER TABLE generations ADD COLUMN IF NOT EXISTS hidden_count INTEGER DEFAULT 0;

-- In pieces:
UPDATE generations SET hidden_count = hidden.number
FROM (
    SELECT generation, count(*) AS number FROM images
    WHERE temporary AND thumbnail = '' AND generation >= $1 AND generation <= $2
    GROUP BY generation
) AS hidden WHERE hidden.generation = generations.id
    AND generations.id >= $1 AND generations.id <= $2;
