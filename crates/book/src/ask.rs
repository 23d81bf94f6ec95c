//! What the book is asked for: plain data, which pages send too.

use domain::BusinessDay;
use serde::{Deserialize, Serialize};

/// A payment's row in this desk's book.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(as = "f64"))]
pub struct LineId(pub i64);

/// Which payments to show. All bounds are optional and all must hold.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct HistoryQuery {
    /// From this day …
    pub from: Option<BusinessDay>,
    /// … to this one, both included.
    pub to: Option<BusinessDay>,
    /// Amount (`12.5`), part of a payer's name or note, or of an order number.
    pub search: Option<String>,
    /// Only rows before this one, for the next page.
    pub before: Option<LineId>,
    /// At most so many, 1 to 200.
    pub limit: u32,
}
