//! A made-up customer: the platforms and phones that tell a hub of money, in their real formats.
//!
//! Written from the platforms' documentation, not with our own readers: a misunderstanding would otherwise be on both
//! sides and never be seen. Platforms sign with [`keys`], a pair that is public and good for tests only.

pub mod alipay;
pub mod keys;
pub mod phone;
pub mod post;
pub mod stripe;
pub mod tls;
pub mod unionpay;
pub mod wechat_v2;
pub mod wechat_v3;

pub use alipay::Alipay;
pub use phone::{Notice, OtherForwarder, SmsForwarder, Vmq};
pub use post::{Heard, Post};
pub use stripe::Stripe;
pub use tls::deliver_over_tls;
pub use unionpay::UnionPay;
pub use wechat_v2::WechatV2;
pub use wechat_v3::WechatV3;

use domain::Timestamp;
use jiff::{Zoned, tz};

/// One HTTP request to a door, as its sender would make it.
#[derive(Debug, Clone, Default)]
pub struct Letter {
    /// `GET` or `POST`.
    pub method: &'static str,
    /// What follows the door's address (`/appPush`), or empty.
    pub rest: &'static str,
    /// The query without `?`, or empty.
    pub query: String,
    /// Headers.
    pub headers: Vec<(&'static str, String)>,
    /// Body.
    pub body: Vec<u8>,
}

/// One sale at the counter, before anybody tells anybody.
#[derive(Debug, Clone)]
pub struct Sale {
    /// Counts up; every number that a platform gives is made from it.
    pub number: u64,
    /// Whole minor units (fen, cents).
    pub minor: i64,
    /// When the customer paid.
    pub paid_at: Timestamp,
}

impl Sale {
    /// A sale.
    pub fn new(number: u64, minor: i64, paid_at: Timestamp) -> Self {
        Self {
            number,
            minor,
            paid_at,
        }
    }

    /// The shop's own order number.
    pub fn order(&self) -> String {
        format!("SHOP{:018}", self.number)
    }

    /// The amount with two decimals, as Chinese platforms write yuan.
    pub fn yuan(&self) -> String {
        yuan(self.minor)
    }
}

/// `1280` as `12.80`.
pub fn yuan(minor: i64) -> String {
    format!("{}.{:02}", minor / 100, minor % 100)
}

/// The clock that all senders here go by.
pub fn now() -> Timestamp {
    Timestamp(jiff::Timestamp::now().as_millisecond())
}

/// A time on Beijing's clock.
fn beijing(at: Timestamp) -> Zoned {
    jiff::Timestamp::from_millisecond(at.millis())
        .unwrap()
        .to_zoned(tz::TimeZone::fixed(tz::offset(8)))
}
