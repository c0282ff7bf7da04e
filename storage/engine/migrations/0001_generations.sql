-- Constraints only: after a crash a secondary index may come back empty, a constraint does not,
-- and DuckDB finds ranges of created_at and of the time-ordered ids by its zone maps. No foreign
-- keys: they would forbid updates of the parent. Times are UTC. Seeds reach 2^64 - 1, hence
-- NUMERIC. prompt_folded is what searches look in.
CREATE TABLE generations (
    id VARCHAR PRIMARY KEY,
    press VARCHAR NOT NULL,
    owner VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    created_at TIMESTAMP NOT NULL,
    request JSON NOT NULL,
    prompt VARCHAR NOT NULL,
    prompt_folded VARCHAR NOT NULL,
    negative_prompt VARCHAR NOT NULL,
    checkpoint VARCHAR NOT NULL,
    lora VARCHAR NOT NULL,
    sampler VARCHAR NOT NULL,
    scheduler VARCHAR NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    steps INTEGER NOT NULL,
    cfg DOUBLE PRECISION NOT NULL,
    seed NUMERIC(20, 0) NOT NULL,
    batch INTEGER NOT NULL,
    workflow VARCHAR NOT NULL,
    server VARCHAR NOT NULL,
    graph JSON NOT NULL,
    submitted_at TIMESTAMP,
    started_at TIMESTAMP,
    finished_at TIMESTAMP,
    fetched_at TIMESTAMP,
    error VARCHAR NOT NULL,
    error_kind VARCHAR NOT NULL,
    error_node VARCHAR NOT NULL,
    error_detail VARCHAR NOT NULL,
    warning VARCHAR NOT NULL,
    texts JSON NOT NULL,
    priority INTEGER NOT NULL,
    position DOUBLE PRECISION NOT NULL,
    held BOOLEAN NOT NULL,
    attempts INTEGER NOT NULL,
    cancel_asked BOOLEAN NOT NULL,
    retry_on_loss BOOLEAN NOT NULL,
    forecast_seconds DOUBLE PRECISION,
    deleted_at TIMESTAMP
);

CREATE TABLE images (
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
    temporary BOOLEAN NOT NULL,
    PRIMARY KEY (generation, number)
);

-- One row a node; number is its place in the generation.
CREATE TABLE node_runs (
    generation VARCHAR NOT NULL,
    number INTEGER NOT NULL,
    node VARCHAR NOT NULL,
    title VARCHAR NOT NULL,
    node_class VARCHAR NOT NULL,
    activity VARCHAR NOT NULL,
    started_at TIMESTAMP NOT NULL,
    finished_at TIMESTAMP NOT NULL,
    steps INTEGER NOT NULL,
    step_seconds DOUBLE PRECISION[] NOT NULL,
    PRIMARY KEY (generation, number)
);
