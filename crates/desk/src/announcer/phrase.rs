//! What is said, in words of each language: pure. Amounts are written out, because speech engines misread digits.

mod chinese;
mod currency_words;
mod en;
mod es;
mod hi;
mod pt_br;
mod zh_cn;
mod zh_hk;
mod zh_tw;

use super::{
    Announcement, ListeningChange, Voice,
    queue::{Sum, Why},
};
use crate::settings::SpeechLanguage;
use domain::{DayRule, Kind, Money, Timestamp, Trust};
use jiff::tz::TimeZone;

/// Further back than this, a time of day alone would mislead, so none is said.
const CLOCK_REACHES_MS: i64 = 20 * 3_600_000;

/// One payment, ready to be put in words.
struct Said<'a> {
    kind: Kind,
    trust: Trust,
    test: bool,
    /// The platform's name in the language; `None`: not spoken, or we have no name.
    platform: Option<&'a str>,
    number: Option<u32>,
    /// In words; `None`: not given.
    amount: Option<String>,
}

/// Several payments of one kind, ready to be put in words.
struct SaidGroup {
    kind: Kind,
    trust: Trust,
    test: bool,
    count: u32,
    /// In words; `None`: not given.
    total: Option<String>,
}

/// A time of day.
#[derive(Clone, Copy)]
struct Clock {
    hour: u8,
    minute: u8,
}

/// A language of announcements. The words of amounts lie in each language's own file, with their rules.
trait Wording: Sync {
    /// An amount in words; the sign is left to the sentence.
    fn amount(&self, money: Money) -> String;
    /// A platform's name where the language has one of its own; brands stand in [`brand`].
    fn platform(&self, name: &str) -> Option<&'static str>;
    /// One payment. Reported begins differently from confirmed; the amount comes last, where it is heard best.
    fn payment(&self, said: &Said<'_>) -> String;
    /// A burst, or what came while nobody listened, with the time of the earliest.
    fn sum(&self, why: Why, since: Option<Clock>, groups: &[SaidGroup]) -> String;
    /// Listening has stopped.
    fn stopped(&self, since: Option<Clock>) -> String;
    /// What a source sends is refused.
    fn refused(&self, since: Option<Clock>) -> String;
    /// Listening works again.
    fn back(&self, since: Option<Clock>) -> String;
    /// Before a sentence that was cut off and is said again: nobody must take it for another payment.
    fn again(&self) -> &'static str;
    /// The sound check. It names no amount: it must not be taken for a payment.
    fn check(&self) -> &'static str;
}

fn wording(language: SpeechLanguage) -> &'static dyn Wording {
    match language {
        SpeechLanguage::ZhCn => &zh_cn::Mandarin,
        SpeechLanguage::ZhTw => &zh_tw::Taiwan,
        SpeechLanguage::ZhHk => &zh_hk::Cantonese,
        SpeechLanguage::En => &en::English,
        SpeechLanguage::Es => &es::Spanish,
        SpeechLanguage::PtBr => &pt_br::Portuguese,
        SpeechLanguage::Hi => &hi::Hindi,
    }
}

/// An amount in words.
pub fn amount(language: SpeechLanguage, money: Money) -> String {
    wording(language).amount(money)
}

/// One payment or refund.
pub fn payment(voice: &Voice, one: &Announcement) -> String {
    let words = wording(voice.language);
    let settings = &voice.settings;
    let own = settings
        .platform_words
        .get(&one.platform)
        .map(String::as_str)
        .filter(|own| !own.trim().is_empty());
    let name = one.platform.as_str();
    let sentence = words.payment(&Said {
        kind: one.kind,
        trust: one.trust,
        test: one.test,
        platform: own
            .or_else(|| words.platform(name))
            .or_else(|| brand(name))
            .filter(|_| settings.speak_platform),
        number: one.number.filter(|_| settings.speak_number),
        amount: one.amount.map(|amount| words.amount(amount)),
    });
    repeated(words, one.again, sentence)
}

fn repeated(words: &dyn Wording, again: bool, sentence: String) -> String {
    let before = if again { words.again() } else { "" };
    format!("{before}{sentence}")
}

/// Brands that are said the same way in all languages that do not write them in letters of their own. A platform
/// that nobody has words for is left out of the sentence.
fn brand(name: &str) -> Option<&'static str> {
    Some(match name {
        "wechat" => "WeChat",
        "wechat_work" => "WeCom",
        "alipay" => "Alipay",
        "unionpay" => "UnionPay",
        "stripe" => "Stripe",
        "paypal" => "PayPal",
        "venmo" => "Venmo",
        "meituan" => "Meituan",
        "pix" => "Pix",
        "nubank" => "Nubank",
        "picpay" => "PicPay",
        "upi" => "U P I",
        "paytm" => "Paytm",
        "phonepe" => "PhonePe",
        "gpay_in" => "Google Pay",
        "bharatpe" => "BharatPe",
        "bkash" => "bKash",
        "nagad" => "Nagad",
        "qris" => "Q R I S",
        "gopay" => "GoPay",
        "dana" => "Dana",
        "mpesa" => "M-Pesa",
        "telebirr" => "telebirr",
        _ => return None,
    })
}

/// Several payments in one sentence.
pub fn sum(voice: &Voice, sum: &Sum, now: Timestamp) -> String {
    let words = wording(voice.language);
    let groups: Vec<_> = sum
        .groups
        .iter()
        .map(|group| SaidGroup {
            kind: group.kind,
            trust: group.trust,
            test: group.test,
            count: group.count,
            total: group.total.map(|total| words.amount(total)),
        })
        .collect();
    let sentence = words.sum(sum.why, since(sum.since, now, &voice.rule), &groups);
    repeated(words, sum.again, sentence)
}

/// Listening stopped, or works again.
pub fn listening(voice: &Voice, change: ListeningChange, now: Timestamp) -> String {
    let words = wording(voice.language);
    match change {
        ListeningChange::Stopped { since: at } => words.stopped(since(at, now, &voice.rule)),
        ListeningChange::Refused { since: at } => words.refused(since(at, now, &voice.rule)),
        ListeningChange::Back { since: at } => words.back(since(at, now, &voice.rule)),
    }
}

/// The sound check's sentence.
pub fn check(voice: &Voice) -> String {
    wording(voice.language).check().to_owned()
}

/// Hour and minute on the shop's clock.
pub fn clock(at: Timestamp, rule: &DayRule) -> (u8, u8) {
    let time =
        jiff::Timestamp::from_millisecond(at.millis()).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    let local = time.to_zoned(TimeZone::get(&rule.zone).unwrap_or(TimeZone::UTC));
    (local.hour().unsigned_abs(), local.minute().unsigned_abs())
}

fn since(at: Timestamp, now: Timestamp, rule: &DayRule) -> Option<Clock> {
    let (hour, minute) = clock(at, rule);
    (now.since(at) < CLOCK_REACHES_MS).then_some(Clock { hour, minute })
}

/// An amount as its whole units, its minor units and how many decimals these are.
fn parts(money: Money) -> (u64, u64, u32) {
    let places = money.currency().exponent();
    let unit = 10_u64.pow(places);
    let minor = money.minor().unsigned_abs();
    (minor / unit, minor % unit, places)
}

/// A currency that we have no words for: `C H F`.
fn spelled(money: Money) -> String {
    let letters: Vec<_> = money.currency().code().chars().map(String::from).collect();
    letters.join(" ")
}

/// The decimals one by one, zeros included, for amounts in a currency that we have no words for.
fn decimals(minor: u64, places: u32, word: impl Fn(u64) -> String) -> Vec<String> {
    (0..places)
        .rev()
        .map(|place| word(minor / 10_u64.pow(place) % 10))
        .collect()
}

/// Joins what there is with a separator.
fn join<'a>(separator: &str, parts: impl IntoIterator<Item = Option<&'a str>>) -> String {
    parts
        .into_iter()
        .flatten()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(separator)
}

#[cfg(test)]
mod table;
#[cfg(test)]
mod tests;
