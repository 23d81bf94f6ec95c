//! What a mapping makes of a file, before the owner keeps it.

use super::{Bound, Mapping, Missing, read};
use crate::{
    read::{Defaults, HeaderRow, likely_header},
    reading::Reading,
    row::{Precision, Row, RowKind},
    table::Table,
};
use domain::{Money, Timestamp, payment::clean_text};
use serde::{Deserialize, Serialize};

/// How many rows are shown.
const ROWS: usize = 20;
/// How many cells are complained of.
const ERRORS: usize = 50;
/// How far down cells that cannot be read are looked for.
const LOOKED_AT: usize = 1000;

/// What comes out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Preview {
    /// The header that was found, or the row that looks most like one.
    pub header: Option<HeaderRow>,
    /// What the mapping names and the file lacks: names of columns, or `zone`.
    pub missing: Vec<String>,
    /// The first rows, as they are read.
    pub rows: Vec<PreviewRow>,
    /// The first cells that cannot be read.
    pub errors: Vec<CellError>,
    /// How many rows can be read in the whole file.
    pub readable: u32,
    /// How many cannot.
    pub unreadable: u32,
}

/// A row as it is read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct PreviewRow {
    /// Its line in the file.
    pub line: u32,
    /// What it is.
    pub kind: RowKind,
    /// When it was.
    pub at: Timestamp,
    /// Only its date is known.
    pub date_only: bool,
    /// The amount.
    pub amount: Money,
    /// The fee.
    pub fee: Option<Money>,
    /// The shop's order number.
    pub order: Option<String>,
    /// The platform's number.
    pub transaction: Option<String>,
    /// Who paid.
    pub party: Option<String>,
    /// What for.
    pub text: Option<String>,
}

/// A cell that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct CellError {
    /// Its line in the file.
    pub line: u32,
    /// The name of its column.
    pub column: String,
    /// What stands there.
    pub text: String,
    /// What is wrong: `amount`, `time`, `currency`.
    pub reason: String,
}

/// Tries a mapping on a file.
pub fn preview(table: &Table, mapping: &Mapping, defaults: &Defaults) -> Preview {
    let header = mapping.header(table);
    let shown = header.clone().or_else(|| likely_header(table));
    let mut preview = Preview {
        header: shown.map(|header| HeaderRow {
            line: header.line(),
            names: header.names().to_vec(),
        }),
        missing: Vec::new(),
        rows: Vec::new(),
        errors: Vec::new(),
        readable: 0,
        unreadable: 0,
    };
    let Some(header) = header else {
        preview.missing = mapping.headers.clone();
        return preview;
    };
    let bound = match Bound::of(mapping, &header, defaults) {
        Ok(bound) => bound,
        Err(missing) => {
            preview.missing.push(match missing {
                Missing::Column(name) => name,
                Missing::Zone => "zone".to_owned(),
            });
            return preview;
        }
    };
    let mut reading = Reading::of(table);
    for line in table.below(&header).take(LOOKED_AT) {
        match bound.row(line, &mut reading) {
            Ok(row) if preview.rows.len() < ROWS => preview.rows.push(shown_row(row)),
            Err(cell) if preview.errors.len() < ERRORS => preview.errors.push(CellError {
                line: line.number(),
                column: cell
                    .column
                    .and_then(|column| header.names().get(column).cloned())
                    .unwrap_or_default(),
                text: clean_text(line.at(cell.column)).unwrap_or_default(),
                reason: cell.fault.word().to_owned(),
            }),
            _ => {}
        }
    }
    if let Ok(statement) = read(table, mapping, defaults) {
        preview.readable = u32::try_from(statement.rows.len()).unwrap_or(u32::MAX);
        preview.unreadable = u32::try_from(statement.unreadable.len()).unwrap_or(u32::MAX);
    }
    preview
}

fn shown_row(row: Row) -> PreviewRow {
    let currency = row.settled_in.unwrap_or(row.amount.currency());
    PreviewRow {
        line: row.line,
        kind: row.kind,
        at: row.when.at,
        date_only: row.when.precision == Precision::Day,
        amount: row.amount,
        fee: row.fee.and_then(|fee| Money::new(fee, currency)),
        order: row.ids.order,
        transaction: row.ids.transaction,
        party: row.party,
        text: row.text,
    }
}
