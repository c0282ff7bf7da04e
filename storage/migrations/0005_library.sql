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
-- Where rare words are: the distinct words of the prompts of each block of generations. Block 0
-- is what no words are noted of yet, and is always searched. Derived, so it needs no constraint.
ALTER TABLE generations ADD COLUMN block INTEGER DEFAULT 0;
CREATE TABLE prompt_words (
    block INTEGER NOT NULL,
    word VARCHAR NOT NULL
);
-- The last, for DuckDB refuses to commit a change of the table after one with a BOOLEAN default.
ALTER TABLE generations ADD COLUMN favourite BOOLEAN DEFAULT false;
