-- Named JSON that people keep: presets of workflows. One name once per owner and kind.
CREATE TABLE documents (
    kind VARCHAR NOT NULL,
    owner VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    data JSON NOT NULL,
    changed_at TIMESTAMP NOT NULL,
    PRIMARY KEY (kind, owner, name)
);
