-- Linked terminals (clerks' phones): invitations, keys, what each may, what was sent, and the record of it all.
-- Permissions are JSON as on the wire.

-- Terminals are let in over the local network.
ALTER TABLE hub ADD COLUMN terminals_lan INTEGER NOT NULL DEFAULT 0;
-- Which terminals share a room, as a JSON list, the first choice first; NULL: each speaks for itself.
ALTER TABLE shops ADD COLUMN voice TEXT;

CREATE TABLE invitations (
    id           TEXT PRIMARY KEY,
    shop         INTEGER NOT NULL REFERENCES shops (key),
    name         TEXT NOT NULL,
    permission   TEXT NOT NULL,
    code_sha256  BLOB NOT NULL UNIQUE,
    made_at      INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL,
    cancelled_at INTEGER,
    -- The terminal that was linked by it.
    terminal     TEXT
) STRICT;

CREATE TABLE linked_terminals (
    key        INTEGER PRIMARY KEY AUTOINCREMENT,
    id         TEXT NOT NULL UNIQUE,
    shop       INTEGER NOT NULL REFERENCES shops (key),
    name       TEXT NOT NULL,
    -- Its Ed25519 public key.
    public_key BLOB NOT NULL,
    linked_at  INTEGER NOT NULL,
    last_seen  INTEGER,
    -- What it says of itself.
    app        TEXT,
    revoked_at INTEGER
) STRICT;

-- Every permission that a terminal ever had; the highest version holds.
CREATE TABLE permissions (
    terminal   TEXT NOT NULL REFERENCES linked_terminals (id),
    version    INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    permission TEXT NOT NULL,
    PRIMARY KEY (terminal, version)
) STRICT, WITHOUT ROWID;

-- What was sent to whom: a row for each terminal, permission and business day, extended in place.
CREATE TABLE sent (
    key      INTEGER PRIMARY KEY AUTOINCREMENT,
    terminal TEXT NOT NULL REFERENCES linked_terminals (id),
    version  INTEGER NOT NULL,
    day      TEXT NOT NULL,
    -- It asked for them, rather than being told as they came.
    asked    INTEGER NOT NULL,
    from_seq INTEGER NOT NULL,
    to_seq   INTEGER NOT NULL,
    items    INTEGER NOT NULL,
    first_at INTEGER NOT NULL,
    last_at  INTEGER NOT NULL,
    UNIQUE (terminal, version, day, asked)
) STRICT;

-- The record of what was done. Each line carries the hash of the one before it, so nothing in it can be changed or
-- taken out unseen.
CREATE TABLE record (
    number   INTEGER PRIMARY KEY,
    shop     TEXT NOT NULL,
    at       INTEGER NOT NULL,
    by       TEXT NOT NULL,
    what     TEXT NOT NULL,
    previous BLOB NOT NULL,
    hash     BLOB NOT NULL
) STRICT;
CREATE TRIGGER record_is_not_changed BEFORE UPDATE ON record
BEGIN
    SELECT RAISE(ABORT, 'the record is only added to');
END;
CREATE TRIGGER record_is_not_shortened BEFORE DELETE ON record
BEGIN
    SELECT RAISE(ABORT, 'the record is only added to');
END;

-- How far the record goes, under a key made from the master key: a line cut off its end is missed.
CREATE TABLE record_head (
    one    INTEGER PRIMARY KEY CHECK (one = 1),
    number INTEGER NOT NULL,
    seal   BLOB NOT NULL
) STRICT;
