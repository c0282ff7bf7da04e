-- What is switched on, by name; a flag that is off has no row.
CREATE TABLE flags (
    name VARCHAR PRIMARY KEY
);
