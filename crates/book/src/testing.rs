//! Made-up entries and rows, for tests of whoever uses the book.

use crate::{Line, LineId, Standing};
use domain::{
    BusinessDay, Currency, Entry, Event, HubId, Joined, Kind, Money, News, Payment, Platform, Seq,
    SourceId, SourceKind, Timestamp, Trust, Unread, event::UnreadReason, payment::NewsKey,
};

/// An amount in yuan, in fen.
pub fn cny(minor: i64) -> Money {
    Money::new(minor, Currency::CNY).expect("a small amount")
}

/// A day as it is written.
pub fn day(text: &str) -> BusinessDay {
    BusinessDay::parse(text).expect(text)
}

/// A hub by its name.
pub fn hub(name: &str) -> HubId {
    HubId::new(name).expect(name)
}

/// News of a payment as a phone's notice tells it, or a platform's signed message.
pub fn news(via: SourceKind, key: u64, amount: Option<Money>) -> News {
    News {
        source: SourceId::new(via.as_str()).expect("a plain name"),
        via,
        key: NewsKey {
            text: format!("{}-{key}", via.as_str()),
            within_ms: None,
            exact: None,
        },
        platform: Platform::WECHAT,
        kind: Kind::Payment,
        trust: if via.is_phone() {
            Trust::Reported
        } else {
            Trust::Confirmed
        },
        amount,
        cumulative: false,
        identity: None,
        transaction: None,
        refund: None,
        order: None,
        payer: None,
        note: None,
        paid_at: None,
        device: None,
    }
}

/// The entry of a payment.
pub fn paid(seq: u64, at: Timestamp, day: BusinessDay, news: News) -> Entry {
    let number = (news.kind == Kind::Payment).then(|| u32::try_from(seq).expect("a small number"));
    let payment = Payment {
        day,
        number,
        amount: news.amount,
        test: false,
        news,
    };
    Entry {
        seq: Seq(seq),
        at,
        event: Event::Paid(payment),
    }
}

/// The entry that confirms the payment of an entry.
pub fn confirmed(seq: u64, at: Timestamp, payment: u64, news: News) -> Entry {
    let joined = Joined {
        payment: Seq(payment),
        trust: Trust::Confirmed,
        amount: news.amount,
        news,
    };
    Entry {
        seq: Seq(seq),
        at,
        event: Event::Confirmed(joined),
    }
}

/// The entry of a notice that was not understood.
pub fn unread(seq: u64, at: Timestamp, text: &str) -> Entry {
    let notice = Unread {
        source: SourceId::new("phone").expect("a plain name"),
        via: SourceKind::SmsForwarder,
        app: Some("com.tencent.mm".to_owned()),
        title: Some("微信支付".to_owned()),
        text: Some(text.to_owned()),
        device: None,
        posted_at: None,
        reason: UnreadReason::UnknownWording,
    };
    Entry {
        seq: Seq(seq),
        at,
        event: Event::NotUnderstood(notice),
    }
}

/// A payment in the book: so many yuan, accepted in that minute.
pub fn line(id: i64) -> Line {
    Line {
        id: LineId(id),
        seq: Seq(u64::try_from(id).expect("positive")),
        day: day("2026-11-22"),
        number: None,
        kind: Kind::Payment,
        trust: Trust::Reported,
        platform: Platform::WECHAT,
        amount: Some(cny(id * 100)),
        payer: None,
        note: None,
        order: None,
        transaction: None,
        refund: None,
        test: false,
        paid_at: None,
        accepted_at: Timestamp(id * 60_000),
        received_at: Timestamp(id * 60_000),
        shown_at: None,
        spoken_at: None,
        told: false,
        collector: "phone".to_owned(),
        standing: Standing::Counts,
        joined_to: None,
        corrected: 0,
        remarks: None,
    }
}
