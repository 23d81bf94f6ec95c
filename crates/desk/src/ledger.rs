//! The shop's book: open, record, page, totals.

/// What goes wrong with the book.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// Another program has it open.
    #[error("another program has the book open")]
    Locked,
    /// A newer version of this program wrote it.
    #[error("a newer version of this program wrote the book")]
    Newer,
    /// The file could not be read or written.
    #[error("the book's file could not be read or written: {0}")]
    Storage(String),
}
