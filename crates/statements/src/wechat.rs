//! WeChat Pay: the merchant's trade bill in its layouts, the fund bill, and the export of a personal account.

mod fund;
mod personal;
mod trade;

use crate::{
    read::ReadError,
    reading::{Fault, Reading},
    row::Statement,
    table::{Header, Line, Table},
};

/// Reads it if it is one of WeChat's.
pub(crate) fn read(table: &Table) -> Option<Result<Statement, ReadError>> {
    trade::read(table)
        .or_else(|| fund::read(table))
        .or_else(|| personal::read(table))
        .map(Ok)
}

/// The rows of a merchant's bill, and what stands below them.
struct Bill<'t> {
    /// The rows.
    rows: Vec<Line<'t>>,
    /// The summary's header and its one row.
    summary: Option<(Header, Line<'t>)>,
    /// What follows the summary, where nothing should: another day's bill that was put behind this one.
    rest: Vec<Line<'t>>,
}

impl<'t> Bill<'t> {
    /// Divides what is below the header at the summary's header, which is known by its first name.
    fn of(table: &'t Table, header: &Header, first: &str) -> Self {
        let mut rows: Vec<Line<'t>> = table.below(header).collect();
        let end = rows
            .iter()
            .position(|line| Header::is_name(line.cell(0), first));
        let mut rest = end.map(|end| rows.split_off(end)).unwrap_or_default();
        let mut below = rest.drain(..rest.len().min(2));
        let summary = below.next().map(Header::of).zip(below.next());
        drop(below);
        Self {
            rows,
            summary,
            rest,
        }
    }

    /// What follows the summary is shown, not skipped.
    fn show_rest(&self, reading: &mut Reading) {
        for line in &self.rest {
            reading.take(*line, Err(Fault::Cells));
        }
    }
}

#[cfg(test)]
mod tests;
