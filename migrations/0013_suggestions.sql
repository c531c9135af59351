-- What an analysis proposes for a draft, each value with where it comes from, and in which fields the person said
-- something: those are never written over.

CREATE TABLE draft_suggestions (
    draft_id   TEXT    NOT NULL REFERENCES drafts (id) ON DELETE CASCADE,
    field      TEXT    NOT NULL,                                  -- the contract's name of the field
    place      INTEGER NOT NULL CHECK (place >= 0),               -- the best of a field is 0
    value      TEXT    NOT NULL CHECK (json_valid(value)),
    source     TEXT    NOT NULL CHECK (json_valid(source)),
    confidence REAL    NOT NULL CHECK (confidence BETWEEN 0 AND 1),
    taken      INTEGER NOT NULL CHECK (taken IN (0, 1)),          -- it was written into the draft
    made_at    TEXT    NOT NULL CHECK (length(made_at) = 24),
    PRIMARY KEY (draft_id, field, place)
) STRICT, WITHOUT ROWID;

-- A field that the person gave a value, or emptied.
CREATE TABLE draft_said (
    draft_id TEXT NOT NULL REFERENCES drafts (id) ON DELETE CASCADE,
    field    TEXT NOT NULL,
    said_at  TEXT NOT NULL CHECK (length(said_at) = 24),
    PRIMARY KEY (draft_id, field)
) STRICT, WITHOUT ROWID;
