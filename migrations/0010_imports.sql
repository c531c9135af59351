-- Imports that have not come to their end: what was done with each file, so that after a crash the same import goes
-- on where it was. An import that came to its end leaves nothing here; its photos and drafts are in their own tables.

CREATE TABLE import_runs (
    id         TEXT    NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    request    TEXT    NOT NULL CHECK (length(request) = 64),     -- SHA-256 of what was asked for: paths and grouping
    paths      TEXT    NOT NULL CHECK (json_valid(paths)),        -- files and folders as given, to be shown and read again
    grouping   TEXT    NOT NULL CHECK (grouping IN ('auto', 'one', 'none')),
    total      INTEGER NOT NULL CHECK (total >= 0),               -- files found when it last began
    boot_id    TEXT    NOT NULL,                                  -- the process that works on it
    stopped    INTEGER NOT NULL CHECK (stopped IN (0, 1)),        -- it will not go on by itself: a person or a fault ended it
    created_at TEXT    NOT NULL CHECK (length(created_at) = 24)
) STRICT;

CREATE INDEX import_runs_by_request ON import_runs (request, created_at DESC);

-- The drafts that an import made, in their order, and why their photos stand together.
CREATE TABLE import_drafts (
    run_id     TEXT    NOT NULL REFERENCES import_runs (id) ON DELETE CASCADE,
    draft_id   TEXT    NOT NULL REFERENCES drafts (id) ON DELETE CASCADE,
    place      INTEGER NOT NULL,
    reason     TEXT    NOT NULL,
    seconds    INTEGER,
    confidence REAL    NOT NULL,
    PRIMARY KEY (run_id, place)
) STRICT, WITHOUT ROWID;

-- A file that is done: it became a photo or it was refused. A changed file is another file.
CREATE TABLE import_files (
    run_id   TEXT    NOT NULL REFERENCES import_runs (id) ON DELETE CASCADE,
    path     BLOB    NOT NULL,                                    -- as the system gives it: not every name is a text
    bytes    INTEGER NOT NULL,
    modified INTEGER NOT NULL,                                    -- milliseconds since 1970
    photo_id TEXT    REFERENCES photos (id) ON DELETE CASCADE,
    new      INTEGER NOT NULL CHECK (new IN (0, 1)),              -- the photo was not there before this import
    drafted  INTEGER NOT NULL CHECK (drafted IN (0, 1)),          -- its photo stands in a draft of this import
    code     TEXT,                                                -- why it was refused
    message  TEXT,
    PRIMARY KEY (run_id, path),
    CHECK ((photo_id IS NULL) <> (code IS NULL))
) STRICT, WITHOUT ROWID;
