-- The name that this file gives itself, once for all. What belongs to it outside of the data folder carries it:
-- the containers of its sandboxes.
CREATE TABLE owner (name TEXT NOT NULL) STRICT;
INSERT INTO owner (name) VALUES (lower(hex(randomblob(16))));
