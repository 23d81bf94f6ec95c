//! What is asked for at the day's end: to close, to hand a shift over, to put a closing right. Plain data.

use domain::{BusinessDay, Money};
use serde::{Deserialize, Serialize};

/// To close the day, or to hand the drawer over in the middle of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct CloseWish {
    /// The day.
    pub day: BusinessDay,
    /// The number that the page shows: where another closing came first, nothing is closed.
    pub number: u32,
    /// Who closes.
    pub who: String,
    /// The day's year, as whoever closes says it: asked for where no second clock says which day it is.
    #[serde(default)]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub year: Option<u16>,
}

impl CloseWish {
    /// Of somebody who is sure which day it is.
    pub fn sure(day: BusinessDay, number: u32, who: &str) -> Self {
        Self {
            day,
            number,
            who: who.to_owned(),
            year: year(day),
        }
    }

    /// The day's year is said, and is that.
    pub(super) fn is_sure(&self) -> bool {
        self.year.is_some() && self.year == year(self.day)
    }
}

fn year(day: BusinessDay) -> Option<u16> {
    day.to_string().get(..4)?.parse().ok()
}

/// To put a closing right. What is `None` stays as it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ClosingCorrection {
    /// The number of the closing; of a correction: the closing that it puts right is put right again.
    pub of: u32,
    /// The number that the page shows for the correction.
    pub number: u32,
    /// Who does it.
    pub who: String,
    /// Why. Stands on the correction.
    pub why: String,
    /// The drawer, put right.
    pub cash: CashFigures,
}

/// The drawer's figures that are put right. What is `None` stays as it was.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct CashFigures {
    /// What was in the drawer before the first sale.
    pub float: Option<Money>,
    /// Cash sales that the book has no payments of.
    pub takings: Option<Money>,
    /// Put in for another reason.
    pub paid_in: Option<Money>,
    /// Taken out for another reason.
    pub paid_out: Option<Money>,
    /// Taken out to the safe or the bank.
    pub drops: Option<Money>,
    /// What was counted.
    pub counted: Option<Money>,
    /// Why the count differs.
    pub reason: Option<String>,
    /// What stays in the drawer for the next.
    #[serde(default)]
    pub left: Option<Money>,
}

/// Which closings to list, newest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ClosingsQuery {
    /// Only those with a smaller number, for the next page.
    pub before: Option<u32>,
    /// Only those of this day.
    pub day: Option<BusinessDay>,
    /// At most so many, 1 to 200.
    pub limit: u32,
}
