-- The processes that share this file. One that is dead has no row, or one that the next start takes away.
CREATE TABLE processes (
    id      TEXT PRIMARY KEY,
    pid     INTEGER NOT NULL,
    started INTEGER NOT NULL,
    boot    TEXT NOT NULL
) STRICT;

-- The sandboxes. `claim` is the process that makes or removes one just now; NULL: it can be used.
CREATE TABLE sandboxes (
    id     TEXT PRIMARY KEY,
    claim  TEXT REFERENCES processes (id) ON DELETE RESTRICT,
    record TEXT NOT NULL
) STRICT;
