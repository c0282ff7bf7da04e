-- What people make of their generations. Tags and collections are rows of their own: a changed
-- list column would be a row deleted and inserted again. label_count, like image_count, spares
-- reading them for the many records that have none.
ALTER TABLE generations ADD COLUMN rating INTEGER DEFAULT 0;
ALTER TABLE generations ADD COLUMN note VARCHAR DEFAULT '';
ALTER TABLE generations ADD COLUMN parent VARCHAR DEFAULT '';
ALTER TABLE generations ADD COLUMN relation VARCHAR DEFAULT '';
ALTER TABLE generations ADD COLUMN origin VARCHAR DEFAULT '';
ALTER TABLE generations ADD COLUMN label_count INTEGER DEFAULT 0;
CREATE TABLE labels (
    generation VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    PRIMARY KEY (generation, kind, name)
);
-- The last, for DuckDB refuses to commit a change of the table after one with a BOOLEAN default.
ALTER TABLE generations ADD COLUMN favourite BOOLEAN DEFAULT false;
