-- What is known of an attempt whose answer is lost, and who pressed the button.

-- 1: the person pressed the site's own button, which may take a while.
ALTER TABLE publish_attempts ADD COLUMN by_hand INTEGER NOT NULL DEFAULT 0 CHECK (by_hand IN (0, 1));
-- The own items that are new since the baseline, as they were last seen.
ALTER TABLE publish_attempts ADD COLUMN evidence TEXT CHECK (evidence IS NULL OR json_valid(evidence));
