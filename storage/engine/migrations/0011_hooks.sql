-- Where people want to be told of their jobs, and what is still to be told there. What is in the
-- outbox was written in the transaction of the change that it tells of. Without keys, as in 0007.
CREATE TABLE hooks (
    id VARCHAR NOT NULL,
    owner VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    address VARCHAR NOT NULL,
    label VARCHAR NOT NULL,
    secret VARCHAR NOT NULL,
    events VARCHAR NOT NULL,
    created_at TIMESTAMP NOT NULL,
    tried_at TIMESTAMP,
    worked BOOLEAN NOT NULL,
    result VARCHAR NOT NULL,
    dropped BIGINT NOT NULL
);

CREATE SEQUENCE letters;
CREATE TABLE outbox (
    number BIGINT DEFAULT nextval('letters'),
    id VARCHAR NOT NULL,
    hook VARCHAR NOT NULL,
    event VARCHAR NOT NULL,
    happened_at TIMESTAMP NOT NULL,
    data JSON NOT NULL
);
