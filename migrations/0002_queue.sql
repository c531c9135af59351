-- Durable jobs, read and written by the crate `queue` only.
-- Times are RFC 3339 in UTC with milliseconds, always 24 characters: text order is time order.

CREATE TABLE jobs (
    id             TEXT    NOT NULL PRIMARY KEY CHECK (length(id) = 36),  -- UUIDv7
    subject        TEXT    NOT NULL,                -- what the job is about, an id of the caller's
    label          TEXT    NOT NULL,                -- for lists
    label_folded   TEXT    NOT NULL,                -- label in lower case, for search
    lane           TEXT    NOT NULL CHECK (lane <> ''),  -- one running job per lane
    payload        TEXT    NOT NULL CHECK (json_valid(payload)),
    mode           TEXT    NOT NULL CHECK (mode IN ('manual', 'automated')),
    status         TEXT    NOT NULL CHECK (status IN
                       ('queued', 'running', 'success', 'failed', 'paused', 'needs_manual', 'unknown')),
    -- Of the run at hand: 'safe' may be run again, 'committed' may already have had its effect.
    phase          TEXT    NOT NULL DEFAULT 'safe' CHECK (phase IN ('safe', 'committed')),
    planned_at     TEXT    NOT NULL CHECK (length(planned_at) = 24),  -- not before
    attempt        INTEGER NOT NULL DEFAULT 0 CHECK (attempt >= 0),   -- runs begun so far
    attempts_left  INTEGER NOT NULL CHECK (attempts_left >= 0),
    max_attempts   INTEGER NOT NULL CHECK (max_attempts >= 1),
    rescues        INTEGER NOT NULL DEFAULT 0,      -- runs cut short by a dead process, in a row
    unique_key     TEXT,                            -- held by one unfinished job at a time
    -- The lease of a running job: which process, which run.
    boot_id        TEXT,
    lease_id       TEXT,
    heartbeat_at   TEXT,
    stop_requested INTEGER NOT NULL DEFAULT 0 CHECK (stop_requested IN (0, 1)),
    started_at     TEXT,                            -- of the last run
    duration_ms    INTEGER,                         -- of the last run
    error_code     TEXT,
    error_detail   TEXT,
    result_url     TEXT,
    created_at     TEXT    NOT NULL CHECK (length(created_at) = 24),
    updated_at     TEXT    NOT NULL CHECK (length(updated_at) = 24),
    removed_at     TEXT,                            -- soft delete
    CHECK ((status = 'running') = (lease_id IS NOT NULL)),
    CHECK ((lease_id IS NULL) = (boot_id IS NULL)),
    CHECK ((error_code IS NULL) = (error_detail IS NULL))
) STRICT;

-- Whatever the code does, two jobs of a lane never run together.
CREATE UNIQUE INDEX jobs_one_running_per_lane ON jobs (lane) WHERE status = 'running';

CREATE UNIQUE INDEX jobs_unique_key ON jobs (unique_key)
    WHERE unique_key IS NOT NULL AND removed_at IS NULL AND status NOT IN ('success', 'failed');

CREATE INDEX jobs_listed ON jobs (planned_at, status, id) WHERE removed_at IS NULL;
-- Counts, and the claim: the due jobs in their order.
CREATE INDEX jobs_by_status ON jobs (status, planned_at, id) WHERE removed_at IS NULL;
CREATE INDEX jobs_by_subject ON jobs (subject);

-- Lanes that wait although they have due jobs; lane '' holds them all.
CREATE TABLE queue_holds (
    lane       TEXT NOT NULL PRIMARY KEY,
    code       TEXT NOT NULL,
    detail     TEXT NOT NULL,
    until      TEXT CHECK (until IS NULL OR length(until) = 24),  -- NULL: until released
    created_at TEXT NOT NULL CHECK (length(created_at) = 24)
) STRICT;

-- A job's log is the concatenation of its rows; `start` is the byte where a row begins in it.
CREATE TABLE job_log (
    job_id TEXT    NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    start  INTEGER NOT NULL CHECK (start >= 0),
    bytes  INTEGER NOT NULL CHECK (bytes > 0),
    text   TEXT    NOT NULL,
    PRIMARY KEY (job_id, start)
) STRICT, WITHOUT ROWID;
