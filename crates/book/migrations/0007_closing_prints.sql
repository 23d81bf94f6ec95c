-- A printer's paper may be a closing's too, or that of a day as it stands, which is not closed: each job is for one of
-- the three. SQLite cannot take a NOT NULL away, so the table is made anew.
CREATE TABLE print_jobs_anew (
    id        INTEGER PRIMARY KEY,
    line      INTEGER REFERENCES lines (id),
    closing   INTEGER REFERENCES closings (id),
    look      TEXT,               -- the business day
    printer   TEXT NOT NULL,      -- the id of its set-up
    by_itself INTEGER NOT NULL,   -- by the owner's rule, not by somebody's hand
    copy      INTEGER,            -- the mark on the paper; NULL: the first paper of this receipt
    state     TEXT NOT NULL,      -- queued, sending, taken, sent, failed, unknown, withdrawn
    problem   TEXT,               -- what it waits for, or why it ended so
    again     INTEGER NOT NULL,   -- somebody has printed it again
    settled   INTEGER NOT NULL,   -- somebody has looked: nothing more is to be done about it
    asked_at  INTEGER NOT NULL,
    ended_at  INTEGER,
    CHECK ((line IS NOT NULL) + (closing IS NOT NULL) + (look IS NOT NULL) = 1)
) STRICT;
INSERT INTO print_jobs_anew (id, line, printer, by_itself, copy, state, problem, again, settled, asked_at, ended_at)
    SELECT id, line, printer, by_itself, copy, state, problem, again, settled, asked_at, ended_at FROM print_jobs;
DROP TABLE print_jobs;
ALTER TABLE print_jobs_anew RENAME TO print_jobs;
CREATE INDEX print_jobs_line ON print_jobs (line) WHERE line IS NOT NULL;
CREATE INDEX print_jobs_closing ON print_jobs (closing) WHERE closing IS NOT NULL;
CREATE INDEX print_jobs_look ON print_jobs (look) WHERE look IS NOT NULL;
-- By its rule a printer prints a payment once, whatever is heard of it later.
CREATE UNIQUE INDEX print_jobs_by_itself ON print_jobs (line, printer) WHERE by_itself = 1;
CREATE INDEX print_jobs_open ON print_jobs (id) WHERE state IN ('queued', 'sending');
CREATE INDEX print_jobs_in_trouble ON print_jobs (id) WHERE state IN ('failed', 'unknown') AND again = 0 AND settled = 0;
