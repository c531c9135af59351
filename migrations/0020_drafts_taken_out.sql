-- Drafts that a run over photos took out of all lists: 'look' where looking put their photos elsewhere (they come back
-- when something is typed in them), 'person' where the person joined their pile to another. Null: the person removed
-- the draft itself, or it is in all lists.
ALTER TABLE drafts ADD COLUMN taken_out_by TEXT CHECK (taken_out_by IN ('look', 'person'));
