-- Filters, corrections, and the chain that shows whether rows were changed behind the book's back.

-- What an entry said, whole: lines change with later news and corrections, news never does (but for `log` and `seq`,
-- which follow the hub when its log begins again). The line_ columns are what the payment was known as after it.
ALTER TABLE news ADD COLUMN day TEXT;
ALTER TABLE news ADD COLUMN number INTEGER;
ALTER TABLE news ADD COLUMN kind TEXT;
ALTER TABLE news ADD COLUMN platform TEXT;
ALTER TABLE news ADD COLUMN ord TEXT;
ALTER TABLE news ADD COLUMN trade TEXT;
ALTER TABLE news ADD COLUMN test INTEGER;
ALTER TABLE news ADD COLUMN paid_at INTEGER;
ALTER TABLE news ADD COLUMN cumulative INTEGER;     -- its amount is a sum of refunds, not this one's
ALTER TABLE news ADD COLUMN line_trust TEXT;
ALTER TABLE news ADD COLUMN line_minor INTEGER;
ALTER TABLE news ADD COLUMN line_currency TEXT;

ALTER TABLE lines ADD COLUMN state TEXT NOT NULL DEFAULT 'counts';  -- counts, joined, undone: only the first counts
ALTER TABLE lines ADD COLUMN joined_to INTEGER;                     -- the row that it is the same payment as
ALTER TABLE lines ADD COLUMN collector TEXT NOT NULL DEFAULT '';
ALTER TABLE lines ADD COLUMN corrected INTEGER NOT NULL DEFAULT 0;  -- so many corrections hold
ALTER TABLE lines ADD COLUMN remarks TEXT;                          -- their notes and tags, for the search
ALTER TABLE lines ADD COLUMN class INTEGER NOT NULL DEFAULT 0;

-- Lines that are alike in all that has few values. There are some dozens: filters choose among them, and each is read
-- by its index, so that no combination of filters needs to look at every line.
CREATE TABLE classes (
    id        INTEGER PRIMARY KEY,
    platform  TEXT NOT NULL,
    collector TEXT NOT NULL,
    terminal  TEXT NOT NULL,
    kind      TEXT NOT NULL,
    trust     TEXT NOT NULL,
    currency  TEXT NOT NULL,        -- empty: the amount was not given
    test      INTEGER NOT NULL,
    state     TEXT NOT NULL,
    UNIQUE (platform, collector, terminal, kind, trust, currency, test, state)
) STRICT;

-- Never changed and never removed: what is wrong in one is put right by another.
CREATE TABLE corrections (
    id       INTEGER PRIMARY KEY,
    line     INTEGER NOT NULL REFERENCES lines (id),
    at       INTEGER NOT NULL,
    day      TEXT NOT NULL,         -- the business day in which it was made
    who      TEXT NOT NULL,
    what     TEXT NOT NULL,         -- note, tag, cash, collected_by, refunded_in_cash, split, join, undo
    text     TEXT,
    minor    INTEGER,
    currency TEXT,
    news     INTEGER,               -- split: the piece of news
    other    INTEGER,               -- join: the row that goes into `line`
    made     INTEGER,               -- split, refunded_in_cash: the row that came of it
    undoes   INTEGER
) STRICT;
CREATE INDEX corrections_line ON corrections (line);
CREATE INDEX corrections_other ON corrections (other) WHERE other IS NOT NULL;
CREATE INDEX corrections_made ON corrections (made) WHERE made IS NOT NULL;
CREATE INDEX corrections_day ON corrections (day);
CREATE UNIQUE INDEX corrections_undoes ON corrections (undoes) WHERE undoes IS NOT NULL;

CREATE TABLE line_tags (
    tag  TEXT NOT NULL,
    line INTEGER NOT NULL REFERENCES lines (id),
    PRIMARY KEY (tag, line)
) STRICT, WITHOUT ROWID;
CREATE INDEX line_tags_line ON line_tags (line);

-- Each row's hash is over the hash before it and the row's own text, see docs/book-format.md.
CREATE TABLE chain (
    id   INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    row  INTEGER NOT NULL,
    at   INTEGER NOT NULL,
    hash BLOB NOT NULL
) STRICT;
-- Here as long as rows of before the chain wait for their hash, and then empty: up to which row of each kind it is done.
CREATE TABLE chain_backlog (
    kind TEXT PRIMARY KEY,
    upto INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO chain_backlog SELECT 'news', 0 WHERE EXISTS (SELECT 1 FROM news) OR EXISTS (SELECT 1 FROM unread);

-- Rows that this desk makes by itself (a refund in cash, news that was split off) have its own log.
INSERT INTO logs (id, hub, after, silent_until, filling_until) VALUES (0, '', 0, 0, 0);

-- What was not kept of each piece of news is taken from its line.
UPDATE news SET day = lines.day, number = lines.number, kind = lines.kind, platform = lines.platform, test = lines.test,
    ord = CASE step WHEN 'accepted' THEN lines.ord END, trade = CASE step WHEN 'accepted' THEN lines.trade END,
    paid_at = CASE step WHEN 'accepted' THEN lines.paid_at END, cumulative = 0,
    line_trust = lines.trust, line_minor = lines.minor, line_currency = lines.currency
FROM lines WHERE lines.id = news.line;
UPDATE lines SET collector = ifnull((SELECT ifnull(device, source) FROM news WHERE news.line = lines.id ORDER BY id LIMIT 1), '');
INSERT INTO classes (platform, collector, terminal, kind, trust, currency, test, state)
    SELECT DISTINCT platform, collector, 'desk', kind, trust, ifnull(currency, ''), test, state FROM lines;
UPDATE lines SET class = (SELECT classes.id FROM classes WHERE classes.platform = lines.platform
    AND classes.collector = lines.collector AND terminal = 'desk' AND classes.kind = lines.kind
    AND classes.trust = lines.trust AND classes.currency = ifnull(lines.currency, '') AND classes.test = lines.test
    AND classes.state = lines.state);

DROP INDEX lines_amount;
-- All of them hold what their questions ask for, so that a line is read only when it is shown.
CREATE INDEX lines_class ON lines (class, id, day, minor);
CREATE INDEX lines_minor ON lines (class, minor, id, day);
CREATE INDEX lines_narrow ON lines (id, class, day, minor);
CREATE INDEX lines_corrected ON lines (id) WHERE corrected > 0;
CREATE INDEX lines_unspoken ON lines (id) WHERE spoken_at IS NULL;
CREATE INDEX lines_late ON lines (id) WHERE spoken_at - accepted_at > 120000;
