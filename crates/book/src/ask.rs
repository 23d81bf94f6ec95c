//! What the book is asked for: plain data, which pages send too.

use domain::{BusinessDay, Kind, Money, Platform, Trust};
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
    /// Amount (`12.5`), part of a payer's name, a note, a tag, or an order number.
    pub search: Option<String>,
    /// What else must hold.
    #[serde(default)]
    pub filter: Filter,
    /// Only rows before (older than) this one, for the next page.
    pub before: Option<LineId>,
    /// Only rows after (newer than) this one, the nearest to it: for the page before. Rows come newest first as ever.
    #[serde(default)]
    pub after: Option<LineId>,
    /// At most so many, 1 to 200.
    pub limit: u32,
}

/// What payments must be like. Nothing given is no condition; of a list, one must fit, but every tag.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(default)]
pub struct Filter {
    /// Platforms; `cash` is one.
    pub platforms: Vec<Platform>,
    /// Collectors, as they stand in the book.
    pub collectors: Vec<String>,
    /// Terminals.
    pub terminals: Vec<String>,
    /// How sure we are.
    pub trust: Option<Trust>,
    /// Payments or refunds.
    pub kind: Option<Kind>,
    /// Something special about them.
    pub state: Option<LineState>,
    /// Tags that people gave them.
    pub tags: Vec<String>,
    /// Of at least this amount, in its currency …
    pub least: Option<Money>,
    /// … and at most this one.
    pub most: Option<Money>,
}

impl Filter {
    /// Nothing is asked for.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Something special about a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum LineState {
    /// Somebody put something right, and it holds.
    Corrected,
    /// The row went into another one, or was taken back: such rows are in no list otherwise.
    Gone,
    /// It was not announced.
    NotSpoken,
    /// It was announced late.
    SpokenLate,
    /// Its amount was not given.
    WithoutAmount,
    /// A test by the shop.
    Test,
}
