//! A point in time as whole milliseconds. Nothing in this crate reads a clock: callers hand the time in.

use serde::{Deserialize, Serialize};
use std::fmt;

/// UTC milliseconds since 1970. The one form of time in stores and on the wire.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize,
)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(as = "f64"))]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// From whole seconds since 1970; saturates where it would not fit.
    pub fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1000))
    }

    /// Milliseconds since 1970.
    pub fn millis(self) -> i64 {
        self.0
    }

    /// Milliseconds from `earlier` to this; negative when `earlier` is the later one.
    pub fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// This time moved by milliseconds, which may be negative.
    pub fn plus_ms(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }

    /// Parses RFC 3339 (`2026-05-01T09:30:15+08:00`); `None` for anything else.
    pub fn parse_rfc3339(text: &str) -> Option<Self> {
        text.parse::<jiff::Timestamp>()
            .ok()
            .map(|t| Self(t.as_millisecond()))
    }
}

impl fmt::Display for Timestamp {
    /// RFC 3339 in UTC, for logs and files.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_millisecond(self.0) {
            Ok(time) => time.fmt(f),
            Err(_) => write!(f, "{} ms", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_prints_rfc3339() {
        let time = Timestamp::parse_rfc3339("2026-05-01T09:30:15+08:00");
        assert_eq!(time, Some(Timestamp::from_seconds(1_777_599_015)));
        assert_eq!(
            time.map(|t| t.to_string()).as_deref(),
            Some("2026-05-01T01:30:15Z")
        );
        assert_eq!(Timestamp::parse_rfc3339("yesterday"), None);
    }
}
