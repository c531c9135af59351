-- What a draft was before: one row for each state that a person may want back, written in the same transaction as the
-- change. Steps of one typing session share a row; `store` keeps the newest of each draft.

CREATE TABLE draft_versions (
    draft_id TEXT    NOT NULL REFERENCES drafts (id) ON DELETE CASCADE,
    revision INTEGER NOT NULL CHECK (revision > 0),       -- of the draft when it held this
    cause    TEXT    NOT NULL,                            -- made, edit, photos, filled, bulk, undone, restored
    began_at TEXT    NOT NULL CHECK (length(began_at) = 24),  -- when the first step of it was saved
    saved_at TEXT    NOT NULL CHECK (length(saved_at) = 24),  -- and the last
    content  TEXT    NOT NULL CHECK (json_valid(content)),
    photos   TEXT    NOT NULL CHECK (json_valid(photos)),  -- ids in order
    PRIMARY KEY (draft_id, revision)
) STRICT, WITHOUT ROWID;
