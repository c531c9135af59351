-- Countries, health and budgets of accounts: read and written by the crate `store`.

ALTER TABLE accounts ADD COLUMN country TEXT CHECK (country IS NULL OR length(country) = 2);  -- ISO 3166-1
-- Its own budgets; NULL: what the settings say.
ALTER TABLE accounts ADD COLUMN budget_hour INTEGER CHECK (budget_hour BETWEEN 1 AND 20);
ALTER TABLE accounts ADD COLUMN budget_day  INTEGER CHECK (budget_day BETWEEN 1 AND 60);

-- What the site last let an account feel.
CREATE TABLE account_health (
    account_id         TEXT    NOT NULL PRIMARY KEY REFERENCES accounts (id),
    session_state      TEXT    NOT NULL DEFAULT 'unknown'
                       CHECK (session_state IN ('unknown', 'accepted', 'expired')),
    waits_in_a_row     INTEGER NOT NULL DEFAULT 0 CHECK (waits_in_a_row >= 0),  -- 429 since the last success
    restriction_code   TEXT,
    restriction_seen   TEXT    CHECK (restriction_seen IS NULL OR length(restriction_seen) = 24),
    restriction_until  TEXT    CHECK (restriction_until IS NULL OR length(restriction_until) = 24)
) STRICT, WITHOUT ROWID;

-- The last refusals, newest by id; older ones are dropped.
CREATE TABLE account_refusals (
    id         INTEGER PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    at         TEXT NOT NULL CHECK (length(at) = 24),
    code       TEXT NOT NULL,
    detail     TEXT NOT NULL
) STRICT;

CREATE INDEX refusals_of_account ON account_refusals (account_id, id DESC);

-- The time that budgets are counted in: it goes on with the machine's steady clock and never jumps (docs/decisions/0014).
CREATE TABLE counted_clock (
    only_row  INTEGER NOT NULL PRIMARY KEY CHECK (only_row = 1),
    boot      TEXT    NOT NULL,                  -- which run of the machine the reading belongs to
    steady_ms INTEGER NOT NULL,
    wall_ms   INTEGER NOT NULL,
    counted   TEXT    NOT NULL CHECK (length(counted) = 24)
) STRICT;

-- When each attempt was begun, in counted time. Whether it counts is its state's word.
CREATE TABLE publish_spends (
    attempt_id TEXT NOT NULL PRIMARY KEY REFERENCES publish_attempts (id),
    account_id TEXT NOT NULL,
    kind       TEXT NOT NULL DEFAULT 'new' CHECK (kind IN ('new', 'relist')),
    counted_at TEXT NOT NULL CHECK (length(counted_at) = 24)
) STRICT, WITHOUT ROWID;

CREATE INDEX spends_of_account ON publish_spends (account_id, counted_at);

INSERT INTO publish_spends (attempt_id, account_id, counted_at)
    SELECT id, account_id, created_at FROM publish_attempts;

-- In the intent's own transaction: no code can write an intent that is not counted.
CREATE TRIGGER an_intent_is_counted AFTER INSERT ON publish_attempts BEGIN
    INSERT INTO publish_spends (attempt_id, account_id, counted_at)
        VALUES (NEW.id, NEW.account_id, coalesce((SELECT counted FROM counted_clock), NEW.created_at));
END;
