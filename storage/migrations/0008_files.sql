-- What the rows of images say of a generation, beside it: a page shows records that lie far apart,
-- and looking for each one's rows would take longer than finding the records.
ALTER TABLE generations ADD COLUMN files JSON DEFAULT '[]';

UPDATE generations SET files = kept.files
FROM (
    SELECT generation, to_json(list({
        'number': number, 'path': path, 'sha256': sha256, 'bytes': bytes, 'media': media,
        'width': width, 'height': height, 'thumbnail': thumbnail, 'kind': kind, 'node': node,
        'filename': filename, 'temporary': temporary
    } ORDER BY number)) AS files
    FROM images GROUP BY generation
) AS kept WHERE kept.generation = generations.id;
