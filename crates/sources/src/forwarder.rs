//! Phones that forward their notices, and the shop's own tests.
//!
//! What they share: a notice in, an [`Outcome`] out ([`Notice::outcome`]), and how a repeat of the very same notice
//! is known. Their formats and proofs differ and stand in a file each.

mod fields;
mod plain;
mod sms_forwarder;
pub mod test;
mod vmq;

use crate::{
    Delivery, Failure, Outcome, Reading, Refusal, Reply,
    notice::{self, NoticeReading},
};
use domain::{
    Kind, News, SourceConfig, SourceId, SourceKind, Timestamp, Trust, Unread,
    event::UnreadReason,
    payment::{NewsKey, clean_text},
};
use ring::digest;
use std::borrow::Cow;
use subtle::ConstantTimeEq;

/// Within how many milliseconds the very same text is the same notice, where nothing else tells two apart. Some
/// phones hand each notice over twice within a second; longer windows were seen to swallow real sales.
const SAME_TEXT_MS: i64 = 3_000;
/// A phone's clock may be ahead by so much before its time is no longer shown as the time of the payment.
const AHEAD_MAX_MS: i64 = 10 * 60_000;
/// Older than this is no time of a notice but a mistake in a template.
const AGE_MAX_MS: i64 = 30 * 24 * 3_600_000;

/// Reads one delivery of a phone, or of the shop's own test.
pub(crate) fn read(
    source: &SourceId,
    config: &SourceConfig,
    delivery: &Delivery<'_>,
    now: Timestamp,
) -> Result<Reading, Refusal> {
    match config {
        SourceConfig::SmsForwarder { secret } => sms_forwarder::read(source, secret, delivery, now),
        SourceConfig::Vmq { key } => vmq::read(source, key, delivery, now),
        SourceConfig::Forwarder { secret } => plain::read(source, secret, delivery, now),
        SourceConfig::Test { secret } => test::read(source, secret, delivery, now),
        _ => Err(Refusal::WrongDoor),
    }
}

/// What a V免签 monitor is told of a failure, in the words of the original server.
pub(crate) fn vmq_failure(failure: Failure) -> &'static str {
    match failure {
        Failure::Refused(Refusal::Stale { .. }) => {
            r#"{"code":-1,"msg":"客户端时间错误","data":null}"#
        }
        Failure::Refused(Refusal::Signature) => r#"{"code":-1,"msg":"签名校验错误","data":null}"#,
        Failure::Refused(_) | Failure::NotStored => r#"{"code":-1,"msg":"失败","data":null}"#,
    }
}

/// One notice as a phone handed it over.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Notice {
    /// The app: an Android package, or `sms:<sender>`.
    pub app: Option<String>,
    /// Its title, byte for byte.
    pub title: Option<String>,
    /// Its text, byte for byte.
    pub text: Option<String>,
    /// The phone.
    pub device: Option<String>,
    /// Android's key of the notification.
    pub key: Option<String>,
    /// When the phone showed it; not when the forwarder handled it.
    pub posted_at: Option<Timestamp>,
}

impl Notice {
    /// What the notice says, as news of `source`, or why it says nothing.
    pub fn outcome(&self, source: &SourceId, via: SourceKind, now: Timestamp) -> Outcome {
        let fields = [&self.app, &self.title, &self.text];
        if fields
            .into_iter()
            .flatten()
            .any(|field| notice::placeholder(field))
        {
            return self.unread(source, via, UnreadReason::TemplateNotFilled);
        }
        let plain = |field: &Option<String>| field.clone().unwrap_or_default();
        let told = match notice::read(&plain(&self.app), &plain(&self.title), &plain(&self.text)) {
            NoticeReading::Payment(told) => told,
            NoticeReading::Out(_) => return Outcome::Ignored("out"),
            NoticeReading::NotPayment(reason) => return Outcome::Ignored(reason),
            NoticeReading::Imitation => return self.unread(source, via, UnreadReason::Imitation),
            NoticeReading::UnknownWording => {
                return self.unread(source, via, UnreadReason::UnknownWording);
            }
            NoticeReading::UnknownApp => return self.unread(source, via, UnreadReason::UnknownApp),
            NoticeReading::ImpossibleAmount => {
                return self.unread(source, via, UnreadReason::ImpossibleAmount);
            }
        };
        Outcome::Money(vec![News {
            source: source.clone(),
            via,
            key: self.repeat_key(told.identity.is_some()),
            platform: told.platform,
            kind: Kind::Payment,
            trust: Trust::Reported,
            amount: told.amount,
            cumulative: false,
            transaction: told.identity.clone(),
            identity: told.identity,
            refund: None,
            order: None,
            payer: told.payer.as_deref().and_then(clean_text),
            note: told.note.as_deref().and_then(clean_text),
            paid_at: self
                .posted_at
                .filter(|at| (-AGE_MAX_MS..=AHEAD_MAX_MS).contains(&at.since(now))),
            device: self.device.as_deref().and_then(clean_text),
        }])
    }

    /// How the very same notice is known when it comes again. With the time at which the phone showed it, for ever:
    /// the next sale has another time. So too with a transaction code in the text. Else by its text, for a moment.
    fn repeat_key(&self, has_code: bool) -> NewsKey {
        let plain = |field: &'_ Option<String>| field.clone().unwrap_or_default();
        let mut parts = vec![
            plain(&self.device),
            plain(&self.app),
            plain(&self.title),
            plain(&self.text),
        ];
        if let Some(at) = self.posted_at {
            parts.push(plain(&self.key));
            parts.push(at.millis().to_string());
        }
        let for_ever = has_code || self.posted_at.is_some();
        NewsKey {
            text: format!("notice:{}", digest_of(&parts)),
            within_ms: (!for_ever).then_some(SAME_TEXT_MS),
            exact: None,
        }
    }

    /// A mark of this very delivery: its words and the millisecond at which its sender signed.
    fn mark(&self, sent_at: Timestamp) -> String {
        let plain = |field: &Option<String>| field.clone().unwrap_or_default();
        let words = [&self.device, &self.app, &self.title, &self.text].map(plain);
        let mut parts = vec![sent_at.millis().to_string()];
        parts.extend(words);
        format!("sent:{}", digest_of(&parts))
    }

    fn unread(&self, source: &SourceId, via: SourceKind, reason: UnreadReason) -> Outcome {
        let clean = |field: &Option<String>| field.as_deref().and_then(clean_text);
        Outcome::NotUnderstood(Unread {
            source: source.clone(),
            via,
            app: clean(&self.app),
            title: clean(&self.title),
            text: clean(&self.text),
            device: clean(&self.device),
            posted_at: self.posted_at,
            reason,
        })
    }
}

/// SHA-256 over the parts, each with its length before it, so that no two lists of parts give the same bytes.
fn digest_of(parts: &[String]) -> String {
    let mut context = digest::Context::new(&digest::SHA256);
    for part in parts {
        context.update(&(part.len() as u64).to_be_bytes());
        context.update(part.as_bytes());
    }
    hex::encode(context.finish())
}

/// Compares proofs in constant time; nothing equals an empty one.
fn same(given: &[u8], expected: &[u8]) -> bool {
    !expected.is_empty() && bool::from(given.ct_eq(expected))
}

/// The answer that SmsForwarder and other forwarders take for a yes.
fn ok(outcome: Outcome, clock_ahead_ms: Option<i64>) -> Reading {
    let reply = Reply {
        status: 200,
        content_type: "text/plain; charset=utf-8",
        body: Cow::Borrowed("ok"),
    };
    Reading {
        outcome,
        reply,
        clock_ahead_ms,
    }
}

/// Whether it is an Android package rather than the sender of a short message.
fn is_package(name: &str) -> bool {
    let part = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
    };
    name.len() <= 255
        && name.contains('.')
        && name.split('.').all(part)
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
}

/// The app behind a forwarder's `from`: a package, an app's name, or the sender of a short message.
fn app_of(from: &str) -> String {
    if is_package(from) || from.starts_with("sms:") || notice::placeholder(from) {
        return from.to_owned();
    }
    notice::package_of(from).map_or_else(|| format!("sms:{from}"), str::to_owned)
}

#[cfg(test)]
mod tests;
