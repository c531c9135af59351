-- What the local HTTP API keeps: uploads that come in parts, and values sealed under the vault's key.

-- An upload in parts. The parts themselves are files in the data folder's `uploads`; what is there is told by them.
CREATE TABLE uploads (
    id         TEXT    NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    filename   TEXT    NOT NULL,
    mime       TEXT    NOT NULL,                              -- as the sender says; the content decides
    size       INTEGER NOT NULL CHECK (size > 0),             -- bytes of the whole
    part_size  INTEGER NOT NULL CHECK (part_size > 0),        -- bytes of every part but the last
    status     TEXT    NOT NULL CHECK (status IN ('pending', 'processing', 'ready', 'failed')),
    boot_id    TEXT    NOT NULL,                              -- the process that put it together; a dead one's goes on
    photo_id   TEXT    REFERENCES photos (id) ON DELETE CASCADE,
    reason     TEXT,                                          -- a code, where it failed
    created_at TEXT    NOT NULL CHECK (length(created_at) = 24),
    updated_at TEXT    NOT NULL CHECK (length(updated_at) = 24),
    CHECK ((status = 'ready') = (photo_id IS NOT NULL))
) STRICT;

CREATE INDEX uploads_by_age ON uploads (status, updated_at);

-- Secrets of this installation that are no session, by name: sealed, never in plain.
CREATE TABLE sealed_values (
    name       TEXT NOT NULL PRIMARY KEY CHECK (name <> ''),
    sealed     BLOB NOT NULL,
    created_at TEXT NOT NULL CHECK (length(created_at) = 24)
) STRICT, WITHOUT ROWID;
