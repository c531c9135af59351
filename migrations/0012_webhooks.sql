-- What is told to the addresses of the setting `webhooks`.

-- Since when an address is told things; what happened before is not told.
CREATE TABLE webhook_targets (
    url   TEXT NOT NULL PRIMARY KEY CHECK (url <> ''),
    since TEXT NOT NULL CHECK (length(since) = 24)
) STRICT, WITHOUT ROWID;

-- One message for one address, until it was taken or given up.
CREATE TABLE webhook_deliveries (
    id         TEXT    NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    url        TEXT    NOT NULL REFERENCES webhook_targets (url) ON DELETE CASCADE,
    event      TEXT    NOT NULL CHECK (event IN ('published', 'needs_manual', 'failed')),
    source     TEXT    NOT NULL,                              -- the attempt or the job's run that it tells of
    body       TEXT    NOT NULL CHECK (json_valid(body)),
    attempts   INTEGER NOT NULL CHECK (attempts >= 0),        -- tries so far
    next_at    TEXT    CHECK (length(next_at) = 24),          -- null: taken, or given up
    created_at TEXT    NOT NULL CHECK (length(created_at) = 24),
    UNIQUE (url, event, source)                               -- nothing is told twice for one cause
) STRICT;

CREATE INDEX webhook_deliveries_due ON webhook_deliveries (next_at) WHERE next_at IS NOT NULL;
