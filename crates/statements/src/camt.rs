//! A bank's statement as ISO 20022: camt.053, and the reports and notifications of camt.052 and camt.054, of any
//! version. Local names only; balances are checked.

mod entry;
mod tree;

#[cfg(test)]
mod tests;

use crate::{
    bank::{self, Account, BANK},
    dates::{self, DateOrder},
    read::{Defaults, ReadError},
    reading::{Fault, Reading},
    row::{RowState, Statement, StatementKind, Tells},
    table::decode,
};
use domain::Currency;
use entry::Told;
use jiff::{civil::Date, tz::TimeZone};
use std::collections::BTreeSet;
use tree::{Broken, Found, Node, Walk};

/// How far a file is looked into for its mark.
const PROBE: usize = 16 * 1024;
/// The elements that hold entries: of camt.053, 052 and 054.
const STATEMENTS: [&str; 3] = ["Stmt", "Rpt", "Ntfctn"];
/// What in them is read, each as a whole.
const PARTS: [&str; 4] = ["Ntry", "Bal", "Acct", "FrToDt"];

/// Whether these bytes are such a file.
pub(crate) fn looks(bytes: &[u8]) -> bool {
    let top = String::from_utf8_lossy(&bytes[..bytes.len().min(PROBE)]);
    // Saved as UTF-16 it has a NUL in each letter.
    let top: String = top.chars().filter(|c| *c != '\0').collect();
    let marks = ["BkToCstmr", "camt.052", "camt.053", "camt.054"];
    top.contains('<') && marks.iter().any(|mark| top.contains(mark))
}

/// Reads it.
pub(crate) fn read(bytes: &[u8], defaults: &Defaults) -> Result<Statement, ReadError> {
    let broken = |why: Broken| ReadError::Broken {
        kind: StatementKind::Camt,
        reason: why.word(),
    };
    let decoded = decode(bytes).ok_or_else(|| broken(Broken::Xml))?;
    let mut file = File {
        zone: bank::zone_of(defaults),
        currency: defaults.currency,
        reading: Reading::plain(decoded.replaced),
        accounts: Vec::new(),
        named: BTreeSet::new(),
        days: Vec::new(),
        entries: 0,
    };
    file.walk(&decoded.text).map_err(broken)?;
    Ok(file.finish())
}

/// A file while it is read.
struct File {
    zone: TimeZone,
    currency: Currency,
    reading: Reading,
    accounts: Vec<Account>,
    named: BTreeSet<String>,
    /// First and last day of each statement.
    days: Vec<(Date, Date)>,
    entries: u32,
}

/// One `Stmt`, `Rpt` or `Ntfctn`.
#[derive(Default)]
struct Open {
    account: Option<String>,
    balances: Account,
    /// Whether the balances of pages in the middle may stand for opening and closing.
    firm: (bool, bool),
    closed_on: Option<Date>,
    stated: Option<(Date, Date)>,
    first_row: usize,
    /// Only a statement says that there was nothing else.
    is_statement: bool,
}

impl File {
    fn walk(&mut self, text: &str) -> Result<(), Broken> {
        let mut walk = Walk::new(text);
        let mut open: Option<Open> = None;
        let mut seen = false;
        loop {
            let inside = open.is_some();
            match walk.next(|name| inside && PARTS.contains(&name))? {
                Found::Into(name) if open.is_none() && STATEMENTS.contains(&name.as_str()) => {
                    seen = true;
                    open = Some(Open {
                        first_row: self.reading.rows.len(),
                        is_statement: name == "Stmt",
                        ..Open::default()
                    });
                }
                Found::OutOf(name) if STATEMENTS.contains(&name.as_str()) => {
                    if let Some(done) = open.take() {
                        self.close(done);
                    }
                }
                Found::Whole(node) => {
                    if let Some(open) = &mut open {
                        self.part(open, &node);
                    }
                }
                Found::Into(_) | Found::OutOf(_) => {}
                Found::End if seen => return Ok(()),
                Found::End => return Err(Broken::Xml),
            }
        }
    }

    fn part(&mut self, open: &mut Open, node: &Node) {
        match node.name.as_str() {
            "Acct" => {
                let iban = node.text_at(&["Id", "IBAN"]);
                let other = node.text_at(&["Id", "Othr", "Id"]);
                open.account = bank::reference(if iban.is_empty() { other } else { iban });
                let currency = Currency::new(node.text_at(&["Ccy"]));
                open.balances.currency = open.balances.currency.or(currency);
            }
            "FrToDt" => {
                let day = |name: &str| {
                    ["Dt", "DtTm"]
                        .iter()
                        .find_map(|kind| self.date(node.text_at(&[&format!("{name}{kind}")])))
                };
                open.stated = day("Fr").zip(day("To"));
            }
            "Bal" => self.balance(open, node),
            _ => self.entry(open, node),
        }
    }

    fn date(&self, text: &str) -> Option<Date> {
        let when = dates::when(text, DateOrder::YearMonthDay, &self.zone)?;
        bank::date_of(when.at, &self.zone)
    }

    /// Opening and closing balances that are booked; those of pages in the middle only where there are no others.
    fn balance(&mut self, open: &mut Open, node: &Node) {
        let code = node.text_at(&["Tp", "CdOrPrtry", "Cd"]);
        let amount = node.child("Amt").and_then(|amount| self.money(amount).ok());
        let Some(amount) = amount else { return };
        let signed = bank::signed(amount, node.text_at(&["CdtDbtInd"]) != "DBIT");
        let date = ["Dt", "DtTm"]
            .iter()
            .find_map(|kind| self.date(node.text_at(&["Dt", kind])));
        let interim_first = code == "ITBD" && open.balances.opening.is_none();
        if matches!(code, "OPBD" | "PRCD") || interim_first {
            // A previous closing stands for the opening only where that is not told.
            if !open.firm.0 || code == "OPBD" {
                open.balances.opening = Some(signed);
                open.firm.0 = code == "OPBD";
            }
        } else if code == "CLBD" || code == "ITBD" && !open.firm.1 {
            open.balances.closing = Some(signed);
            open.closed_on = date;
            open.firm.1 = code == "CLBD";
        }
        let currency = open.balances.currency;
        open.balances.currency = currency.or(Some(amount.currency()));
    }

    fn money(&self, node: &Node) -> Result<domain::Money, Fault> {
        entry::money(node, self.currency)
    }

    fn entry(&mut self, open: &mut Open, node: &Node) {
        self.entries = self.entries.saturating_add(1);
        let told = Told {
            line: self.entries,
            account: open.account.as_deref(),
            zone: &self.zone,
            currency: open.balances.currency.unwrap_or(self.currency),
        };
        match told.entry(node) {
            Ok(entry) => {
                if entry.state == RowState::Done {
                    open.balances.book(entry.signed);
                }
                if let Some((stated, found)) = entry.parts_differ {
                    let text = |minor| crate::reading::decimal(minor, entry.currency);
                    self.reading
                        .check("net", &text(stated), &text(found), false);
                }
                for row in entry.rows {
                    self.reading.row(row);
                }
            }
            Err(fault) => self
                .reading
                .unreadable_at(told.line, fault, || entry::describe(node)),
        }
    }

    fn close(&mut self, open: Open) {
        self.named.extend(open.account);
        let rows = &self.reading.rows[open.first_row..];
        let booked = bank::booked_days(rows.iter(), &self.zone);
        let closed = open.closed_on.map(|date| (date, date));
        let span = match (booked, closed) {
            (Some((first, last)), Some((day, _))) => Some((first.min(day), last.max(day))),
            (booked, closed) => booked.or(closed),
        };
        if open.is_statement {
            self.days.extend(open.stated.or(span));
        }
        self.accounts.push(open.balances);
    }

    fn finish(mut self) -> Statement {
        bank::check_balances(&mut self.reading, &self.accounts);
        let mut named = self.named.into_iter();
        // Of several accounts each row's key names its own.
        let account = named.next().filter(|_| named.next().is_none());
        let period = bank::period(self.days, &self.zone);
        self.reading
            .finish(StatementKind::Camt, BANK, account, period, Tells::All)
    }
}
