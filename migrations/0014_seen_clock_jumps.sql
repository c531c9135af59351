-- How far the wall clock stood before the counted time in this run of the machine, at most (docs/decisions/0014).
ALTER TABLE counted_clock ADD COLUMN ahead_ms INTEGER NOT NULL DEFAULT 0 CHECK (ahead_ms >= 0);
