-- When a sandbox was last used, in seconds since 1970. Pooled: it waits for whoever creates the next one.
ALTER TABLE sandboxes ADD COLUMN used INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sandboxes ADD COLUMN pooled INTEGER NOT NULL DEFAULT 0;

-- How sandboxes ended that are gone.
CREATE TABLE sandbox_ends (
    number  INTEGER PRIMARY KEY AUTOINCREMENT,
    sandbox TEXT NOT NULL UNIQUE,
    reason  TEXT NOT NULL,
    idle    INTEGER NOT NULL,
    at      INTEGER NOT NULL
) STRICT;

-- Copies of workspaces. `claim` is the process that makes or removes one just now; NULL: it can be used.
CREATE TABLE snapshots (
    id     TEXT PRIMARY KEY,
    claim  TEXT REFERENCES processes (id) ON DELETE RESTRICT,
    bytes  INTEGER NOT NULL,
    record TEXT NOT NULL
) STRICT;

-- Workspaces whose files are being replaced just now. `stage` is a folder in the workspace, with the new files in
-- `new` and the old ones in `old`; `phase` is `aside` (nothing on the
-- stage counts), `out` (the old leave), or `in` (the new come).
CREATE TABLE restores (
    stage     TEXT PRIMARY KEY,
    process   TEXT NOT NULL REFERENCES processes (id) ON DELETE RESTRICT,
    workspace TEXT NOT NULL,
    phase     TEXT NOT NULL
) STRICT;
