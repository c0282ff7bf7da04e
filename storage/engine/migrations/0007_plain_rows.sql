-- Without keys: at ten million generations their indexes take gigabytes of memory and slow every
-- insert down. What the rows of a generation are is settled by the one writer, which removes the
-- old ones before it adds new ones, and ranges of the time-ordered ids are found by zone maps.
CREATE TABLE images_kept (
    generation VARCHAR NOT NULL,
    number INTEGER NOT NULL,
    path VARCHAR NOT NULL,
    sha256 VARCHAR NOT NULL,
    bytes BIGINT NOT NULL,
    media VARCHAR NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    thumbnail VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    node VARCHAR NOT NULL,
    filename VARCHAR NOT NULL,
    temporary BOOLEAN NOT NULL
);
INSERT INTO images_kept BY NAME SELECT * FROM images ORDER BY generation, number;
DROP TABLE images;
ALTER TABLE images_kept RENAME TO images;

CREATE TABLE node_runs_kept (
    generation VARCHAR NOT NULL,
    number INTEGER NOT NULL,
    node VARCHAR NOT NULL,
    title VARCHAR NOT NULL,
    node_class VARCHAR NOT NULL,
    activity VARCHAR NOT NULL,
    started_at TIMESTAMP NOT NULL,
    finished_at TIMESTAMP NOT NULL,
    steps INTEGER NOT NULL,
    step_seconds DOUBLE PRECISION[] NOT NULL
);
INSERT INTO node_runs_kept BY NAME SELECT * FROM node_runs ORDER BY generation, number;
DROP TABLE node_runs;
ALTER TABLE node_runs_kept RENAME TO node_runs;
