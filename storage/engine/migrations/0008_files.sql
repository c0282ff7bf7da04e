-- What the rows of images say of a generation, beside it: a page shows records that lie far apart,
-- and looking for each one's rows would take longer than finding the records.
ALTER TABLE generations ADD COLUMN IF NOT EXISTS files JSON DEFAULT '[]';

-- In pieces:
UPDATE generations SET files = kept.files
FROM (
    SELECT generation, to_json(list({
        'number': number, 'path': path, 'sha256': sha256, 'bytes': bytes, 'media': media,
        'width': width, 'height': height, 'thumbnail': thumbnail, 'kind': kind, 'node': node,
        'filename': filename, 'temporary': temporary
    } ORDER BY number)) AS files
    FROM images WHERE generation >= $1 AND generation <= $2 GROUP BY generation
) AS kept WHERE kept.generation = generations.id
    AND generations.id >= $1 AND generations.id <= $2;
