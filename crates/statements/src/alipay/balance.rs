//! Alipay's balance statement of a merchant (账务明细): what moved. Fees are rows of their own.

use super::details;
use crate::{
    dates::when_in_beijing,
    preamble::{Sides, check_total},
    reading::{Balance, Cells, Fault, Reading, money, positive, text_with},
    row::{Ids, Row, RowKind, RowState, Statement, StatementKind, Tells},
    table::Table,
};
use domain::{Currency, Platform, payment::clean_text};

const INCOME: &[&str] = &["收入金额(+元)", "收入金额(元)", "收入金额", "收入(+元)"];
const SPENT: &[&str] = &["支出金额(-元)", "支出金额(元)", "支出金额", "支出(-元)"];
const FLOW: &[&str] = &["账务流水号"];
const TIME: &[&str] = &["发生时间", "入账时间"];
const REQUIRED: &[&[&str]] = &[FLOW, TIME, INCOME, SPENT];

/// Where everything stands.
struct Columns {
    flow: Option<usize>,
    number: Option<usize>,
    order: Option<usize>,
    goods: Option<usize>,
    time: Option<usize>,
    party: Option<usize>,
    income: Option<usize>,
    spent: Option<usize>,
    balance: Option<usize>,
    kind: Option<usize>,
    remark: Option<usize>,
}

pub(super) fn read(table: &Table) -> Option<Statement> {
    let header = table.header(REQUIRED)?;
    let columns = Columns {
        flow: header.column(FLOW),
        number: header.column(&["业务流水号"]),
        order: header.column(&["商户订单号"]),
        goods: header.column(&["商品名称"]),
        time: header.column(TIME),
        party: header.column(&["对方账号", "对方账户"]),
        income: header.column(INCOME),
        spent: header.column(SPENT),
        balance: header.column(&["账户余额(元)", "账户余额"]),
        kind: header.column(&["业务类型"]),
        remark: header.column(&["备注"]),
    };
    let (lines, words) = details(table, &header);
    let mut reading = Reading::of(table);
    let mut sides = Sides::default();
    let mut balance = Balance::default();
    for line in lines {
        let read = Cells::fit(line, &header, &[columns.goods, columns.remark], |cells| {
            when_in_beijing(cells.at(columns.time)).is_some()
                && money(cells.at(columns.income), Currency::CNY).is_ok()
                && money(cells.at(columns.spent), Currency::CNY).is_ok()
                && money(cells.at(columns.balance), Currency::CNY).is_ok()
        })
        .and_then(|cells| {
            let row = row(cells, &columns, &mut reading)?;
            let net = row.net.unwrap_or(0);
            sides.add(net.signum(), net);
            balance.step(net, money(cells.at(columns.balance), Currency::CNY)?);
            Ok(row)
        });
        reading.take(line, read);
    }
    balance.check(&mut reading, Currency::CNY);
    let mut complete = words.says("账务明细列表结束");
    let trailer = [
        (["out_rows", "out"], "支出合计", sides.went_out()),
        (["in_rows", "in"], "收入合计", sides.came_in()),
    ];
    for (what, label, found) in trailer {
        match words.total(label) {
            Some(stated) => check_total(&mut reading, what, &stated, found),
            None => complete = false,
        }
    }
    reading.check_complete(complete);
    let period = words.period(false);
    reading.check_period(period);
    Some(reading.finish(
        StatementKind::AlipayBalance,
        Platform::ALIPAY,
        words.value("账号"),
        period,
        Tells::All,
    ))
}

fn row(cells: Cells<'_>, columns: &Columns, reading: &mut Reading) -> Result<Row, Fault> {
    let when = when_in_beijing(cells.at(columns.time)).ok_or(Fault::Time)?;
    let amount = |column| money(cells.at(column), Currency::CNY).map(|a| a.unwrap_or(0));
    let (income, spent) = (amount(columns.income)?, amount(columns.spent)?);
    let net = match (income, spent) {
        (income, 0) => income,
        (0, spent) => spent.saturating_abs().saturating_neg(),
        _ => return Err(Fault::Amount),
    };
    let word = cells.at(columns.kind);
    let (kind, known) = kind(word, net);
    let ids = Ids {
        order: reading.id(cells.at(columns.order)),
        transaction: reading.id(cells.at(columns.number)),
        ..Ids::default()
    };
    let key = match reading.id(cells.at(columns.flow)) {
        Some(flow) => format!("alipay:balance:{flow}"),
        None => format!(
            "alipay:balance:?{}:{word}:{net}:{}",
            cells.at(columns.time),
            cells.at(columns.balance)
        ),
    };
    let text = match cells.text(columns.goods) {
        goods if goods.is_empty() => cells.text(columns.remark),
        goods => goods,
    };
    Ok(Row {
        line: cells.number(),
        key,
        kind,
        state: if known {
            RowState::Done
        } else {
            RowState::Unknown
        },
        ids,
        amount: positive(net, Currency::CNY)?,
        fee: None,
        net: Some(net),
        settled_in: None,
        when,
        settled_at: None,
        batch: None,
        party: clean_text(cells.at(columns.party)),
        text: text_with((kind == RowKind::Other).then_some(word), &text),
    })
}

/// What it is by its word, and whether the word is known. A sale goes out where the shop itself bought something.
fn kind(word: &str, net: i64) -> (RowKind, bool) {
    match word {
        "在线支付" | "交易付款" if net >= 0 => (RowKind::Payment, true),
        "收费" | "退费" => (RowKind::Fee, true),
        "退款" | "交易退款" if net <= 0 => (RowKind::Refund, true),
        "提现" if net <= 0 => (RowKind::Payout, true),
        "在线支付" | "交易付款" | "退款" | "交易退款" | "提现" | "转账" | "交易分账" | "其它"
        | "其他" | "充值" => (RowKind::Other, true),
        _ => (RowKind::Other, false),
    }
}
