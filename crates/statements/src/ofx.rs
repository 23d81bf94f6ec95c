//! A bank's statement as OFX or QFX: version 1, whose elements need not be closed, and version 2, which is XML. Both are
//! read as the same row of marks and values, since banks mix them.

mod tokens;
mod when;

#[cfg(test)]
mod tests;

use crate::{
    amount::{self, Mark},
    bank::{self, BANK},
    read::{Defaults, ReadError},
    reading::{Fault, Reading},
    row::{Ids, Period, Precision, Row, RowKind, RowState, Statement, StatementKind, Tells, When},
    table::decode,
};
use domain::{Currency, Timestamp};
use jiff::tz::TimeZone;
use std::collections::BTreeSet;
use tokens::{Token, Tokens};
use when::Told;

/// How far a file is looked into for its mark.
const PROBE: usize = 8 * 1024;

/// Whether these bytes are such a file.
pub(crate) fn looks(bytes: &[u8]) -> bool {
    let top = String::from_utf8_lossy(&bytes[..bytes.len().min(PROBE)]).to_ascii_uppercase();
    let top = top.trim_start_matches('\u{feff}').trim_start();
    top.starts_with("OFXHEADER") || top.contains("<?OFX") || top.contains("<OFX>")
}

/// Reads it.
pub(crate) fn read(bytes: &[u8], defaults: &Defaults) -> Result<Statement, ReadError> {
    let broken = |reason| ReadError::Broken {
        kind: StatementKind::Ofx,
        reason,
    };
    let decoded = decode(bytes).ok_or_else(|| broken("encoding"))?;
    let mut file = File {
        zone: bank::zone_of(defaults),
        currency: defaults.currency,
        default: defaults.currency,
        reading: Reading::plain(decoded.replaced),
        account: None,
        accounts: BTreeSet::new(),
        is_card: false,
        spans: Vec::new(),
        span: (None, None),
        served: None,
        bookings: Vec::new(),
        ended: false,
    };
    file.walk(&decoded.text).map_err(broken)?;
    Ok(file.finish())
}

/// A `STMTTRN`, as it stands there.
#[derive(Default)]
struct Booking {
    line: u32,
    kind: String,
    posted: String,
    amount: String,
    id: String,
    reference: String,
    name: String,
    memo: String,
    currency: Option<Currency>,
    account: Option<String>,
    is_card: bool,
}

/// A file while it is read.
struct File {
    zone: TimeZone,
    default: Currency,
    currency: Currency,
    reading: Reading,
    account: Option<String>,
    accounts: BTreeSet<String>,
    is_card: bool,
    spans: Vec<(Told, Told)>,
    span: (Option<Told>, Option<Told>),
    /// When the bank made the file.
    served: Option<Told>,
    bookings: Vec<Booking>,
    ended: bool,
}

impl File {
    fn walk(&mut self, text: &str) -> Result<(), &'static str> {
        let mut open: Option<Booking> = None;
        let mut own_currency = false;
        let mut seen = false;
        for token in Tokens::of(text) {
            match token {
                Token::Doctype => return Err("doctype"),
                Token::Begin { tag: "OFX", .. } => seen = true,
                Token::Begin {
                    tag: "STMTTRN",
                    line,
                } => {
                    self.bookings.extend(open.take());
                    own_currency = false;
                    open = Some(Booking {
                        line,
                        currency: Some(self.currency),
                        account: self.account.clone(),
                        is_card: self.is_card,
                        ..Booking::default()
                    });
                }
                Token::End {
                    tag: "STMTTRN" | "BANKTRANLIST",
                } => self.bookings.extend(open.take()),
                Token::Begin { tag: "STMTRS", .. } => self.begin(false),
                Token::Begin {
                    tag: "CCSTMTRS", ..
                } => self.begin(true),
                Token::Begin {
                    tag: "CURRENCY", ..
                } => own_currency = true,
                Token::End { tag: "CURRENCY" } => own_currency = false,
                Token::End { tag: "OFX" } => self.ended = true,
                Token::Value { tag, text } => match &mut open {
                    Some(booking) => booking.take(tag, text, own_currency),
                    None => self.take(tag, &text),
                },
                Token::Begin { .. } | Token::End { .. } => {}
            }
        }
        self.bookings.extend(open);
        if seen { Ok(()) } else { Err("xml") }
    }

    /// A statement of an account begins.
    fn begin(&mut self, is_card: bool) {
        self.account = None;
        self.currency = self.default;
        self.is_card = is_card;
        self.close_span();
    }

    fn close_span(&mut self) {
        let (from, until) = std::mem::take(&mut self.span);
        self.spans.extend(from.zip(until));
    }

    fn take(&mut self, tag: &str, text: &str) {
        match tag {
            "CURDEF" => self.currency = Currency::new(text).unwrap_or(self.default),
            "ACCTID" if self.account.is_none() => {
                self.account = bank::reference(text);
                self.accounts.extend(self.account.clone());
            }
            "DTSTART" => self.span.0 = Told::read(text),
            "DTEND" => self.span.1 = Told::read(text),
            "DTSERVER" => self.served = Told::read(text),
            _ => {}
        }
    }

    fn finish(mut self) -> Statement {
        self.close_span();
        let bookings = std::mem::take(&mut self.bookings);
        // Many banks write every booking at the same full hour: then only its date is known.
        let posted = bookings.iter().filter_map(|b| Told::read(&b.posted));
        let only_dates = posted.clone().all(|told| told.is_full_hour());
        for booking in &bookings {
            match self.row(booking, only_dates) {
                Ok(row) => self.reading.row(row),
                Err(fault) => self.reading.unreadable_at(booking.line, fault, || {
                    [
                        booking.posted.as_str(),
                        &booking.amount,
                        &booking.kind,
                        &booking.name,
                        &booking.memo,
                    ]
                    .join(" ")
                }),
            }
        }
        self.reading.check_complete(self.ended);
        let mut named = self.accounts.iter().cloned();
        let account = named.next().filter(|_| named.next().is_none());
        let period = self.period();
        self.reading
            .finish(StatementKind::Ofx, BANK, account, period, Tells::All)
    }

    /// The days that the file says it is of, up to when it was made.
    fn period(&self) -> Option<Period> {
        let [(from, until)] = self.spans.as_slice() else {
            return None;
        };
        let from = bank::on_day(from.date, &self.zone)?.at;
        let after = bank::on_day(until.date.tomorrow().ok()?, &self.zone)?.at;
        let made = self.served.as_ref().and_then(|told| told.at(&self.zone));
        let until = made.map_or(after, |made: Timestamp| after.min(made));
        (from < until).then_some(Period { from, until })
    }

    fn row(&self, booking: &Booking, only_dates: bool) -> Result<Row, Fault> {
        let posted = Told::read(&booking.posted).ok_or(Fault::Time)?;
        let day = bank::on_day(posted.date, &self.zone).ok_or(Fault::Time)?;
        let exact = posted
            .at(&self.zone)
            .filter(|_| !only_dates && posted.has_offset());
        let when = exact.map_or(day, |at| When {
            at,
            precision: Precision::Second,
        });
        let currency = booking.currency.unwrap_or(self.currency);
        let signed = minor(&booking.amount, currency)?;
        let (comes_in, amount) = (signed > 0, bank::money(signed.abs(), currency)?);
        let texts = [&booking.memo, &booking.name, &booking.reference];
        let pix = |begins| texts.into_iter().find_map(|text| pix_id(text, begins));
        let (paid, returned) = (pix('E'), pix('D'));
        let account = booking.account.as_deref().unwrap_or_default();
        let key = [
            account,
            &booking.id,
            &posted.date.to_string(),
            &signed.to_string(),
        ]
        .join("|");
        let text = [booking.name.as_str(), &booking.memo].join(" ");
        Ok(Row {
            line: booking.line,
            key,
            kind: booking.kind(comes_in, returned.is_some()),
            state: match booking.kind.as_str() {
                "HOLD" => RowState::Pending,
                _ => RowState::Done,
            },
            ids: Ids {
                transaction: paid.or_else(|| bank::reference(&booking.reference)),
                refund: returned,
                ..Ids::default()
            },
            amount,
            fee: None,
            net: Some(signed),
            settled_in: None,
            when,
            settled_at: None,
            batch: None,
            party: bank::long_text(&booking.name),
            text: bank::long_text(&text),
        })
    }
}

impl Booking {
    fn take(&mut self, tag: &str, text: String, own_currency: bool) {
        let field = match tag {
            "TRNTYPE" => &mut self.kind,
            "DTPOSTED" => &mut self.posted,
            "TRNAMT" => &mut self.amount,
            "FITID" => &mut self.id,
            "REFNUM" | "CHECKNUM" => &mut self.reference,
            "NAME" => &mut self.name,
            "MEMO" => &mut self.memo,
            "CURSYM" => {
                if own_currency && let Some(currency) = Currency::new(&text) {
                    self.currency = Some(currency);
                }
                return;
            }
            _ => return,
        };
        // The first counts: an aggregate within may name others.
        if field.is_empty() {
            *field = text;
        }
    }

    /// What the type says; the direction is the amount's sign, which banks write right when the type is wrong.
    fn kind(&self, comes_in: bool, is_return: bool) -> RowKind {
        match (self.kind.to_ascii_uppercase().as_str(), comes_in) {
            ("FEE" | "SRVCHG", _) => RowKind::Fee,
            ("INT" | "DIV" | "ATM" | "CASH", _) => RowKind::Other,
            // What is paid to a card is not paid by a customer, and a return to us is our own.
            _ if self.is_card || is_return && comes_in => RowKind::Other,
            _ if is_return => RowKind::Refund,
            _ => bank::plain_kind(comes_in),
        }
    }
}

/// An amount by the standard's point, or by the comma of Brazil and others: the last mark is the decimals'.
fn minor(text: &str, currency: Currency) -> Result<i64, Fault> {
    let last = text.rfind([',', '.']).and_then(|at| text.get(at..=at));
    let mark = match last {
        Some(",") => Mark::Comma,
        _ => Mark::Point,
    };
    amount::minor_with(text, currency, mark).map_err(|_| Fault::Amount)
}

/// Pix's own number as a whole word: `E` for a payment, `D` for its return, and 31 letters and digits.
fn pix_id(text: &str, begins: char) -> Option<String> {
    let mut words = text.split(|c: char| !c.is_ascii_alphanumeric());
    let is_id = |word: &&str| {
        let digits = word
            .bytes()
            .skip(1)
            .take(20)
            .filter(u8::is_ascii_digit)
            .count();
        word.len() == 32 && word.starts_with(begins) && digits == 20
    };
    words.find(is_id).map(str::to_owned)
}
