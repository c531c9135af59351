-- Brands as the site writes them, noted when its form shows them in the person's own session. Found again at any time:
-- the longest unseen go first.
CREATE TABLE site_brands (
    folded  TEXT NOT NULL PRIMARY KEY,            -- case and accents folded: one brand, however it is written
    name    TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    seen_at TEXT NOT NULL CHECK (length(seen_at) = 24)
) STRICT;

CREATE INDEX site_brands_by_age ON site_brands (seen_at);
