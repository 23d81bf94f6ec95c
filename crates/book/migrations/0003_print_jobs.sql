-- Receipts that are to be printed, and what became of them. A job is written in the same transaction as the payment
-- that it is for, and marked as begun before its first byte leaves: so none is lost, and none is sent twice.
CREATE TABLE print_jobs (
    id        INTEGER PRIMARY KEY,
    line      INTEGER NOT NULL REFERENCES lines (id),
    printer   TEXT NOT NULL,      -- the id of its set-up
    by_itself INTEGER NOT NULL,   -- by the owner's rule, not by somebody's hand
    copy      INTEGER,            -- the mark on the paper; NULL: the first paper of this receipt
    state     TEXT NOT NULL,      -- queued, sending, taken, sent, failed, unknown, withdrawn
    problem   TEXT,               -- what it waits for, or why it ended so
    again     INTEGER NOT NULL,   -- somebody has printed it again
    settled   INTEGER NOT NULL,   -- somebody has looked: nothing more is to be done about it
    asked_at  INTEGER NOT NULL,
    ended_at  INTEGER
) STRICT;
CREATE INDEX print_jobs_line ON print_jobs (line);
-- By its rule a printer prints a payment once, whatever is heard of it later.
CREATE UNIQUE INDEX print_jobs_by_itself ON print_jobs (line, printer) WHERE by_itself = 1;
CREATE INDEX print_jobs_open ON print_jobs (id) WHERE state IN ('queued', 'sending');
CREATE INDEX print_jobs_in_trouble ON print_jobs (id) WHERE state IN ('failed', 'unknown') AND again = 0 AND settled = 0;
