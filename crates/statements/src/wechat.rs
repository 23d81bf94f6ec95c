//! WeChat Pay: the merchant's trade bill in its layouts, the fund bill, and the export of a personal account.

mod fund;
mod personal;
mod trade;

use crate::{
    read::ReadError,
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

/// The summary below the rows: its header by its first name, and the row after it.
fn summary<'t>(
    table: &'t Table,
    header: &Header,
    first: &str,
) -> Option<(Header, Option<Line<'t>>)> {
    let at = table
        .below(header)
        .position(|line| Header::is_name(line.cell(0), first))?;
    let index = header.row() + 1 + at;
    Some((Header::of(table.row(index)?), table.row(index + 1)))
}

#[cfg(test)]
mod tests;
