//! WeChat Pay's fund bill: what moved on the merchant's account. Fees are rows of their own, withdrawals stand only here.

use super::Bill;
use crate::{
    dates::{beijing, when_in_beijing},
    reading::{Balance, Cells, Fault, Reading, days_of, money, positive, text_with, unsigned},
    row::{Ids, Row, RowKind, RowState, Statement, StatementKind, Tells},
    table::{Header, Line, Table},
};
use domain::{Currency, Platform};

const FLOW: &[&str] = &["资金流水单号"];
const AMOUNT: &[&str] = &["收支金额(元)", "收支金额"];
const REQUIRED: &[&[&str]] = &[&["记账时间"], FLOW, &["业务类型"], &["收支类型"], AMOUNT];
/// The first name of the summary's header.
const SUMMARY: &str = "资金流水总笔数";

/// Where everything stands.
struct Columns {
    time: Option<usize>,
    number: Option<usize>,
    flow: Option<usize>,
    name: Option<usize>,
    kind: Option<usize>,
    direction: Option<usize>,
    amount: Option<usize>,
    balance: Option<usize>,
    remark: Option<usize>,
    voucher: Option<usize>,
}

/// What came in or went out, as the summary has it.
#[derive(Default)]
struct Side {
    rows: usize,
    sum: i64,
}

pub(super) fn read(table: &Table) -> Option<Statement> {
    let header = table.header(REQUIRED)?;
    let columns = Columns {
        time: header.column(&["记账时间"]),
        number: header.column(&["微信支付业务单号"]),
        flow: header.column(FLOW),
        name: header.column(&["业务名称"]),
        kind: header.column(&["业务类型"]),
        direction: header.column(&["收支类型"]),
        amount: header.column(AMOUNT),
        balance: header.column(&["账户结余(元)", "账户结余"]),
        remark: header.column(&["备注"]),
        voucher: header.column(&["业务凭证号"]),
    };
    let bill = Bill::of(table, &header, SUMMARY);
    let mut reading = Reading::of(table);
    let mut balance = Balance::default();
    let (mut income, mut spent) = (Side::default(), Side::default());
    for &line in &bill.rows {
        let read = Cells::fit(line, &header, &[columns.remark], |cells| {
            when_in_beijing(cells.at(columns.time)).is_some()
        })
        .and_then(|cells| {
            let row = row(cells, &columns, &mut reading)?;
            let net = row.net.unwrap_or(0);
            let side = if net < 0 { &mut spent } else { &mut income };
            side.rows += 1;
            side.sum = side.sum.saturating_add(net.saturating_abs());
            balance.step(net, money(cells.at(columns.balance), Currency::CNY)?);
            Ok(row)
        });
        reading.take(line, read);
    }
    balance.check(&mut reading, Currency::CNY);
    match &bill.summary {
        Some((header, values)) => check(&mut reading, header, *values, &income, &spent),
        None => reading.check_complete(false),
    }
    bill.show_rest(&mut reading);
    let period = days_of(reading.rows.iter().map(|row| row.when.at), &beijing());
    Some(reading.finish(
        StatementKind::WechatFund,
        Platform::WECHAT,
        None,
        period,
        Tells::All,
    ))
}

fn row(cells: Cells<'_>, columns: &Columns, reading: &mut Reading) -> Result<Row, Fault> {
    let when = when_in_beijing(cells.at(columns.time)).ok_or(Fault::Time)?;
    let amount = unsigned(cells.at(columns.amount), Currency::CNY)?;
    let comes_in = match cells.at(columns.direction) {
        "收入" => true,
        "支出" => false,
        _ => return Err(Fault::Cells),
    };
    let (name, word) = (cells.at(columns.name), cells.at(columns.kind));
    let (kind, unknown) = kind(name, word, comes_in);
    let number = reading.id(cells.at(columns.number));
    let voucher = reading.id(cells.at(columns.voucher));
    let ids = match kind {
        RowKind::Refund => Ids {
            refund: number,
            refund_order: voucher,
            ..Ids::default()
        },
        // The fee that is given back belongs to a refund.
        RowKind::Fee if comes_in => Ids {
            refund: number,
            refund_order: voucher,
            ..Ids::default()
        },
        _ => Ids {
            transaction: number,
            order: voucher,
            ..Ids::default()
        },
    };
    let flow = reading.id(cells.at(columns.flow));
    let text = cells
        .text(columns.remark)
        .replace("\\r", " ")
        .replace("\\n", " ");
    Ok(Row {
        line: cells.number(),
        key: match flow {
            Some(flow) => format!("wechat:fund:{flow}"),
            None => format!(
                "wechat:fund:?{}:{word}:{amount}:{}",
                cells.at(columns.time),
                cells.at(columns.balance)
            ),
        },
        kind,
        state: if unknown {
            RowState::Unknown
        } else {
            RowState::Done
        },
        ids,
        amount: positive(amount, Currency::CNY)?,
        fee: None,
        net: Some(if comes_in {
            amount
        } else {
            amount.saturating_neg()
        }),
        settled_in: None,
        when,
        settled_at: None,
        batch: None,
        party: None,
        text: text_with((kind == RowKind::Other).then_some(word), &text),
    })
}

/// What it is by its words, and whether nobody here knows them. Both lists are open.
fn kind(name: &str, word: &str, comes_in: bool) -> (RowKind, bool) {
    match (word, comes_in) {
        ("扣除交易手续费", false) | ("退还交易手续费", true) => (RowKind::Fee, false),
        ("退款", false) => (RowKind::Refund, false),
        ("交易", true) => (RowKind::Payment, false),
        _ if !comes_in && (word.contains("提现") || name == "提现") => (RowKind::Payout, false),
        ("退款关闭", _) => (RowKind::Other, false),
        _ => {
            let known = ["充值", "提现", "企业付款", "代金券", "立减", "折扣", "分账"];
            let is_known = known.iter().any(|k| name.contains(k) || word.contains(k));
            (RowKind::Other, !is_known)
        }
    }
}

fn check(reading: &mut Reading, header: &Header, values: Line<'_>, income: &Side, spent: &Side) {
    let seen = reading.seen();
    let counts: [(&str, &str, usize); 3] = [
        ("rows", SUMMARY, seen),
        ("in_rows", "收入笔数", income.rows),
        ("out_rows", "支出笔数", spent.rows),
    ];
    for (what, name, found) in counts {
        if let Some(column) = header.column(&[name]) {
            reading.check_count(what, values.cell(column), found);
        }
    }
    for (what, name, side) in [("in", "收入金额", income), ("out", "支出金额", spent)] {
        if let Some(column) = header.column(&[name]) {
            reading.check_sum(what, values.cell(column), side.sum, Currency::CNY);
        }
    }
}
