//! What every reader of a table does: rows with keys of their own, what could not be read, sums and checks.

mod cells;

use crate::{
    amount::{self, AmountError},
    dates::day_around,
    row::{Check, Period, Row, RowState, Statement, StatementKind, Tells, Unreadable},
    table::{Line, Table},
};
use domain::{Currency, Money, Platform, Timestamp, payment::clean_text};
use jiff::tz::TimeZone;
use std::collections::HashMap;

pub(crate) use cells::Cells;

/// How many unreadable rows are kept: more of them tell no more.
const UNREADABLE_MAX: usize = 10_000;
/// How long a platform's or shop's number may be.
const ID_MAX: usize = 128;

/// Why a row cannot be read: the words of [`Unreadable::reason`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    Amount,
    Time,
    Cells,
    Currency,
}

impl Fault {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Amount => "amount",
            Self::Time => "time",
            Self::Cells => "cells",
            Self::Currency => "currency",
        }
    }
}

/// A statement while it is read.
pub(crate) struct Reading {
    pub(crate) rows: Vec<Row>,
    unreadable: Vec<Unreadable>,
    lost: usize,
    checks: Vec<Check>,
    keys: HashMap<String, u32>,
    damaged_ids: usize,
}

impl Reading {
    /// A reading of this table, which may have lost letters already.
    pub(crate) fn of(table: &Table) -> Self {
        Self::plain(table.replaced())
    }

    /// A reading of something that is no table, of which so many letters could not be read.
    pub(crate) fn plain(replaced: usize) -> Self {
        let mut reading = Self {
            rows: Vec::new(),
            unreadable: Vec::new(),
            lost: 0,
            checks: Vec::new(),
            keys: HashMap::new(),
            damaged_ids: 0,
        };
        if replaced > 0 {
            reading.check("encoding", "0", &replaced.to_string(), false);
        }
        reading
    }

    /// Takes what became of a row.
    pub(crate) fn take(&mut self, line: Line<'_>, read: Result<Row, Fault>) {
        match read {
            Ok(row) => self.row(row),
            Err(fault) => self.unreadable(line, fault),
        }
    }

    /// A row that was read. A key that another row has gets a number of its own: two rows stay two. What
    /// failed moved nothing.
    pub(crate) fn row(&mut self, mut row: Row) {
        if row.state == RowState::Failed {
            row.net = None;
        }
        let count = self.keys.entry(row.key.clone()).or_insert(0);
        *count += 1;
        if *count > 1 {
            row.key = format!("{}#{count}", row.key);
        }
        self.rows.push(row);
    }

    fn unreadable(&mut self, line: Line<'_>, fault: Fault) {
        self.unreadable_at(line.number(), fault, || line.text());
    }

    /// Something at a line that could not be read.
    pub(crate) fn unreadable_at(&mut self, line: u32, fault: Fault, text: impl FnOnce() -> String) {
        if self.unreadable.len() >= UNREADABLE_MAX {
            self.lost += 1;
            return;
        }
        self.unreadable.push(Unreadable {
            line,
            text: clean_text(&text()).unwrap_or_default(),
            reason: fault.word().to_owned(),
        });
    }

    /// How many rows there were, readable or not. Some readers make two of one; they count themselves.
    pub(crate) fn seen(&self) -> usize {
        self.rows.len() + self.unreadable_count()
    }

    /// How many could not be read.
    pub(crate) fn unreadable_count(&self) -> usize {
        self.unreadable.len() + self.lost
    }

    /// A number of the platform's or the shop's; `None` where there is none, or a spreadsheet damaged it.
    pub(crate) fn id(&mut self, text: &str) -> Option<String> {
        match id(text) {
            Id::Of(id) => Some(id),
            Id::None => None,
            Id::Damaged => {
                self.damaged_ids += 1;
                None
            }
        }
    }

    /// Something that the file says of itself, and what was found.
    pub(crate) fn check(&mut self, what: &str, stated: &str, found: &str, holds: bool) {
        self.checks.push(Check {
            what: what.to_owned(),
            stated: clean_text(stated).unwrap_or_default(),
            found: found.to_owned(),
            holds,
        });
    }

    /// A count that the file states; one that is no number does not hold.
    pub(crate) fn check_count(&mut self, what: &str, stated: &str, found: usize) {
        let holds = amount::count(stated) == Some(found as u64);
        self.check(what, stated, &found.to_string(), holds);
    }

    /// A sum that the file states.
    pub(crate) fn check_sum(&mut self, what: &str, stated: &str, found: i64, currency: Currency) {
        let holds = amount::minor(stated, currency) == Ok(found);
        self.check(what, stated, &decimal(found, currency), holds);
    }

    /// The end of the file is there, or it is not.
    pub(crate) fn check_complete(&mut self, complete: bool) {
        let found = if complete { "yes" } else { "no" };
        self.check("complete", "yes", found, complete);
    }

    /// Every row lies within the time that the file says it is of.
    pub(crate) fn check_period(&mut self, period: Option<Period>) {
        let Some(period) = period else { return };
        let outside = self
            .rows
            .iter()
            .filter(|row| row.when.at < period.from || row.when.at >= period.until)
            .count();
        self.check("period", "0", &outside.to_string(), outside == 0);
    }

    /// The statement.
    pub(crate) fn finish(
        mut self,
        kind: StatementKind,
        platform: Platform,
        account: Option<String>,
        period: Option<Period>,
        tells: Tells,
    ) -> Statement {
        if self.damaged_ids > 0 {
            let found = self.damaged_ids.to_string();
            self.check("ids", "0", &found, false);
        }
        if self.lost > 0 {
            self.unreadable.push(Unreadable {
                line: 0,
                text: format!("+ {}", self.lost),
                reason: "more".to_owned(),
            });
        }
        Statement {
            kind,
            platform,
            account: account.as_deref().and_then(clean_text),
            period,
            tells,
            rows: self.rows,
            unreadable: self.unreadable,
            checks: self.checks,
        }
    }
}

/// What a cell says of a number.
enum Id {
    Of(String),
    None,
    Damaged,
}

fn id(text: &str) -> Id {
    let text = text.trim();
    if matches!(text, "" | "0" | "/" | "-" | "--") {
        return Id::None;
    }
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    // A spreadsheet keeps fifteen digits, and writes zeros or an exponent for the rest.
    let zeroed = digits && text.len() >= 24 && text[15..].bytes().all(|b| b == b'0');
    let exponent = text
        .split_once(['E', 'e'])
        .is_some_and(|(mantissa, power)| {
            let number =
                |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit() || b == b'.');
            let power = power.strip_prefix('+').unwrap_or(power);
            number(mantissa) && mantissa.contains('.') && power.len() <= 3 && number(power)
        });
    if zeroed || exponent || text.len() > ID_MAX {
        return Id::Damaged;
    }
    if text.bytes().all(|b| b.is_ascii_graphic()) {
        return Id::Of(text.to_owned());
    }
    clean_text(text).map_or(Id::None, Id::Of)
}

/// The amount in minor units; `None` where the cell is empty.
pub(crate) fn money(text: &str, currency: Currency) -> Result<Option<i64>, Fault> {
    match amount::minor(text, currency) {
        Ok(amount) => Ok(Some(amount)),
        Err(AmountError::Empty) => Ok(None),
        Err(_) => Err(Fault::Amount),
    }
}

/// The amount of a file that never writes a sign, since another column has the direction.
pub(crate) fn unsigned(text: &str, currency: Currency) -> Result<i64, Fault> {
    money(text, currency)?
        .filter(|amount| *amount >= 0)
        .ok_or(Fault::Amount)
}

/// As plain text, for checks.
pub(crate) fn decimal(minor: i64, currency: Currency) -> String {
    Money::new(minor, currency).map_or_else(|| minor.to_string(), Money::decimal)
}

/// Money of a size, whatever its sign.
pub(crate) fn positive(minor: i64, currency: Currency) -> Result<Money, Fault> {
    minor
        .checked_abs()
        .and_then(|minor| Money::new(minor, currency))
        .ok_or(Fault::Amount)
}

/// A stranger's text, and before it the words of what nobody here knows.
pub(crate) fn text_with(unknown: Option<&str>, text: &str) -> Option<String> {
    match unknown.filter(|words| !words.is_empty()) {
        Some(words) => clean_text(&format!("[{words}] {text}")),
        None => clean_text(text),
    }
}

/// The whole days that these times lie in.
pub(crate) fn days_of(times: impl Iterator<Item = Timestamp>, zone: &TimeZone) -> Option<Period> {
    let (first, last) = times.fold(None, |span: Option<(Timestamp, Timestamp)>, at| {
        let (first, last) = span.unwrap_or((at, at));
        Some((first.min(at), last.max(at)))
    })?;
    Some(Period {
        from: day_around(first, zone)?.0,
        until: day_around(last, zone)?.1,
    })
}

/// The balance after each row, and whether each row leads to it. Files run forwards or backwards.
#[derive(Default)]
pub(crate) struct Balance {
    steps: Vec<(i64, i64)>,
    missing: bool,
}

impl Balance {
    /// A row that moved so much, and the balance that stands after it.
    pub(crate) fn step(&mut self, net: i64, balance: Option<i64>) {
        match balance {
            Some(balance) => self.steps.push((net, balance)),
            None => self.missing = true,
        }
    }

    /// What was found: the first row that does not lead on, or that all do.
    pub(crate) fn check(self, reading: &mut Reading, currency: Currency) {
        let Some((_, last)) = self.steps.last().copied() else {
            return;
        };
        if self.missing {
            return;
        }
        let forwards = |pair: &[(i64, i64)]| pair[0].1.saturating_add(pair[1].0) == pair[1].1;
        let backwards = |pair: &[(i64, i64)]| pair[1].1.saturating_add(pair[0].0) == pair[0].1;
        let broken = self.steps.windows(2).filter(|pair| !forwards(pair)).count();
        if broken == 0 {
            return reading.check(
                "balance",
                &decimal(last, currency),
                &decimal(last, currency),
                true,
            );
        }
        if self.steps.windows(2).all(backwards) {
            let end = self.steps.first().map_or(0, |(_, balance)| *balance);
            return reading.check(
                "balance",
                &decimal(end, currency),
                &decimal(end, currency),
                true,
            );
        }
        let sum = self
            .steps
            .iter()
            .skip(1)
            .fold(self.steps[0].1, |sum, (net, _)| sum.saturating_add(*net));
        reading.check(
            "balance",
            &decimal(last, currency),
            &decimal(sum, currency),
            false,
        );
    }
}
