-- Statements of platforms and banks. A statement and its rows are written once and never changed; that one was taken
-- back, and that a difference was settled, are events.
CREATE TABLE statements (
    id          INTEGER PRIMARY KEY,
    digest      BLOB NOT NULL,     -- SHA-256 of the file's bytes, unpacked: the same file is known again
    name        TEXT NOT NULL,
    kind        TEXT NOT NULL,
    platform    TEXT NOT NULL,
    account     TEXT,
    from_at     INTEGER,           -- the time of which it tells everything
    until_at    INTEGER,
    tells       TEXT NOT NULL,     -- all, payments, refunds
    rows        INTEGER NOT NULL,
    repeated    INTEGER NOT NULL,  -- of these, rows that another statement had brought when this one came
    unreadable  INTEGER NOT NULL,
    checks      TEXT NOT NULL,     -- what it says of itself and what was found, as JSON
    rows_digest BLOB NOT NULL,     -- SHA-256 of its rows, readable and not: so the chain holds them too
    who         TEXT NOT NULL,
    imported_at INTEGER NOT NULL
) STRICT;
CREATE INDEX statements_digest ON statements (digest);

-- A file whose rows are being written: it has the number that its statement will have. Without a statement of their
-- number rows do not count; what a power cut left is swept away with the next file.
CREATE TABLE statement_drafts (
    id INTEGER PRIMARY KEY
) STRICT;

CREATE TABLE statement_rows (
    id         INTEGER PRIMARY KEY,
    statement  INTEGER NOT NULL,
    line       INTEGER NOT NULL,   -- in the file, from 1
    key        TEXT NOT NULL,      -- the same row in another file has the same
    kind       TEXT NOT NULL,
    state      TEXT NOT NULL,
    ord        TEXT,
    trade      TEXT,
    refund     TEXT,
    refund_ord TEXT,
    minor      INTEGER NOT NULL,
    currency   TEXT NOT NULL,
    fee        INTEGER,
    net        INTEGER,
    settled_in TEXT,               -- the currency of fee and net, where it is another
    at         INTEGER NOT NULL,
    precision  TEXT NOT NULL,      -- second, minute, day
    settled_at INTEGER,
    batch      TEXT,
    party      TEXT,
    text       TEXT
) STRICT;
CREATE INDEX statement_rows_statement ON statement_rows (statement);
CREATE INDEX statement_rows_at ON statement_rows (at);
CREATE INDEX statement_rows_key ON statement_rows (key);
CREATE INDEX statement_rows_batch ON statement_rows (batch) WHERE batch IS NOT NULL;

CREATE TABLE statement_unreadable (
    id        INTEGER PRIMARY KEY,
    statement INTEGER NOT NULL,
    line      INTEGER NOT NULL,
    text      TEXT NOT NULL,
    reason    TEXT NOT NULL
) STRICT;
CREATE INDEX statement_unreadable_statement ON statement_unreadable (statement);

CREATE TABLE statement_events (
    id        INTEGER PRIMARY KEY,
    what      TEXT NOT NULL,       -- taken_back, settled, reopened
    statement INTEGER REFERENCES statements (id),
    subject   TEXT,                -- which difference
    about     TEXT,                -- the difference as it was seen then, as JSON
    reason    TEXT,
    who       TEXT NOT NULL,
    at        INTEGER NOT NULL
) STRICT;
CREATE INDEX statement_events_statement ON statement_events (statement) WHERE statement IS NOT NULL;
CREATE INDEX statement_events_subject ON statement_events (subject) WHERE subject IS NOT NULL;

-- How the owner's own tables are read. Settings, not accounts: they change.
CREATE TABLE statement_mappings (
    name    TEXT PRIMARY KEY,
    mapping TEXT NOT NULL
) STRICT, WITHOUT ROWID;
