//! Which rows are chained, and which of their columns: those that never change once they are written.

/// A kind of row.
#[derive(Debug)]
pub struct RowKind {
    /// Its name, in the chain and first in its text.
    pub name: &'static str,
    /// The table that it lies in, with a column `id`.
    pub table: &'static str,
    /// The columns of its text, in this order. Whoever adds one to a kind that is in use makes a new kind of it.
    pub columns: &'static [&'static str],
}

/// Every kind.
pub const KINDS: &[RowKind] = &[
    RowKind {
        name: "news",
        table: "news",
        columns: &[
            "line",
            "at",
            "step",
            "via",
            "source",
            "news_key",
            "trust",
            "minor",
            "currency",
            "payer",
            "note",
            "device",
            "day",
            "number",
            "kind",
            "platform",
            "ord",
            "trade",
            "test",
            "paid_at",
            "cumulative",
            "line_trust",
            "line_minor",
            "line_currency",
        ],
    },
    RowKind {
        name: "unread",
        table: "unread",
        columns: &[
            "day", "at", "via", "source", "app", "title", "text", "reason",
        ],
    },
    RowKind {
        name: "correction",
        table: "corrections",
        columns: &[
            "line", "at", "day", "who", "what", "text", "minor", "currency", "news", "other",
            "made", "undoes",
        ],
    },
    RowKind {
        name: "closing",
        table: "closings",
        columns: &[
            "kind",
            "corrects",
            "day",
            "zone",
            "cutover",
            "closed_at",
            "closed_by",
            "lines_upto",
            "news_upto",
            "corrections_upto",
            "unread_upto",
            "moves_upto",
            "counts_upto",
            "content",
        ],
    },
    RowKind {
        name: "cash_move",
        table: "cash_moves",
        columns: &[
            "day", "at", "who", "kind", "minor", "currency", "reason", "undoes",
        ],
    },
    RowKind {
        name: "cash_count",
        table: "cash_counts",
        columns: &["at", "who", "currency", "pieces", "other", "minor", "blind"],
    },
    RowKind {
        name: "statement",
        table: "statements",
        columns: &[
            "digest",
            "name",
            "kind",
            "platform",
            "account",
            "from_at",
            "until_at",
            "tells",
            "rows",
            "repeated",
            "unreadable",
            "checks",
            "rows_digest",
            "who",
            "imported_at",
        ],
    },
    RowKind {
        name: "statement_event",
        table: "statement_events",
        columns: &[
            "what",
            "statement",
            "subject",
            "about",
            "reason",
            "who",
            "at",
        ],
    },
    RowKind {
        name: "restore",
        table: "restores",
        columns: &[
            "at",
            "who",
            "replaced_rows",
            "replaced_head",
            "replaced_closing",
        ],
    },
    RowKind {
        name: "refund_number",
        table: "refund_numbers",
        columns: &["news", "number"],
    },
];

/// The kind of that name. One that is not in the list is a mistake in the program.
pub(super) fn named(name: &str) -> rusqlite::Result<&'static RowKind> {
    KINDS
        .iter()
        .find(|kind| kind.name == name)
        .ok_or_else(|| rusqlite::Error::InvalidParameterName(name.to_owned()))
}
