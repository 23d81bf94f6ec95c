-- The shop's book on this desk. Times are UTC milliseconds, money is whole minor units.

-- One row per log that this book was filled from. The newest row is the one in use; a new one begins when the hub
-- does not know our number any more.
CREATE TABLE logs (
    id            INTEGER PRIMARY KEY,
    hub           TEXT NOT NULL,
    after         INTEGER NOT NULL,  -- the last number in this book
    silent_until  INTEGER NOT NULL,  -- up to here nothing is announced: a refill
    filling_until INTEGER NOT NULL   -- up to here only what is fresh is announced: the first fill of a new book
) STRICT;

CREATE TABLE lines (
    id          INTEGER PRIMARY KEY,
    log         INTEGER NOT NULL REFERENCES logs (id),
    seq         INTEGER NOT NULL,
    day         TEXT NOT NULL,
    number      INTEGER,
    kind        TEXT NOT NULL,
    trust       TEXT NOT NULL,
    platform    TEXT NOT NULL,
    minor       INTEGER,
    currency    TEXT,
    payer       TEXT,
    note        TEXT,
    ord         TEXT,
    trade       TEXT,              -- the platform's number
    test        INTEGER NOT NULL,
    paid_at     INTEGER,
    accepted_at INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    shown_at    INTEGER,
    spoken_at   INTEGER,
    told_at     INTEGER,           -- done with: spoken, or never to be; NULL is still to be announced
    UNIQUE (log, seq)
) STRICT;
CREATE INDEX lines_day ON lines (day);
CREATE INDEX lines_amount ON lines (currency, minor);
CREATE INDEX lines_accepted ON lines (accepted_at);
CREATE INDEX lines_untold ON lines (id) WHERE told_at IS NULL;

CREATE TABLE news (
    id        INTEGER PRIMARY KEY,
    line      INTEGER NOT NULL REFERENCES lines (id),
    log       INTEGER NOT NULL,
    seq       INTEGER NOT NULL,
    at        INTEGER NOT NULL,
    step      TEXT NOT NULL,       -- accepted, joined, confirmed
    via       TEXT NOT NULL,
    source    TEXT NOT NULL,
    news_key  TEXT NOT NULL,
    trust     TEXT NOT NULL,
    minor     INTEGER,
    currency  TEXT,
    payer     TEXT,
    note      TEXT,
    device    TEXT
) STRICT;
CREATE INDEX news_line ON news (line);

-- Notices that did not become payments.
CREATE TABLE unread (
    id     INTEGER PRIMARY KEY,
    log    INTEGER NOT NULL,
    seq    INTEGER NOT NULL,
    day    TEXT NOT NULL,
    at     INTEGER NOT NULL,
    via    TEXT NOT NULL,
    source TEXT NOT NULL,
    app    TEXT,
    title  TEXT,
    text   TEXT,
    reason TEXT NOT NULL,
    UNIQUE (log, seq)
) STRICT;
CREATE INDEX unread_at ON unread (at);

-- Kept up to date in the same transaction as the lines, so that totals are instant in a book of any size.
CREATE TABLE days (
    day            TEXT PRIMARY KEY,
    lines          INTEGER NOT NULL,  -- with tests
    first_line     INTEGER,
    last_line      INTEGER,
    payments       INTEGER NOT NULL,
    without_amount INTEGER NOT NULL,
    unconfirmed    INTEGER NOT NULL,
    not_understood INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE totals (
    day      TEXT NOT NULL,
    currency TEXT NOT NULL,
    payments INTEGER NOT NULL,
    refunds  INTEGER NOT NULL,
    paid     INTEGER NOT NULL,
    refunded INTEGER NOT NULL,
    PRIMARY KEY (day, currency)
) STRICT, WITHOUT ROWID;

-- Search. `find_text` finds three characters and more inside payer, note, order and platform's number; `find_pairs`
-- finds one or two characters of scripts that need no more to make a name.
CREATE VIRTUAL TABLE find_text USING fts5 (text, content = '', contentless_delete = 1, tokenize = 'trigram');
CREATE VIRTUAL TABLE find_pairs USING fts5 (pairs, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii');

-- What the desk must remember: the shop as the hub told it, until when it is muted.
CREATE TABLE kept (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
