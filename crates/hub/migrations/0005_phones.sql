-- Doors may be opened on addresses, too, that are no private network's.
ALTER TABLE hub ADD COLUMN lan_others INTEGER NOT NULL DEFAULT 0;

-- A record without a line has an end as well. It is sealed when the hub opens: one that is missing later was taken away.
INSERT INTO record_head (one, number, seal)
SELECT 1, 0, x'' WHERE NOT EXISTS (SELECT 1 FROM record) AND NOT EXISTS (SELECT 1 FROM record_head);

-- When a payment left for a linked terminal first.
CREATE TABLE told (
    terminal INTEGER NOT NULL REFERENCES linked_terminals (key),
    seq      INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    -- It asked for it, rather than being told as it came.
    asked    INTEGER NOT NULL,
    PRIMARY KEY (terminal, seq)
) STRICT, WITHOUT ROWID;

-- Finds what joined a payment. An entry that cannot be read joins none, and must not keep the hub from opening.
DROP INDEX IF EXISTS entries_joined;
CREATE INDEX entries_joined
    ON entries (shop, CASE WHEN json_valid(event) THEN json_extract(event, '$.payment') END)
    WHERE CASE WHEN json_valid(event) THEN json_extract(event, '$.payment') END IS NOT NULL;
