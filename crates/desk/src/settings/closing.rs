//! How the shop closes its days.

use serde::{Deserialize, Serialize};

/// How the shop closes its days.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(default)]
pub struct ClosingSettings {
    /// At this minute of the shop's clock (0 to 1439) somebody is reminded, once; `None`: nobody is.
    pub remind_at: Option<u16>,
    /// The drawer is counted before the expected sum is told.
    pub blind: bool,
}

impl ClosingSettings {
    /// The field that cannot be used.
    pub(crate) fn fault(&self) -> Option<&'static str> {
        let wrong = self
            .remind_at
            .is_some_and(|minute| minute >= super::DAY_MINUTES);
        wrong.then_some("closing.remind_at")
    }
}
