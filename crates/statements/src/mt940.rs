//! A bank's statement as SWIFT MT940, and the interim report MT942: as banks write them, not only as the standard has it.

mod details;
mod fields;
mod line;

#[cfg(test)]
mod tests;

use crate::{
    amount::{self, Mark},
    bank::{self, Account, BANK},
    read::{Defaults, ReadError},
    reading::{Fault, Reading, decimal},
    row::{Ids, Row, RowKind, RowState, Statement, StatementKind, Tells},
    table::decode,
};
use details::Details;
use domain::Currency;
use fields::{Field, Fields, unwrapped};
use jiff::{civil::Date, tz::TimeZone};
use line::{Booking, Mark61};
use std::collections::BTreeSet;

/// How far a file is looked into for its marks.
const PROBE: usize = 64 * 1024;

/// Whether these bytes are such a file: a field 20 or 25 and then one that only statements have.
pub(crate) fn looks(bytes: &[u8]) -> bool {
    let top = String::from_utf8_lossy(&bytes[..bytes.len().min(PROBE)]);
    let begins = |tags: &[&str]| {
        top.split(['\n', '\r'])
            .any(|line| tags.iter().any(|tag| unwrapped(line).starts_with(tag)))
    };
    begins(&[":20:", ":25:"]) && begins(&[":60F:", ":60M:", ":61:", ":62F:", ":34F:"])
}

/// Reads it.
pub(crate) fn read(bytes: &[u8], defaults: &Defaults) -> Result<Statement, ReadError> {
    let decoded = decode(bytes).ok_or(ReadError::Broken {
        kind: StatementKind::Mt940,
        reason: "encoding",
    })?;
    let mut file = File {
        zone: bank::zone_of(defaults),
        default: defaults.currency,
        reading: Reading::plain(decoded.replaced),
        accounts: Vec::new(),
        named: BTreeSet::new(),
        days: Vec::new(),
        all_closed: true,
        currencies: BTreeSet::new(),
    };
    let mut message = Message::default();
    for field in Fields::of(&decoded.text) {
        match field {
            Field::End => file.close(std::mem::take(&mut message)),
            Field::Tag { tag: "20", .. } if message.has_content() => {
                file.close(std::mem::take(&mut message));
            }
            Field::Tag { tag, text, line } => message.take(tag, text, line),
        }
    }
    file.close(message);
    Ok(file.finish())
}

/// A message: one page of a statement.
#[derive(Default)]
struct Message {
    account: Option<String>,
    number: String,
    opening: Option<Balance>,
    closing: Option<Balance>,
    /// The currency of an MT942, which has no balances.
    floor: Option<Currency>,
    /// Line, booking and what is told of it.
    bookings: Vec<(u32, String, String)>,
    /// Count and sum of debits, of credits.
    sums: [Option<String>; 2],
    /// After the closing balance a field 86 tells of the statement.
    is_over: bool,
    is_statement: bool,
}

/// A balance as a field tells it.
struct Balance {
    signed: i64,
    date: Option<Date>,
    currency: Currency,
}

impl Message {
    fn has_content(&self) -> bool {
        self.account.is_some() || self.opening.is_some() || !self.bookings.is_empty()
    }

    fn take(&mut self, tag: &str, text: String, line: u32) {
        match tag {
            "25" | "25P" => self.account = bank::reference(text.lines().next().unwrap_or_default()),
            "28" | "28C" => self.number = text.trim().to_owned(),
            "60F" | "60M" => {
                self.opening = balance(&text);
                self.is_statement = true;
            }
            "62F" | "62M" => {
                self.closing = balance(&text);
                self.is_over = true;
            }
            "64" | "65" => self.is_over = true,
            "34F" => self.floor = text.get(..3).and_then(Currency::new),
            "61" => {
                self.is_over = false;
                self.bookings.push((line, text, String::new()));
            }
            "86" if !self.is_over => {
                if let Some((_, _, told)) = self.bookings.last_mut() {
                    *told = text;
                }
            }
            "90D" => self.sums[0] = Some(text),
            "90C" => self.sums[1] = Some(text),
            _ => {}
        }
    }
}

/// `C260503EUR100,00`, maybe with the envelope's end behind it.
fn balance(text: &str) -> Option<Balance> {
    let text = text.lines().next()?.trim().trim_end_matches(['-', '}']);
    let is_credit = match text.get(..1)? {
        "C" => true,
        "D" => false,
        _ => return None,
    };
    let currency = Currency::new(text.get(7..10)?)?;
    let amount = amount::minor_with(text.get(10..)?, currency, Mark::Comma).ok()?;
    Some(Balance {
        signed: if is_credit { amount } else { -amount },
        date: line::date(text.get(1..7)?),
        currency,
    })
}

/// A file while it is read.
struct File {
    zone: TimeZone,
    default: Currency,
    reading: Reading,
    accounts: Vec<Account>,
    named: BTreeSet<String>,
    days: Vec<(Date, Date)>,
    all_closed: bool,
    currencies: BTreeSet<Currency>,
}

impl File {
    fn close(&mut self, message: Message) {
        if !message.has_content() {
            return;
        }
        let ends = [&message.opening, &message.closing];
        let currency = ends.into_iter().flatten().map(|b| b.currency).next();
        let currency = currency.or(message.floor).unwrap_or(self.default);
        self.currencies.insert(currency);
        let mut account = Account {
            opening: message.opening.as_ref().map(|b| b.signed),
            closing: message.closing.as_ref().map(|b| b.signed),
            currency: Some(currency),
            ..Account::default()
        };
        // A page is the same in every file that has it, and so is each of its lines.
        let page = [
            message.account.as_deref().unwrap_or_default(),
            &message.number,
            &account
                .closing
                .map_or_else(String::new, |minor| decimal(minor, currency)),
            &closing_date(&message).map_or_else(String::new, |date| date.to_string()),
        ]
        .join("|");
        let first = self.reading.rows.len();
        let mut moved = [(0_usize, 0_i64); 2];
        for (i, (at, text, told)) in message.bookings.iter().enumerate() {
            let booking = line::read(text, currency);
            let read = booking.and_then(|booking| {
                let signed = booking.signed();
                if booking.mark != Mark61::Expected {
                    account.book(signed);
                    let side = &mut moved[usize::from(signed > 0)];
                    *side = (side.0 + 1, side.1.saturating_add(signed.abs()));
                }
                self.row(
                    &booking,
                    &Details::of(told),
                    *at,
                    format!("{page}|{}", i + 1),
                )
            });
            match read {
                Ok(row) => self.reading.row(row),
                Err(fault) => {
                    let text = || format!("{text} {told}");
                    self.reading.unreadable_at(*at, fault, text);
                }
            }
        }
        self.check_sums(&message, moved, currency);
        let rows = &self.reading.rows[first..];
        let booked = bank::booked_days(rows.iter(), &self.zone);
        let closed = closing_date(&message);
        if message.is_statement {
            self.all_closed &= message.closing.is_some();
            self.days.extend(match (booked, closed) {
                (Some((from, until)), Some(day)) => Some((from.min(day), until.max(day))),
                (booked, closed) => booked.or(closed.map(|day| (day, day))),
            });
        }
        self.named.extend(message.account);
        self.accounts.push(account);
    }

    fn row(
        &self,
        booking: &Booking,
        details: &Details,
        line: u32,
        key: String,
    ) -> Result<Row, Fault> {
        let day = booking.booked.unwrap_or(booking.value);
        let when = bank::on_day(day, &self.zone).ok_or(Fault::Time)?;
        let own = booking.reference.as_deref().and_then(bank::reference);
        let text = [details.text.as_str(), booking.supplement.as_str()].join(" ");
        Ok(Row {
            line,
            key,
            kind: booking.kind(),
            state: match booking.mark {
                Mark61::Expected => RowState::Pending,
                _ => RowState::Done,
            },
            ids: Ids {
                order: details.order.clone().or(own),
                transaction: booking.bank_reference.as_deref().and_then(bank::reference),
                ..Ids::default()
            },
            amount: booking.amount,
            fee: None,
            net: Some(booking.signed()),
            settled_in: None,
            when,
            settled_at: None,
            batch: None,
            party: bank::long_text(&details.party),
            text: bank::long_text(&text),
        })
    }

    /// Fields 90D and 90C: how many went out and came in, and how much.
    fn check_sums(&mut self, message: &Message, moved: [(usize, i64); 2], currency: Currency) {
        for (i, (count_word, sum_word)) in
            [("out_rows", "out"), ("in_rows", "in")].iter().enumerate()
        {
            let Some(text) = &message.sums[i] else {
                continue;
            };
            let text = text.trim();
            let digits = text.bytes().take_while(u8::is_ascii_digit).count();
            let (count, rest) = text.split_at(digits);
            self.reading.check_count(count_word, count, moved[i].0);
            let sum = rest.get(3..).unwrap_or_default();
            let holds = amount::minor_with(sum, currency, Mark::Comma) == Ok(moved[i].1);
            self.reading
                .check(sum_word, sum, &decimal(moved[i].1, currency), holds);
        }
    }

    fn finish(mut self) -> Statement {
        bank::check_balances(&mut self.reading, &self.accounts);
        self.check_pages();
        if !self.all_closed {
            self.reading.check_complete(false);
        }
        let mut named = self.named.into_iter();
        let account = named.next().filter(|_| named.next().is_none());
        let period = bank::period(self.days, &self.zone);
        self.reading
            .finish(StatementKind::Mt940, BANK, account, period, Tells::All)
    }

    /// Each page begins where the one before it ended, as far as the file is of one account.
    fn check_pages(&mut self) {
        if self.named.len() != 1 || self.currencies.len() != 1 {
            return;
        }
        let mut chained = self
            .accounts
            .windows(2)
            .filter_map(|pair| Some((pair[0].closing?, pair[1].opening?, pair[1].currency?)));
        let torn = chained.find(|(closing, opening, _)| closing != opening);
        if let Some((closing, opening, currency)) = torn {
            let text = |minor| decimal(minor, currency);
            self.reading
                .check("balance", &text(closing), &text(opening), false);
        }
    }
}

fn closing_date(message: &Message) -> Option<Date> {
    message.closing.as_ref().and_then(|balance| balance.date)
}

impl Booking {
    /// What it moved.
    fn signed(&self) -> i64 {
        bank::signed(self.amount, self.comes_in)
    }

    /// What its mark and code say that it is.
    fn kind(&self) -> RowKind {
        match (self.mark, self.code.as_str()) {
            (Mark61::Reversal, _) if !self.comes_in => RowKind::Reversal,
            (Mark61::Reversal, _) => RowKind::Other,
            (_, "CHG" | "COM") => RowKind::Fee,
            (_, "INT" | "DIV") => RowKind::Other,
            (_, "RTI") if !self.comes_in => RowKind::Chargeback,
            _ => bank::plain_kind(self.comes_in),
        }
    }
}
