-- Which jobs changed in which order, whoever changed them: read by the crate `queue` only, written by triggers.

-- One row a job, renewed with every change. Writes of SQLite come one after the other, so that whoever read up to a
-- number finds everything later behind it: no clock has a part in this.
CREATE TABLE job_changes (
    seq    INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    job_id TEXT    NOT NULL UNIQUE REFERENCES jobs (id) ON DELETE CASCADE
) STRICT;

CREATE TRIGGER a_new_job_is_a_change AFTER INSERT ON jobs BEGIN
    INSERT INTO job_changes (job_id) VALUES (new.id);
END;

-- Not of a heartbeat, which leaves `updated_at` as it is.
CREATE TRIGGER a_changed_job_is_a_change AFTER UPDATE OF updated_at ON jobs BEGIN
    DELETE FROM job_changes WHERE job_id = new.id;
    INSERT INTO job_changes (job_id) VALUES (new.id);
END;

-- What the webhooks tell of is looked for every other second.
CREATE INDEX jobs_ended ON jobs (updated_at) WHERE status IN ('failed', 'needs_manual');
