//! Alipay: the merchant's trade and balance statements, and both exports of a personal account.

mod balance;
mod personal;
mod trade;
mod web;

use crate::{
    preamble::Preamble,
    read::ReadError,
    row::{Statement, StatementKind},
    table::{Line, Table},
};

/// Reads it if it is one of Alipay's.
pub(crate) fn read(table: &Table) -> Option<Result<Statement, ReadError>> {
    if let Some(of) = summary_of(table) {
        return Some(Err(ReadError::Summary { of }));
    }
    trade::read(table)
        .or_else(|| balance::read(table))
        .or_else(|| personal::read(table))
        .or_else(|| web::read(table))
        .map(Ok)
}

/// The summary that comes beside a statement's details, by its header.
fn summary_of(table: &Table) -> Option<StatementKind> {
    if table
        .header(&[&["门店编号"], &["交易订单总笔数"], &["退款订单总笔数"]])
        .is_some()
    {
        return Some(StatementKind::AlipayTrade);
    }
    table
        .header(&[&["类型"], &["收入笔数"], &["支出笔数"]])
        .map(|_| StatementKind::AlipayBalance)
}

/// A line of words, not of values: a comment, a line of dashes.
fn is_words(line: Line<'_>) -> bool {
    let first = line.cell(0);
    first.starts_with('#') || first.starts_with("---")
}

/// The rows of a merchant's statement up to its end, and its words.
fn details<'t>(table: &'t Table, header: &crate::table::Header) -> (Vec<Line<'t>>, Preamble) {
    let mut words = Preamble::of(table, Some(header));
    let mut rows = Vec::new();
    for line in table.below(header) {
        if is_words(line) {
            words.add(line);
        } else {
            rows.push(line);
        }
    }
    (rows, words)
}

#[cfg(test)]
mod tests;
