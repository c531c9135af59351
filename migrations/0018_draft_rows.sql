-- Lists of thousands of drafts: what the gates said is kept beside each, and the words that search looks at have a
-- full-text index. Both are written by the crate `store`; the index follows its table by triggers.

-- Codes of the gates that failed, with a blank before and after each (' missing_size emoji_found '); one blank: none.
ALTER TABLE drafts ADD COLUMN missing TEXT;
-- Fingerprint of the rules that judged so; null, or another one: to be judged again before it is listed.
ALTER TABLE drafts ADD COLUMN judged_by TEXT;

CREATE INDEX drafts_judged ON drafts (judged_by) WHERE removed_at IS NULL;

-- Numbers for the index: a table whose key is a text has row numbers that a copy may change.
CREATE TABLE draft_numbers (
    number   INTEGER PRIMARY KEY,
    draft_id TEXT    NOT NULL UNIQUE REFERENCES drafts (id) ON DELETE CASCADE
) STRICT;

-- Holds words only, not the texts. What it reads is folded already: case, accents, ligatures.
CREATE VIRTUAL TABLE draft_words USING fts5 (
    text,
    content = '',
    contentless_delete = 1,
    tokenize = 'unicode61 remove_diacritics 2',
    prefix = '1 2 3'
);
-- The words themselves, to find the one that was meant where nothing is found.
CREATE VIRTUAL TABLE draft_terms USING fts5vocab (draft_words, row);

INSERT INTO draft_numbers (draft_id) SELECT id FROM drafts ORDER BY created_at, id;
INSERT INTO draft_words (rowid, text)
    SELECT n.number, d.search FROM draft_numbers n JOIN drafts d ON d.id = n.draft_id;

CREATE TRIGGER draft_words_of_new AFTER INSERT ON drafts
BEGIN
    INSERT INTO draft_numbers (draft_id) VALUES (new.id);
    INSERT INTO draft_words (rowid, text)
        SELECT number, new.search FROM draft_numbers WHERE draft_id = new.id;
END;

CREATE TRIGGER draft_words_of_changed AFTER UPDATE OF search ON drafts WHEN new.search <> old.search
BEGIN
    UPDATE draft_words SET text = new.search
        WHERE rowid = (SELECT number FROM draft_numbers WHERE draft_id = new.id);
END;

CREATE TRIGGER draft_words_of_gone BEFORE DELETE ON drafts
BEGIN
    DELETE FROM draft_words WHERE rowid = (SELECT number FROM draft_numbers WHERE draft_id = old.id);
END;
