//! The export of a personal account from Alipay's app, in both orders of its columns.

use super::is_words;
use crate::{
    dates::when_in_beijing,
    preamble::{Preamble, Sides},
    reading::{Cells, Fault, Reading, money, positive, text_with, unsigned},
    row::{Ids, Row, RowKind, RowState, Statement, StatementKind, Tells},
    table::Table,
};
use domain::{Currency, Platform, payment::clean_text};
use std::collections::HashMap;

const REQUIRED: &[&[&str]] = &[
    &["交易时间"],
    &["收/支"],
    &["金额", "金额(元)"],
    &["交易状态"],
    &["交易订单号"],
];

/// Where everything stands.
struct Columns {
    time: Option<usize>,
    class: Option<usize>,
    party: Option<usize>,
    goods: Option<usize>,
    direction: Option<usize>,
    amount: Option<usize>,
    state: Option<usize>,
    number: Option<usize>,
    order: Option<usize>,
}

pub(super) fn read(table: &Table) -> Option<Statement> {
    let header = table.header(REQUIRED)?;
    let columns = Columns {
        time: header.column(&["交易时间"]),
        class: header.column(&["交易分类"]),
        party: header.column(&["交易对方"]),
        goods: header.column(&["商品说明", "商品名称"]),
        direction: header.column(&["收/支"]),
        amount: header.column(&["金额", "金额(元)"]),
        state: header.column(&["交易状态"]),
        number: header.column(&["交易订单号"]),
        order: header.column(&["商家订单号"]),
    };
    let preamble = Preamble::of(table, Some(&header));
    let mut reading = Reading::of(table);
    let mut sides = Sides::default();
    for line in table.below(&header).filter(|line| !is_words(*line)) {
        let read = Cells::fit(line, &header, &[columns.goods, columns.party], |cells| {
            direction(cells.at(columns.direction)).is_some()
                && matches!(money(cells.at(columns.amount), Currency::CNY), Ok(Some(_)))
        })
        .and_then(|cells| {
            let (direction, row) = row(cells, &columns, &mut reading)?;
            sides.add(direction, row.amount.minor());
            Ok(row)
        });
        reading.take(line, read);
    }
    preamble.check(&mut reading, &sides, "不计收支");
    let period = preamble.period(true);
    reading.check_period(period);
    settle(&mut reading.rows);
    Some(reading.finish(
        StatementKind::AlipayPersonal,
        Platform::ALIPAY,
        preamble.value("支付宝账户"),
        period,
        Tells::All,
    ))
}

/// In (+1), out (-1), or neither (0). Refunds and withdrawals hide in the last.
fn direction(word: &str) -> Option<i64> {
    match word {
        "收入" => Some(1),
        "支出" => Some(-1),
        "不计收支" | "其他" | "/" | "" => Some(0),
        _ => None,
    }
}

fn row(cells: Cells<'_>, columns: &Columns, reading: &mut Reading) -> Result<(i64, Row), Fault> {
    let when = when_in_beijing(cells.at(columns.time)).ok_or(Fault::Time)?;
    let amount = unsigned(cells.at(columns.amount), Currency::CNY)?;
    let direction = direction(cells.at(columns.direction)).ok_or(Fault::Cells)?;
    let (class, status) = (cells.at(columns.class), cells.at(columns.state));
    let goods = cells.text(columns.goods);
    let is_refund = class == "退款" || status == "退款成功";
    let kind = match direction {
        _ if is_refund => RowKind::Refund,
        1 => RowKind::Payment,
        0 if class.contains("提现") || goods.contains("提现") => RowKind::Payout,
        _ => RowKind::Other,
    };
    let (state, unknown) = match state(status) {
        Some(state) => (state, None),
        None => (RowState::Unknown, Some(status)),
    };
    let number = reading.id(cells.at(columns.number));
    let key = match &number {
        // The class is the owner's to change; a refund's number is its own.
        Some(number) => format!("alipay:personal:{number}"),
        None => format!(
            "alipay:personal:?{}:{class}:{amount}",
            cells.at(columns.time)
        ),
    };
    // A refund's number is that of its sale, an underscore, and one of its own.
    let (transaction, refund) = match (kind, number) {
        (RowKind::Refund, Some(number)) => {
            let sale = number.split_once('_').map(|(sale, _)| sale.to_owned());
            (sale, Some(number))
        }
        (_, number) => (number, None),
    };
    let net = match (kind, direction) {
        (RowKind::Refund | RowKind::Payout, _) | (_, -1) => Some(amount.saturating_neg()),
        (_, 1) => Some(amount),
        _ => None,
    };
    Ok((
        direction,
        Row {
            line: cells.number(),
            key,
            kind,
            state,
            ids: Ids {
                order: reading.id(cells.at(columns.order)),
                transaction,
                refund,
                refund_order: None,
            },
            amount: positive(amount, Currency::CNY)?,
            fee: None,
            net,
            settled_in: None,
            when,
            settled_at: None,
            batch: None,
            party: clean_text(cells.at(columns.party)),
            text: text_with(
                unknown.or((kind == RowKind::Other).then_some(class)),
                &goods,
            ),
        },
    ))
}

/// Whether it is done; `None` for words that nobody here knows.
fn state(status: &str) -> Option<RowState> {
    match status {
        "交易成功" | "退款成功" | "还款成功" | "支付成功" | "代付成功" | "解冻成功" => {
            Some(RowState::Done)
        }
        "交易关闭" | "已关闭" => Some(RowState::Failed),
        _ => status.starts_with("等待").then_some(RowState::Pending),
    }
}

/// What only the whole file tells: a sale that is closed and was given back did happen, and what the shop's owner got
/// back for a purchase is no refund of the shop's.
fn settle(rows: &mut [Row]) {
    let by_number: HashMap<String, usize> = rows
        .iter()
        .enumerate()
        .filter(|(_, row)| row.kind != RowKind::Refund)
        .filter_map(|(index, row)| Some((row.ids.transaction.clone()?, index)))
        .collect();
    for index in 0..rows.len() {
        if rows[index].kind != RowKind::Refund {
            continue;
        }
        let sale = rows[index]
            .ids
            .transaction
            .as_ref()
            .and_then(|number| by_number.get(number).copied());
        let Some(sale) = sale else { continue };
        match rows[sale].kind {
            RowKind::Payment if rows[sale].state == RowState::Failed => {
                rows[sale].state = RowState::Done;
                rows[sale].net = Some(rows[sale].amount.minor());
            }
            RowKind::Payment => {}
            _ => {
                rows[index].kind = RowKind::Other;
                rows[index].net = Some(rows[index].amount.minor());
            }
        }
    }
}
