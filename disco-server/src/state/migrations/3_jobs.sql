-- Jobs, and what is kept of them when they are done. `process` is the one that has it in its queue or runs it, `spec`
-- what was asked with its secrets; both are NULL when it is done. `run` is the record that callers see.
CREATE TABLE jobs (
    number   INTEGER PRIMARY KEY AUTOINCREMENT,
    id       TEXT NOT NULL UNIQUE,
    process  TEXT REFERENCES processes (id) ON DELETE RESTRICT,
    status   TEXT NOT NULL,
    finished INTEGER,
    cancel   INTEGER NOT NULL DEFAULT 0,
    spec     TEXT,
    run      TEXT NOT NULL
) STRICT;
CREATE INDEX jobs_of_process ON jobs (process) WHERE process IS NOT NULL;

CREATE TABLE job_log (
    job    TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    seq    INTEGER NOT NULL,
    step   INTEGER NOT NULL,
    stream TEXT NOT NULL,
    text   TEXT NOT NULL,
    PRIMARY KEY (job, seq)
) STRICT;

-- The bytes are in files named after their digest.
CREATE TABLE artifacts (
    job    TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    name   TEXT NOT NULL,
    size   INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    PRIMARY KEY (job, name)
) STRICT;
CREATE INDEX artifacts_by_content ON artifacts (sha256);

-- Calls that clients have made tasks of. `process` is the one that runs it; NULL when it is done.
CREATE TABLE tasks (
    number  INTEGER PRIMARY KEY AUTOINCREMENT,
    id      TEXT NOT NULL UNIQUE,
    owner   TEXT NOT NULL,
    process TEXT REFERENCES processes (id) ON DELETE RESTRICT,
    expires INTEGER NOT NULL,
    record  TEXT NOT NULL
) STRICT;
