-- Owners' accounts: what lets them in, their devices and sessions, whose shop is whose.

CREATE TABLE accounts (
    key         INTEGER PRIMARY KEY AUTOINCREMENT,
    id          TEXT NOT NULL UNIQUE,
    -- In the one form in which names are compared.
    name        TEXT NOT NULL UNIQUE,
    -- The password's hash (argon2id, as a PHC string), sealed for this account.
    password    BLOB NOT NULL,
    password_at INTEGER NOT NULL,
    made_at     INTEGER NOT NULL
) STRICT;

-- An authenticator app. Its secret is sealed for this account.
CREATE TABLE account_totp (
    account   INTEGER PRIMARY KEY REFERENCES accounts (key),
    secret    BLOB NOT NULL,
    since     INTEGER NOT NULL,
    -- The last step whose code was used: none up to it is good any more.
    last_step INTEGER NOT NULL
) STRICT;

-- An authenticator that was shown and has not given a code yet.
CREATE TABLE account_totp_offers (
    account INTEGER PRIMARY KEY REFERENCES accounts (key),
    secret  BLOB NOT NULL,
    made_at INTEGER NOT NULL
) STRICT;

-- Recovery codes as keyed hashes. A new set takes the place of the old one.
CREATE TABLE recovery_codes (
    account INTEGER NOT NULL REFERENCES accounts (key),
    code    BLOB NOT NULL,
    used_at INTEGER,
    PRIMARY KEY (account, code)
) STRICT, WITHOUT ROWID;

-- Devices from which an owner signed in. Tokens, here and below, are kept as hashes under a key that is not here.
CREATE TABLE account_devices (
    key          INTEGER PRIMARY KEY AUTOINCREMENT,
    account      INTEGER NOT NULL REFERENCES accounts (key),
    token_hash BLOB NOT NULL UNIQUE,
    -- What it is, in words of ours.
    words        TEXT NOT NULL,
    first_at     INTEGER NOT NULL,
    last_at      INTEGER NOT NULL
) STRICT;
CREATE INDEX account_devices_account ON account_devices (account);

CREATE TABLE account_sessions (
    key          INTEGER PRIMARY KEY AUTOINCREMENT,
    id           TEXT NOT NULL UNIQUE,
    account      INTEGER NOT NULL REFERENCES accounts (key),
    device       INTEGER NOT NULL REFERENCES account_devices (key) ON DELETE CASCADE,
    token_hash BLOB NOT NULL UNIQUE,
    began_at     INTEGER NOT NULL,
    last_seen    INTEGER NOT NULL,
    -- When the owner proved last to be there.
    proved_at    INTEGER NOT NULL
) STRICT;
CREATE INDEX account_sessions_account ON account_sessions (account);
CREATE INDEX account_sessions_device ON account_sessions (device);

CREATE TABLE shop_owners (
    shop    INTEGER NOT NULL REFERENCES shops (key),
    account INTEGER NOT NULL REFERENCES accounts (key),
    since   INTEGER NOT NULL,
    PRIMARY KEY (shop, account)
) STRICT, WITHOUT ROWID;
CREATE INDEX shop_owners_account ON shop_owners (account);

-- An owner reads the lines of one account, of a record that only grows.
CREATE INDEX record_shop ON record (shop, number);

-- Codes that the hub's operator gave out: to become an owner, or to set a new password.
CREATE TABLE owner_invites (
    id          TEXT PRIMARY KEY,
    code_hash BLOB NOT NULL UNIQUE,
    -- The keys of the shops it gives, as a JSON list.
    shops       TEXT NOT NULL,
    -- The account whose password it sets; NULL: for a new owner, or one more shop.
    resets      INTEGER REFERENCES accounts (key),
    made_at     INTEGER NOT NULL,
    expires_at  INTEGER NOT NULL,
    taken_at    INTEGER
) STRICT;
