-- Phones that may add photos (docs/decisions/0039), and which phone an upload comes from.

-- A phone keeps a token; here is only its hash. A phone that was shut out keeps its row: its uploads name it.
CREATE TABLE paired_devices (
    id         TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    name       TEXT NOT NULL CHECK (name <> ''),              -- what kind of phone it said to be
    token_hash BLOB NOT NULL UNIQUE CHECK (length(token_hash) = 32), -- SHA-256
    paired_at  TEXT NOT NULL CHECK (length(paired_at) = 24),
    last_seen  TEXT NOT NULL CHECK (length(last_seen) = 24),
    revoked_at TEXT CHECK (length(revoked_at) = 24)           -- null: it may add photos
) STRICT;

-- Null: the upload comes from a program with the API's token.
ALTER TABLE uploads ADD COLUMN device_id TEXT REFERENCES paired_devices (id);
-- What a phone tells a file by beside name and size, so that picked again it goes on where it was.
ALTER TABLE uploads ADD COLUMN mark TEXT;

CREATE INDEX uploads_by_device ON uploads (device_id, created_at) WHERE device_id IS NOT NULL;
