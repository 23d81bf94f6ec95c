//! Any table, by a mapping that the owner made once for files of that kind: which column means what.

mod preview;
mod suggest;

use crate::{
    amount::{self, AmountError, Mark},
    dates::{DateOrder, from_serial, when, zone},
    read::{Defaults, ReadError},
    reading::{Fault, Reading, days_of, positive},
    row::{Ids, Precision, Row, RowKind, RowState, Statement, StatementKind, Tells, When},
    table::{Header, Line, Table},
};
use domain::{Currency, Platform, payment::clean_text};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

pub use preview::{CellError, Preview, PreviewRow, preview};
pub use suggest::suggest;

/// How a table of one kind is read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Mapping {
    /// What the owner calls it.
    pub name: String,
    /// Whose statements they are.
    pub platform: Platform,
    /// The names that a file's header must all have for this mapping to be meant.
    pub headers: Vec<String>,
    /// Which column means what, by its name in the header.
    pub columns: Columns,
    /// In which order dates are written.
    pub dates: DateOrder,
    /// Which mark stands before the decimals.
    pub mark: Mark,
    /// What a minus means.
    pub minus: Minus,
    /// Words of the column of types that say that a row is a refund.
    #[serde(default)]
    pub refund_words: Vec<String>,
    /// Words of the column of types that say that a row is neither payment nor refund.
    #[serde(default)]
    pub other_words: Vec<String>,
    /// Fees that were charged are written with a minus.
    #[serde(default)]
    pub fee_has_minus: bool,
    /// The currency where no column says it; the shop's where this says nothing either.
    pub currency: Option<Currency>,
    /// The zone of its times, by its IANA name; the shop's where it is not given.
    pub zone: Option<String>,
}

/// Columns by their names in the header.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(default)]
pub struct Columns {
    /// The date, with or without its time of day.
    pub time: String,
    /// The time of day where it stands apart.
    pub clock: Option<String>,
    /// The amount.
    pub amount: Option<String>,
    /// What came in, where that has a column of its own …
    pub money_in: Option<String>,
    /// … and what went out.
    pub money_out: Option<String>,
    /// The shop's order number.
    pub order: Option<String>,
    /// The platform's number of the payment.
    pub transaction: Option<String>,
    /// The platform's number of the refund.
    pub refund: Option<String>,
    /// The type.
    pub kind: Option<String>,
    /// The fee.
    pub fee: Option<String>,
    /// Who paid or was paid.
    pub party: Option<String>,
    /// What it was for.
    pub text: Option<String>,
    /// The currency.
    pub currency: Option<String>,
}

/// What it means that an amount is negative, or stands in the column of what went out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Minus {
    /// A refund.
    #[default]
    Refund,
    /// Money that went out for something else: shown, and no refund.
    Other,
    /// Nothing: the column of types alone decides.
    Nothing,
}

/// How many names a mapping looks for at most.
const HEADERS_MAX: usize = 64;

impl Mapping {
    /// Whether this mapping is meant for the table.
    pub fn fits(&self, table: &Table) -> bool {
        self.header(table).is_some()
    }

    fn header(&self, table: &Table) -> Option<Header> {
        if self.headers.is_empty() || self.headers.len() > HEADERS_MAX {
            return None;
        }
        let names: Vec<[&str; 1]> = self.headers.iter().map(|name| [name.as_str()]).collect();
        let required: Vec<&[&str]> = names.iter().map(<[&str; 1]>::as_slice).collect();
        table.header(&required)
    }
}

/// Reads a table by a mapping. Columns that the file lacks make it unreadable as a whole, cells only their row.
pub fn read(table: &Table, mapping: &Mapping, defaults: &Defaults) -> Result<Statement, ReadError> {
    let broken = |reason| ReadError::Broken {
        kind: StatementKind::Mapped,
        reason,
    };
    let header = mapping.header(table).ok_or_else(|| broken("header"))?;
    let bound = Bound::of(mapping, &header, defaults).map_err(|missing| match missing {
        Missing::Column(_) => broken("header"),
        Missing::Zone => broken("zone"),
    })?;
    let mut reading = Reading::of(table);
    for line in table.below(&header) {
        let read = bound.row(line, &mut reading).map_err(|cell| cell.fault);
        reading.take(line, read);
    }
    let period = days_of(reading.rows.iter().map(|row| row.when.at), &bound.zone);
    Ok(reading.finish(
        StatementKind::Mapped,
        mapping.platform.clone(),
        None,
        period,
        Tells::All,
    ))
}

/// What a mapping names and a file, or this program, does not have.
enum Missing {
    Column(String),
    Zone,
}

/// A cell that cannot be read.
struct BadCell {
    fault: Fault,
    column: Option<usize>,
}

/// A mapping whose columns were found.
struct Bound<'m> {
    mapping: &'m Mapping,
    currency: Currency,
    zone: TimeZone,
    time: usize,
    clock: Option<usize>,
    amount: Option<usize>,
    money_in: Option<usize>,
    money_out: Option<usize>,
    order: Option<usize>,
    transaction: Option<usize>,
    refund: Option<usize>,
    kind: Option<usize>,
    fee: Option<usize>,
    party: Option<usize>,
    text: Option<usize>,
    code: Option<usize>,
}

impl<'m> Bound<'m> {
    fn of(mapping: &'m Mapping, header: &Header, defaults: &Defaults) -> Result<Self, Missing> {
        let columns = &mapping.columns;
        let must = |name: &str| {
            header
                .column(&[name])
                .ok_or_else(|| Missing::Column(name.to_owned()))
        };
        let may = |name: &Option<String>| match name.as_deref() {
            None | Some("") => Ok(None),
            Some(name) => must(name).map(Some),
        };
        let (amount, money_in) = (may(&columns.amount)?, may(&columns.money_in)?);
        if amount.is_none() && money_in.is_none() {
            return Err(Missing::Column(String::new()));
        }
        let zone_name = mapping.zone.as_deref().unwrap_or(&defaults.zone);
        Ok(Self {
            mapping,
            currency: mapping.currency.unwrap_or(defaults.currency),
            zone: zone(zone_name).ok_or(Missing::Zone)?,
            time: must(&columns.time)?,
            clock: may(&columns.clock)?,
            amount,
            money_in,
            money_out: may(&columns.money_out)?,
            order: may(&columns.order)?,
            transaction: may(&columns.transaction)?,
            refund: may(&columns.refund)?,
            kind: may(&columns.kind)?,
            fee: may(&columns.fee)?,
            party: may(&columns.party)?,
            text: may(&columns.text)?,
            code: may(&columns.currency)?,
        })
    }

    fn row(&self, line: Line<'_>, reading: &mut Reading) -> Result<Row, BadCell> {
        let currency = match line.at(self.code) {
            "" => self.currency,
            code => Currency::new(code).ok_or(BadCell {
                fault: Fault::Currency,
                column: self.code,
            })?,
        };
        let when = self.when(line).ok_or(BadCell {
            fault: Fault::Time,
            column: Some(self.time),
        })?;
        let (signed, column) = self.amount(line, currency)?;
        let fee = self.money(line, self.fee, currency)?.map(|fee| {
            if self.mapping.fee_has_minus {
                fee.saturating_neg()
            } else {
                fee
            }
        });
        let word = line.at(self.kind);
        let kind = self.kind_of(word, signed);
        let ids = Ids {
            order: reading.id(line.at(self.order)),
            transaction: reading.id(line.at(self.transaction)),
            refund: reading.id(line.at(self.refund)),
            refund_order: None,
        };
        let out = kind == RowKind::Refund || signed < 0;
        let moved = if out {
            signed.saturating_abs().saturating_neg()
        } else {
            signed
        };
        let text = match (kind, line.at(self.text)) {
            (RowKind::Other, text) if !word.is_empty() => format!("[{word}] {text}"),
            (_, text) => text.to_owned(),
        };
        Ok(Row {
            line: line.number(),
            key: self.key(&ids, kind, when, signed),
            kind,
            state: RowState::Done,
            ids,
            amount: positive(signed, currency).map_err(|fault| BadCell { fault, column })?,
            fee,
            net: Some(moved.saturating_sub(fee.unwrap_or(0))),
            settled_in: None,
            when,
            settled_at: None,
            batch: None,
            party: clean_text(line.at(self.party)),
            text: clean_text(&text),
        })
    }

    fn when(&self, line: Line<'_>) -> Option<When> {
        let date = line.cell(self.time);
        let date = from_serial(date).unwrap_or_else(|| date.to_owned());
        let clock = line.at(self.clock);
        let text = if clock.is_empty() {
            date
        } else {
            // A spreadsheet may have added a midnight to the date.
            let bare = date.split_whitespace().next().unwrap_or_default();
            format!("{bare} {clock}")
        };
        when(&text, self.mapping.dates, &self.zone)
    }

    /// The amount with its sign, and the column that it stands in.
    fn amount(&self, line: Line<'_>, currency: Currency) -> Result<(i64, Option<usize>), BadCell> {
        let none = BadCell {
            fault: Fault::Amount,
            column: self.amount.or(self.money_in),
        };
        if self.amount.is_some() {
            let amount = self.money(line, self.amount, currency)?;
            return Ok((amount.ok_or(none)?, self.amount));
        }
        let came = self.money(line, self.money_in, currency)?.unwrap_or(0);
        let went = self.money(line, self.money_out, currency)?.unwrap_or(0);
        match (came, went) {
            (0, 0) => Err(none),
            (came, 0) => Ok((came, self.money_in)),
            (0, went) => Ok((went.saturating_abs().saturating_neg(), self.money_out)),
            _ => Err(none),
        }
    }

    fn money(
        &self,
        line: Line<'_>,
        column: Option<usize>,
        currency: Currency,
    ) -> Result<Option<i64>, BadCell> {
        match amount::minor_with(line.at(column), currency, self.mapping.mark) {
            Ok(amount) => Ok(Some(amount)),
            Err(AmountError::Empty) => Ok(None),
            Err(_) => Err(BadCell {
                fault: Fault::Amount,
                column,
            }),
        }
    }

    /// What it is: by its word where that is known, else by its sign, if that means something in such files.
    fn kind_of(&self, word: &str, signed: i64) -> RowKind {
        let is = |words: &[String]| !word.is_empty() && words.iter().any(|w| w.trim() == word);
        if is(&self.mapping.refund_words) {
            return RowKind::Refund;
        }
        if is(&self.mapping.other_words) {
            return RowKind::Other;
        }
        match (signed < 0, self.mapping.minus) {
            (true, Minus::Refund) => RowKind::Refund,
            (true, Minus::Other) => RowKind::Other,
            _ => RowKind::Payment,
        }
    }

    fn key(&self, ids: &Ids, kind: RowKind, when: When, signed: i64) -> String {
        let part = |id: &Option<String>| id.clone().unwrap_or_default();
        let platform = self.mapping.platform.as_str();
        let day = matches!(when.precision, Precision::Day);
        match (&ids.transaction, &ids.refund) {
            (None, None) => format!(
                "mapped:{platform}:?{}{}:{signed}:{}",
                when.at.millis(),
                if day { "d" } else { "" },
                part(&ids.order)
            ),
            _ => format!(
                "mapped:{platform}:{}:{}:{kind:?}:{signed}",
                part(&ids.transaction),
                part(&ids.refund)
            ),
        }
    }
}

#[cfg(test)]
mod tests;
