//! Identifiers as types of their own, so that a shop's id cannot be handed over as a source's.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The longest identifier that is accepted from outside.
pub const ID_MAX: usize = 64;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(as = "String"))]
        #[serde(try_from = "String")]
        pub struct $name(String);

        impl $name {
            /// Takes 1 to [`ID_MAX`] characters out of ASCII letters, digits, `-` and `_`; `None` for anything else.
            pub fn new(text: impl Into<String>) -> Option<Self> {
                let text = text.into();
                let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
                ((1..=ID_MAX).contains(&text.len()) && text.bytes().all(plain)).then_some(Self(text))
            }

            /// The identifier as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = &'static str;
            fn try_from(text: String) -> Result<Self, Self::Error> {
                Self::new(text).ok_or("an identifier has 1 to 64 letters, digits, '-' or '_'")
            }
        }
    )*};
}

ids! {
    /// One hub's database. A copy that is moved to another machine keeps it.
    HubId,
    /// One shop: one log, one sequence of numbers.
    ShopId,
    /// One place from which news comes: a platform account, one owner's phone.
    SourceId,
    /// One device that listens to a shop.
    TerminalId,
    /// One invitation for a device to listen.
    InvitationId,
}

/// The number of an entry in its shop's log: 1, 2, 3 … without gaps.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize,
)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(as = "f64"))]
pub struct Seq(pub u64);

impl fmt::Display for Seq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_plain_text_only() {
        assert!(ShopId::new("shop_1-a").is_some());
        for bad in ["", "a b", "../x", "店", &"x".repeat(65)] {
            assert!(ShopId::new(bad).is_none(), "{bad:?}");
            assert!(
                serde_json::from_value::<ShopId>(serde_json::json!(bad)).is_err(),
                "{bad:?}"
            );
        }
    }
}
