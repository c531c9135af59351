-- Plans by wall clock, several reasons to hold a lane at once, and the index of the claim: the crate `queue` only.

-- What the person said: their wall clock and its IANA zone. `planned_at` stays what counts.
ALTER TABLE jobs ADD COLUMN planned_local TEXT;  -- 2026-11-21T19:30:00
ALTER TABLE jobs ADD COLUMN planned_zone  TEXT;  -- Europe/Paris

-- The claim and the next look walk the queued jobs in their order and need no row of those that are held.
CREATE INDEX jobs_claimable ON jobs (planned_at, id, lane) WHERE status = 'queued' AND removed_at IS NULL;

-- A lane may be paused by its person and wait for the site at the same time: one row for each reason.
CREATE TABLE lane_holds (
    lane       TEXT NOT NULL,                    -- '' holds them all
    code       TEXT NOT NULL,
    detail     TEXT NOT NULL,
    until      TEXT CHECK (until IS NULL OR length(until) = 24),  -- NULL: until released
    created_at TEXT NOT NULL CHECK (length(created_at) = 24),
    PRIMARY KEY (lane, code)
) STRICT, WITHOUT ROWID;

INSERT INTO lane_holds (lane, code, detail, until, created_at)
    SELECT lane, code, detail, until, created_at FROM queue_holds;
DROP TABLE queue_holds;
ALTER TABLE lane_holds RENAME TO queue_holds;
