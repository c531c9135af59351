-- How a photo was stored by its camera, and what a person changed of it afterwards. An edited photo is made anew from
-- its master (the whole picture as it was imported) and all changes, so that losses do not pile up and each change can
-- be taken back.

ALTER TABLE photos ADD COLUMN orientation INTEGER NOT NULL DEFAULT 1 CHECK (orientation BETWEEN 1 AND 8);
-- JSON: the master's SHA-256, sides and hash. Null: never edited, the photo is its own master.
ALTER TABLE photos ADD COLUMN master TEXT CHECK (json_valid(master));
-- JSON: the changes, oldest first, each in pixels of the picture as it was shown then.
ALTER TABLE photos ADD COLUMN edits TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(edits));

-- The same file imported again is the edited photo, not a new one.
CREATE INDEX photos_by_master ON photos (json_extract(master, '$.sha256')) WHERE master IS NOT NULL;
