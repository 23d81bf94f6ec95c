-- That a copy was put in the book's place is written down in that copy, and chained: which book it replaced, by the end
-- of its chain, and how far closings were numbered in it. Never changed and never removed.
CREATE TABLE restores (
    id               INTEGER PRIMARY KEY,
    at               INTEGER NOT NULL,
    who              TEXT NOT NULL,
    replaced_rows    INTEGER,           -- links of the chain of the book of before; NULL: it could not be read
    replaced_head    TEXT,              -- the last one's hash, in hexadecimal
    replaced_closing INTEGER            -- the last number that a closing had in it, 0 where there was none
) STRICT;
CREATE TRIGGER restores_unchanged BEFORE UPDATE ON restores
    BEGIN SELECT RAISE(ABORT, 'a restore is never changed'); END;
CREATE TRIGGER restores_kept BEFORE DELETE ON restores
    BEGIN SELECT RAISE(ABORT, 'a restore is never removed'); END;

-- A number that stands on paper already is not used again.
DROP TRIGGER closings_without_gaps;
CREATE TRIGGER closings_without_gaps BEFORE INSERT ON closings
    WHEN NEW.id IS NOT max((SELECT ifnull(max(id), 0) FROM closings),
                           (SELECT ifnull(max(replaced_closing), 0) FROM restores)) + 1
    BEGIN SELECT RAISE(ABORT, 'closings are numbered without gaps'); END;
