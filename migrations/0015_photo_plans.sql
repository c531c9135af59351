-- Runs over many photos: what was seen in each photo, which photos make one garment, and the drafts made of them.

CREATE TABLE photo_plans (
    id         TEXT    NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    import_id  TEXT,                                              -- the import that it belongs to, where it does
    state      TEXT    NOT NULL CHECK (state IN ('looking', 'ready', 'filling', 'done', 'stopped', 'failed')),
    boot_id    TEXT    NOT NULL,                                  -- the process that works on it
    revision   INTEGER NOT NULL CHECK (revision >= 1),
    body       TEXT    NOT NULL CHECK (json_valid(body)),         -- photos, piles and how drafts are made
    created_at TEXT    NOT NULL CHECK (length(created_at) = 24)
) STRICT;

CREATE INDEX photo_plans_by_import ON photo_plans (import_id) WHERE import_id IS NOT NULL;

-- What was seen in a photo. Found again at any time: the oldest go first.
CREATE TABLE photo_facts (
    sha256    TEXT NOT NULL CHECK (length(sha256) = 64),
    version   TEXT NOT NULL,                                      -- who looked
    facts     TEXT NOT NULL,
    looked_at TEXT NOT NULL CHECK (length(looked_at) = 24),
    PRIMARY KEY (sha256, version)
) STRICT;

CREATE INDEX photo_facts_by_age ON photo_facts (looked_at);
