-- The day's end: closings, the cash in the drawer, and a closing that is being made.

-- A closing is never changed and never removed. Its number is its id, without gaps. The columns that end in `upto` are
-- the last rows that stood in the book: what comes later belongs to a later closing.
CREATE TABLE closings (
    id               INTEGER PRIMARY KEY,
    kind             TEXT NOT NULL,                       -- day, shift, correction
    corrects         INTEGER REFERENCES closings (id),
    day              TEXT NOT NULL,
    zone             TEXT NOT NULL,                       -- the rule of the day then
    cutover          INTEGER NOT NULL,
    closed_at        INTEGER NOT NULL,
    closed_by        TEXT NOT NULL,
    lines_upto       INTEGER NOT NULL,
    news_upto        INTEGER NOT NULL,
    corrections_upto INTEGER NOT NULL,
    unread_upto      INTEGER NOT NULL,
    moves_upto       INTEGER NOT NULL,
    counts_upto      INTEGER NOT NULL,
    content          TEXT NOT NULL                        -- all of it, as JSON
) STRICT;
CREATE INDEX closings_day ON closings (day);
CREATE INDEX closings_corrects ON closings (corrects) WHERE corrects IS NOT NULL;
CREATE TRIGGER closings_without_gaps BEFORE INSERT ON closings
    WHEN NEW.id IS NOT (SELECT ifnull(max(id), 0) + 1 FROM closings)
    BEGIN SELECT RAISE(ABORT, 'closings are numbered without gaps'); END;
CREATE TRIGGER closings_unchanged BEFORE UPDATE ON closings
    BEGIN SELECT RAISE(ABORT, 'a closing is never changed'); END;
CREATE TRIGGER closings_kept BEFORE DELETE ON closings
    BEGIN SELECT RAISE(ABORT, 'a closing is never removed'); END;

-- What of each day's totals is in closings already, or was in the book before the first of them.
CREATE TABLE closed_totals (
    day      TEXT NOT NULL,
    currency TEXT NOT NULL,
    payments INTEGER NOT NULL,
    refunds  INTEGER NOT NULL,
    paid     INTEGER NOT NULL,
    refunded INTEGER NOT NULL,
    PRIMARY KEY (day, currency)
) STRICT, WITHOUT ROWID;

-- How a closing stands with the platforms' statements by now. Not part of the closing.
CREATE TABLE closing_statements (
    closing INTEGER PRIMARY KEY REFERENCES closings (id),
    at      INTEGER NOT NULL,
    state   TEXT NOT NULL
) STRICT;

-- Cash put in and taken out. What was wrong is taken back by a row of its own.
CREATE TABLE cash_moves (
    id       INTEGER PRIMARY KEY,
    day      TEXT NOT NULL,
    at       INTEGER NOT NULL,
    who      TEXT NOT NULL,
    kind     TEXT NOT NULL,                               -- float, takings, paid_in, paid_out, drop, taken_back
    minor    INTEGER NOT NULL,
    currency TEXT NOT NULL,
    reason   TEXT,
    undoes   INTEGER REFERENCES cash_moves (id)
) STRICT;
CREATE UNIQUE INDEX cash_moves_undoes ON cash_moves (undoes) WHERE undoes IS NOT NULL;
CREATE INDEX cash_moves_day ON cash_moves (day);
CREATE TRIGGER cash_moves_unchanged BEFORE UPDATE ON cash_moves
    BEGIN SELECT RAISE(ABORT, 'an entry of cash is never changed'); END;
CREATE TRIGGER cash_moves_kept BEFORE DELETE ON cash_moves
    BEGIN SELECT RAISE(ABORT, 'an entry of cash is never removed'); END;

-- Counts of the drawer that were handed in: a later one does not make an earlier one unsaid.
CREATE TABLE cash_counts (
    id       INTEGER PRIMARY KEY,
    at       INTEGER NOT NULL,
    who      TEXT NOT NULL,
    currency TEXT NOT NULL,
    pieces   TEXT NOT NULL,                               -- worth and number of notes and coins, as JSON
    other    INTEGER,
    minor    INTEGER NOT NULL,
    blind    INTEGER NOT NULL
) STRICT;
CREATE TRIGGER cash_counts_unchanged BEFORE UPDATE ON cash_counts
    BEGIN SELECT RAISE(ABORT, 'a count is never changed'); END;
CREATE TRIGGER cash_counts_kept BEFORE DELETE ON cash_counts
    BEGIN SELECT RAISE(ABORT, 'a count is never removed'); END;

-- What is typed and not closed yet.
CREATE TABLE closing_draft (
    id         INTEGER PRIMARY KEY CHECK (id = 1),
    state      TEXT NOT NULL,
    touched_at INTEGER NOT NULL
) STRICT;

CREATE INDEX unread_day ON unread (day);
-- Where a closing stands in the chain: asked for each time one is shown.
CREATE INDEX chain_closings ON chain (row) WHERE kind = 'closing';
