-- How many rows of images a generation has: most records are read while they have none, and
-- counting them by day then needs no join.
ALTER TABLE generations ADD COLUMN image_count INTEGER DEFAULT 0;
UPDATE generations SET image_count = coalesce(
    (SELECT count(*) FROM images WHERE images.generation = generations.id), 0);
