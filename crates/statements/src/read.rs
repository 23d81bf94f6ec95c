//! From a file to a statement: what it is, by what stands in it, never by its name.

mod answer;

use crate::{
    alipay, camt,
    file::{Foreign, Limits, OpenedFile},
    mapping::{self, Mapping},
    mt940, ofx, paypal,
    row::{Statement, StatementKind},
    stripe,
    table::{HEADER_WITHIN, Header, Table, TableError},
    wechat,
};
use domain::Currency;
use serde::{Deserialize, Serialize};

/// What a file does not say, and the shop knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Defaults {
    /// The shop's currency.
    pub currency: Currency,
    /// The shop's zone, by its IANA name.
    pub zone: String,
}

/// What a platform answers in place of a bill; owners save that answer as if it were the bill.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum NoBill {
    /// There was no trade on that day.
    NoTrade,
    /// It is still being made: fetch it later.
    NotYet,
    /// The platform refused.
    Refused,
}

/// The row of a file that looks most like a header, for the owner to make a mapping from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct HeaderRow {
    /// Its line, from 1.
    pub line: u32,
    /// Its names.
    pub names: Vec<String>,
}

/// Why a file is not read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// A platform's answer that there is no bill.
    #[error("the platform answered in place of a bill: {0:?}")]
    NoBill(NoBill),
    /// The summary that comes beside a statement of details. It has no payments; the details say more.
    #[error("the file is the summary that belongs to {of:?}")]
    Summary {
        /// What it belongs to.
        of: StatementKind,
    },
    /// It is something else altogether.
    #[error("the file is no statement: {}", .0.as_str())]
    NotUnderstood(Foreign),
    /// Its rows cannot be told apart.
    #[error(transparent)]
    Table(#[from] TableError),
    /// A table of which no reader knows the header; the owner can make a mapping for it.
    #[error("no reader knows the header of this file")]
    Unknown {
        /// The row that looks most like a header.
        header: Option<HeaderRow>,
    },
    /// It is of this kind, and cannot be read all the same.
    #[error("the file looks like {kind:?} and cannot be read: {reason}")]
    Broken {
        /// What it looks like.
        kind: StatementKind,
        /// Why: a word for pages (`cut`, `doctype`, `xml`, `header`, `too_large`).
        reason: &'static str,
    },
}

/// Reads a statement. The owner's mappings come last, in their order: what is known needs none.
pub fn read(
    file: &OpenedFile,
    mappings: &[Mapping],
    defaults: &Defaults,
) -> Result<Statement, ReadError> {
    let bytes = file.bytes.as_slice();
    if let Some(foreign) = Foreign::of(bytes) {
        return Err(ReadError::NotUnderstood(foreign));
    }
    if let Some(answer) = answer::looks(bytes) {
        return Err(ReadError::NoBill(answer));
    }
    if camt::looks(bytes) {
        return camt::read(bytes, defaults);
    }
    if ofx::looks(bytes) {
        return ofx::read(bytes, defaults);
    }
    if mt940::looks(bytes) {
        return mt940::read(bytes, defaults);
    }
    let table = Table::read(bytes, &Limits::default())?;
    read_table(&table, mappings, defaults)
}

/// As [`read`], of a file that is a table.
pub fn read_table(
    table: &Table,
    mappings: &[Mapping],
    defaults: &Defaults,
) -> Result<Statement, ReadError> {
    if let Some(read) = wechat::read(table).or_else(|| alipay::read(table)) {
        return read;
    }
    if stripe::looks(table) {
        return stripe::read(table, defaults);
    }
    if paypal::looks(table) {
        return paypal::read(table, defaults);
    }
    match mappings.iter().find(|mapping| mapping.fits(table)) {
        Some(mapping) => mapping::read(table, mapping, defaults),
        None => Err(ReadError::Unknown {
            header: likely_header(table).map(|header| HeaderRow {
                line: header.line(),
                names: header.names().to_vec(),
            }),
        }),
    }
}

/// The row near the top that looks most like a header: the first of those with the most cells that are words.
pub(crate) fn likely_header(table: &Table) -> Option<Header> {
    let mut best: Option<(usize, Header)> = None;
    for line in table.rows().take(HEADER_WITHIN) {
        let is_word = |cell: &str| {
            !cell.is_empty() && cell.len() <= 100 && !cell.chars().any(|c| c.is_ascii_digit())
        };
        let words = line.cells().filter(|cell| is_word(cell)).count();
        if words >= 2 && best.as_ref().is_none_or(|(most, _)| words > *most) {
            best = Some((words, Header::of(line)));
        }
    }
    best.map(|(_, header)| header)
}

#[cfg(test)]
mod fuzz;
#[cfg(test)]
mod tests;
