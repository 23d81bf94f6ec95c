//! The older export of a personal account from Alipay's web page. A refund is a column of the sale's row.

use super::is_words;
use crate::{
    dates::{on_the_day_of, when_in_beijing},
    preamble::{Preamble, Sides, check_total},
    reading::{Cells, Fault, Reading, money, positive, text_with, unsigned},
    row::{Ids, Row, RowKind, RowState, Statement, StatementKind, Tells},
    table::Table,
};
use domain::{Currency, Platform, payment::clean_text};

const AMOUNT: &[&str] = &["金额(元)", "金额"];
const REQUIRED: &[&[&str]] = &[
    &["交易号"],
    &["商家订单号"],
    &["交易创建时间"],
    AMOUNT,
    &["收/支"],
    &["资金状态"],
];

/// Where everything stands.
struct Columns {
    number: Option<usize>,
    order: Option<usize>,
    created: Option<usize>,
    paid: Option<usize>,
    kind: Option<usize>,
    party: Option<usize>,
    goods: Option<usize>,
    amount: Option<usize>,
    direction: Option<usize>,
    state: Option<usize>,
    fee: Option<usize>,
    refunded: Option<usize>,
    funds: Option<usize>,
}

pub(super) fn read(table: &Table) -> Option<Statement> {
    let header = table.header(REQUIRED)?;
    let columns = Columns {
        number: header.column(&["交易号"]),
        order: header.column(&["商家订单号"]),
        created: header.column(&["交易创建时间"]),
        paid: header.column(&["付款时间"]),
        kind: header.column(&["类型"]),
        party: header.column(&["交易对方"]),
        goods: header.column(&["商品名称"]),
        amount: header.column(AMOUNT),
        direction: header.column(&["收/支"]),
        state: header.column(&["交易状态"]),
        fee: header.column(&["服务费(元)", "服务费"]),
        refunded: header.column(&["成功退款(元)", "成功退款"]),
        funds: header.column(&["资金状态"]),
    };
    let mut words = Preamble::of(table, Some(&header));
    let mut reading = Reading::of(table);
    let mut sides = Sides::default();
    let mut count = 0;
    let mut ended = false;
    for line in table.below(&header) {
        ended |= is_words(line);
        if ended {
            words.add(line);
            continue;
        }
        count += 1;
        let read = Cells::fit(line, &header, &[columns.goods, columns.party], |cells| {
            when_in_beijing(cells.at(columns.created)).is_some()
                && matches!(money(cells.at(columns.amount), Currency::CNY), Ok(Some(_)))
        })
        .and_then(|cells| {
            if cells.at(columns.funds) == "已收入" {
                let amount = money(cells.at(columns.amount), Currency::CNY)?;
                sides.add(1, amount.unwrap_or(0));
            }
            row(cells, &columns, &mut reading)
        });
        let refund = read.as_ref().ok().and_then(|(_, refund)| refund.clone());
        reading.take(line, read.map(|(row, _)| row));
        if let Some(refund) = refund {
            reading.row(refund);
        }
    }
    if let Some(stated) = words.rows() {
        reading.check_count("rows", stated, count);
    }
    if let Some(stated) = words.total("已收入") {
        check_total(&mut reading, ["in_rows", "in"], &stated, sides.came_in());
    }
    reading.check_complete(ended);
    let period = words.period(false);
    Some(reading.finish(
        StatementKind::AlipayPersonal,
        Platform::ALIPAY,
        words.value("账号"),
        period,
        Tells::All,
    ))
}

/// A row, and the refund that its column tells of.
fn row(
    cells: Cells<'_>,
    columns: &Columns,
    reading: &mut Reading,
) -> Result<(Row, Option<Row>), Fault> {
    let when = when_in_beijing(cells.at(columns.paid))
        .or_else(|| when_in_beijing(cells.at(columns.created)))
        .ok_or(Fault::Time)?;
    let amount = |column| money(cells.at(column), Currency::CNY);
    let gross = unsigned(cells.at(columns.amount), Currency::CNY)?;
    let fee = amount(columns.fee)?.map(i64::saturating_abs);
    let back = amount(columns.refunded)?.unwrap_or(0).saturating_abs();
    let (word, status) = (cells.at(columns.kind), cells.at(columns.state));
    let funds = cells.at(columns.funds);
    let (kind, net) = match (cells.at(columns.direction), funds) {
        ("收入", _) => (
            RowKind::Payment,
            Some(gross.saturating_sub(fee.unwrap_or(0))),
        ),
        ("支出", _) => (RowKind::Other, Some(gross.saturating_neg())),
        _ if word.contains("提现") => (RowKind::Payout, Some(gross.saturating_neg())),
        _ => (RowKind::Other, None),
    };
    // A closed sale did happen where its money came.
    let (state, unknown) = match status {
        "交易关闭" | "已关闭" if funds == "已收入" => (RowState::Done, None),
        "交易关闭" | "已关闭" => (RowState::Failed, None),
        "交易成功" | "支付成功" | "转账成功" | "退款成功" => (RowState::Done, None),
        _ if status.starts_with("等待") => (RowState::Pending, None),
        _ => (RowState::Unknown, Some(status)),
    };
    let number = reading.id(cells.at(columns.number));
    let row = Row {
        line: cells.number(),
        key: match &number {
            Some(number) => format!("alipay:personal:{number}"),
            None => format!(
                "alipay:personal:?{}:{word}:{gross}",
                cells.at(columns.created)
            ),
        },
        kind,
        state,
        ids: Ids {
            order: reading.id(cells.at(columns.order)),
            transaction: number,
            ..Ids::default()
        },
        amount: positive(gross, Currency::CNY)?,
        fee,
        net,
        settled_in: None,
        when,
        settled_at: None,
        batch: None,
        party: clean_text(cells.at(columns.party)),
        text: text_with(
            unknown.or((kind == RowKind::Other).then_some(word)),
            &cells.text(columns.goods),
        ),
    };
    let refund = (kind == RowKind::Payment && back > 0)
        .then(|| refund_of(&row, back))
        .transpose()?;
    Ok((row, refund))
}

/// What was given back of a sale so far. When is not told.
fn refund_of(sale: &Row, back: i64) -> Result<Row, Fault> {
    Ok(Row {
        key: format!("{}:refunded", sale.key),
        kind: RowKind::Refund,
        state: RowState::Done,
        amount: positive(back, Currency::CNY)?,
        fee: None,
        net: Some(back.saturating_neg()),
        when: on_the_day_of(sale.when),
        ..sale.clone()
    })
}
