-- A question to the person's own model is claimed while it is under way, by the hash under which its answer is kept: of
-- two windows, or a window and the command line, one asks and pays.
ALTER TABLE model_calls ADD COLUMN claim TEXT CHECK (length(claim) = 64);
-- The process that claims it; what one that died claims is free.
ALTER TABLE model_calls ADD COLUMN claimed_by TEXT CHECK (length(claimed_by) = 36);

CREATE INDEX model_calls_claimed ON model_calls (claim) WHERE claim IS NOT NULL;
