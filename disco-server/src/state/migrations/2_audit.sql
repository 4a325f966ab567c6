-- Every call, in the order of their ends. `hash` is over the row and the hash before it.
CREATE TABLE audit (
    seq         INTEGER PRIMARY KEY,
    at          INTEGER NOT NULL,
    who         TEXT NOT NULL,
    client      TEXT NOT NULL,
    process     TEXT NOT NULL,
    kind        TEXT NOT NULL,
    name        TEXT NOT NULL,
    target      TEXT NOT NULL,
    digest      TEXT NOT NULL,
    outcome     TEXT NOT NULL,
    duration_us INTEGER NOT NULL,
    hash        TEXT NOT NULL
) STRICT;

-- Where the chain begins and ends. What was before `first` has been let go of; `before` is its last hash.
CREATE TABLE audit_ends (
    one    INTEGER PRIMARY KEY CHECK (one = 1),
    first  INTEGER NOT NULL,
    before TEXT NOT NULL,
    next   INTEGER NOT NULL,
    last   TEXT NOT NULL
) STRICT;
INSERT INTO audit_ends VALUES (1, 1, '', 1, '');
