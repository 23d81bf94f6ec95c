-- The hub's tables. Times are UTC milliseconds; amounts are minor units; events are JSON as on the wire.

CREATE TABLE hub (
    one         INTEGER PRIMARY KEY CHECK (one = 1),
    id          TEXT NOT NULL,
    -- The hub's id, sealed: opens only under the master key that sealed everything else.
    seal_check  BLOB NOT NULL,
    -- Doors open to the local network.
    lan         INTEGER NOT NULL DEFAULT 0,
    public_url  TEXT,
    -- The hub's own certificate (DER) and its key, sealed.
    certificate BLOB,
    certificate_key BLOB
) STRICT;

CREATE TABLE shops (
    key          INTEGER PRIMARY KEY,
    id           TEXT NOT NULL UNIQUE,
    name         TEXT NOT NULL,
    currency     TEXT NOT NULL,
    zone         TEXT NOT NULL,
    cutover_hour INTEGER NOT NULL,
    -- The number of the newest entry. Taken first in every write, so that numbers have no gaps.
    last_seq     INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE sources (
    key        INTEGER PRIMARY KEY AUTOINCREMENT,
    shop       INTEGER NOT NULL REFERENCES shops (key),
    id         TEXT NOT NULL UNIQUE,
    name       TEXT NOT NULL,
    door       TEXT NOT NULL UNIQUE,
    -- SourceConfig as JSON, sealed for this source of this shop.
    config     BLOB NOT NULL,
    -- It has beaten once, so it is held to its heartbeat from now on.
    beats      INTEGER NOT NULL DEFAULT 0,
    last_heard INTEGER
) STRICT;

CREATE TABLE terminals (
    id           TEXT PRIMARY KEY,
    shop         INTEGER NOT NULL REFERENCES shops (key),
    name         TEXT NOT NULL,
    token_sha256 BLOB NOT NULL UNIQUE,
    added_at     INTEGER NOT NULL
) STRICT;

-- The log. Nothing is ever changed here.
CREATE TABLE entries (
    shop  INTEGER NOT NULL REFERENCES shops (key),
    seq   INTEGER NOT NULL,
    at    INTEGER NOT NULL,
    event TEXT NOT NULL,
    PRIMARY KEY (shop, seq)
) STRICT;

-- What each payment is by now, for finding the one that news belongs to. Can be made again from the log.
CREATE TABLE payments (
    shop           INTEGER NOT NULL,
    seq            INTEGER NOT NULL,
    platform       TEXT NOT NULL,
    kind           TEXT NOT NULL,
    identity       TEXT,
    transaction_no TEXT,
    minor          INTEGER,
    currency       TEXT,
    confirmed      INTEGER NOT NULL,
    at             INTEGER NOT NULL,
    PRIMARY KEY (shop, seq)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX payments_identity ON payments (shop, platform, kind, identity) WHERE identity IS NOT NULL;
CREATE INDEX payments_transaction ON payments (shop, platform, kind, transaction_no) WHERE transaction_no IS NOT NULL;
CREATE INDEX payments_window ON payments (shop, platform, kind, minor, at) WHERE minor IS NOT NULL;
CREATE INDEX payments_unnumbered ON payments (shop, platform, kind, minor, at) WHERE minor IS NOT NULL AND identity IS NULL;

-- The kinds of source that each payment has news from.
CREATE TABLE heard (
    shop INTEGER NOT NULL,
    seq  INTEGER NOT NULL,
    via  TEXT NOT NULL,
    PRIMARY KEY (shop, seq, via)
) STRICT, WITHOUT ROWID;

-- How repeats of the very same news are recognised.
CREATE TABLE news_keys (
    source  TEXT NOT NULL,
    key     TEXT NOT NULL,
    at      INTEGER NOT NULL,
    -- It means something for a few seconds only and may be swept away after.
    passing INTEGER NOT NULL,
    PRIMARY KEY (source, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX news_keys_passing ON news_keys (at) WHERE passing = 1;

-- The last running number of each business day.
CREATE TABLE day_numbers (
    shop INTEGER NOT NULL,
    day  TEXT NOT NULL,
    last INTEGER NOT NULL,
    PRIMARY KEY (shop, day)
) STRICT, WITHOUT ROWID;
