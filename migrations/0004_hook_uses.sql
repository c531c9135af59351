-- Which way found which field of the site's form, and when it last did.

CREATE TABLE hook_uses (
    field       TEXT NOT NULL,               -- title, price …
    way         TEXT NOT NULL,               -- test_id, id, name, css, role, label, position
    hook        TEXT NOT NULL,               -- title--input
    profile     TEXT NOT NULL,               -- date of the site profile then
    last_worked TEXT NOT NULL CHECK (length(last_worked) = 24),
    count       INTEGER NOT NULL CHECK (count > 0),
    PRIMARY KEY (field, way, hook)
) STRICT, WITHOUT ROWID;
