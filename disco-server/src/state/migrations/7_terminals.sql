-- Terminals. `process` is the one that has it open, NULL when it is closed; `record` is what callers see.
CREATE TABLE terminals (
    number  INTEGER PRIMARY KEY AUTOINCREMENT,
    id      TEXT NOT NULL UNIQUE,
    process TEXT REFERENCES processes (id) ON DELETE RESTRICT,
    record  TEXT NOT NULL
) STRICT;
CREATE INDEX terminals_of_process ON terminals (process) WHERE process IS NOT NULL;
