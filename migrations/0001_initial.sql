-- Photos, drafts, listings, publish attempts, accounts, settings: read and written by the crate `store`.
-- Ids are UUIDv7 texts. Times are RFC 3339 in UTC with milliseconds, always 24 characters: text order is
-- time order. Money is integer minor units beside an ISO 4217 code.

CREATE TABLE photos (
    id          TEXT    NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    sha256      TEXT    NOT NULL UNIQUE CHECK (length(sha256) = 64),  -- of the JPEG that goes to the site
    filename    TEXT    NOT NULL,                -- the name it was imported under
    width       INTEGER NOT NULL CHECK (width > 0),
    height      INTEGER NOT NULL CHECK (height > 0),
    phash       INTEGER NOT NULL,                -- 64 bits, two's complement
    captured_at TEXT,                            -- the camera's own wall clock, no zone
    camera      TEXT,
    created_at  TEXT    NOT NULL CHECK (length(created_at) = 24)
) STRICT;

CREATE TABLE drafts (
    id                 TEXT    NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    title              TEXT    NOT NULL,
    description        TEXT    NOT NULL,
    price_min_cents    INTEGER CHECK (price_min_cents >= 0),
    price_target_cents INTEGER CHECK (price_target_cents >= 0),
    price_max_cents    INTEGER CHECK (price_max_cents >= 0),
    currency           TEXT    NOT NULL CHECK (length(currency) = 3),
    brand              TEXT,                     -- 'Sans marque' is an answer, null is none
    size               TEXT    NOT NULL,         -- 'unknown' where nobody said
    condition          TEXT,
    category           TEXT,
    colors             TEXT    NOT NULL CHECK (json_valid(colors)),
    materials          TEXT    NOT NULL CHECK (json_valid(materials)),
    package_size       TEXT,
    status             TEXT    NOT NULL CHECK (status IN ('draft', 'queued', 'published', 'archived')),
    confidence         REAL,
    revision           INTEGER NOT NULL CHECK (revision > 0),
    search             TEXT    NOT NULL,         -- what search looks at, case and accents folded
    created_at         TEXT    NOT NULL CHECK (length(created_at) = 24),
    updated_at         TEXT    NOT NULL CHECK (length(updated_at) = 24),
    removed_at         TEXT                      -- out of all lists; undo clears it
) STRICT;

CREATE INDEX drafts_newest ON drafts (created_at DESC, id DESC) WHERE removed_at IS NULL;

CREATE TABLE draft_photos (
    draft_id TEXT    NOT NULL REFERENCES drafts (id),
    place    INTEGER NOT NULL CHECK (place >= 0),
    photo_id TEXT    NOT NULL REFERENCES photos (id),
    PRIMARY KEY (draft_id, place),
    UNIQUE (draft_id, photo_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX draft_photos_by_photo ON draft_photos (photo_id);

CREATE TABLE accounts (
    id             TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    name           TEXT NOT NULL UNIQUE CHECK (name <> ''),
    site_url       TEXT NOT NULL,
    login          TEXT,
    site_user_id   TEXT,
    user_agent     TEXT,                         -- of the browser the session came from; compared only
    sealed_session BLOB,                         -- under the vault's key, bound to the account's id
    checked_at     TEXT
) STRICT;

CREATE TABLE listings (
    account_id   TEXT    NOT NULL REFERENCES accounts (id),
    site_id      TEXT    NOT NULL,
    draft_id     TEXT    NOT NULL REFERENCES drafts (id),
    url          TEXT    NOT NULL,
    title        TEXT    NOT NULL,
    price_cents  INTEGER,
    currency     TEXT    NOT NULL,
    under_review INTEGER NOT NULL CHECK (under_review IN (0, 1)),
    published_at TEXT    NOT NULL CHECK (length(published_at) = 24),
    PRIMARY KEY (account_id, site_id)
) STRICT;

CREATE INDEX listings_by_draft ON listings (draft_id, published_at DESC);

-- A form that was filled and shown; the confirm token names the row.
CREATE TABLE confirmations (
    id           TEXT    NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    draft_id     TEXT    NOT NULL REFERENCES drafts (id),
    account_id   TEXT    NOT NULL REFERENCES accounts (id),
    login        TEXT    NOT NULL,               -- who was logged in when the person looked
    site_url     TEXT    NOT NULL,               -- the site that was filled
    content_hash TEXT    NOT NULL CHECK (length(content_hash) = 64),
    fields       TEXT    NOT NULL CHECK (json_valid(fields)),
    dry_only     INTEGER NOT NULL CHECK (dry_only IN (0, 1)),
    prepared_at  TEXT    NOT NULL CHECK (length(prepared_at) = 24),
    expires_at   TEXT    NOT NULL CHECK (length(expires_at) = 24)
) STRICT;

CREATE TABLE publish_attempts (
    id              TEXT    NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    confirmation_id TEXT    NOT NULL REFERENCES confirmations (id),
    draft_id        TEXT    NOT NULL REFERENCES drafts (id),
    account_id      TEXT    NOT NULL REFERENCES accounts (id),
    content_hash    TEXT    NOT NULL CHECK (length(content_hash) = 64),
    idempotency_key TEXT    NOT NULL CHECK (idempotency_key <> ''),
    state           TEXT    NOT NULL CHECK (state IN
                        ('intent', 'submitted', 'settled', 'refused', 'needs_manual', 'unknown')),
    baseline        TEXT    NOT NULL CHECK (json_valid(baseline)),  -- own items' ids before the click
    fingerprint     TEXT    NOT NULL CHECK (json_valid(fingerprint)),
    boot_id         TEXT    NOT NULL,            -- the process that made it
    listing_id      TEXT,
    listing_url     TEXT,
    reason          TEXT,                        -- a code
    result          TEXT,                        -- the answer that was given, for replays
    created_at      TEXT    NOT NULL CHECK (length(created_at) = 24),
    updated_at      TEXT    NOT NULL CHECK (length(updated_at) = 24)
) STRICT;

-- These three indices, not any read before them, are why nothing is published twice: of all attempts that
-- are not a proven failure, a confirmation has one, a key has one, and a draft has one per account.
CREATE UNIQUE INDEX one_attempt_per_confirmation ON publish_attempts (confirmation_id)
    WHERE state NOT IN ('refused', 'needs_manual');
CREATE UNIQUE INDEX one_attempt_per_key ON publish_attempts (account_id, idempotency_key)
    WHERE state NOT IN ('refused', 'needs_manual');
CREATE UNIQUE INDEX one_attempt_per_draft ON publish_attempts (account_id, draft_id)
    WHERE state NOT IN ('refused', 'needs_manual');
CREATE INDEX attempts_of_draft ON publish_attempts (draft_id, id DESC);
CREATE INDEX open_attempts ON publish_attempts (state) WHERE state IN ('intent', 'submitted', 'unknown');

CREATE TABLE settings (
    key   TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL CHECK (json_valid(value))
) STRICT, WITHOUT ROWID;
