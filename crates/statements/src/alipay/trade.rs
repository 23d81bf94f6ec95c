//! Alipay's trade statement of a merchant (业务明细): what was sold and refunded.

use super::details;
use crate::{
    dates::when_in_beijing,
    preamble::check_total,
    reading::{Cells, Fault, Reading, money, positive, text_with},
    row::{Ids, Row, RowKind, RowState, Statement, StatementKind, Tells},
    table::{Header, Table},
};
use domain::{Currency, Platform, payment::clean_text};

const NUMBER: &[&str] = &["支付宝交易号"];
const ORDERED: &[&str] = &["订单金额(元)", "订单金额"];
const RECEIVED: &[&str] = &["商家实收(元)", "商家实收"];
const REQUIRED: &[&[&str]] = &[NUMBER, &["商户订单号"], &["业务类型"], ORDERED, RECEIVED];

/// Where everything stands.
struct Columns {
    number: Option<usize>,
    order: Option<usize>,
    kind: Option<usize>,
    goods: Option<usize>,
    created: Option<usize>,
    done: Option<usize>,
    party: Option<usize>,
    ordered: Option<usize>,
    received: Option<usize>,
    refund_order: Option<usize>,
    fee: Option<usize>,
    share: Option<usize>,
    net: Option<usize>,
    remark: Option<usize>,
}

impl Columns {
    fn of(header: &Header) -> Self {
        let column = |names: &[&str]| header.column(names);
        Self {
            number: column(NUMBER),
            order: column(&["商户订单号"]),
            kind: column(&["业务类型"]),
            goods: column(&["商品名称"]),
            created: column(&["创建时间"]),
            done: column(&["完成时间"]),
            party: column(&["对方账户", "对方账号"]),
            ordered: column(ORDERED),
            received: column(RECEIVED),
            refund_order: column(&["退款批次号/请求号", "退款批次号", "退款请求号"]),
            fee: column(&["服务费(元)", "服务费"]),
            share: column(&["分润(元)", "分润"]),
            net: column(&["实收净额(元)", "实收净额"]),
            remark: column(&["备注"]),
        }
    }

    /// Whether a row, told apart in one way, makes sense.
    fn fit(&self, cells: Cells<'_>) -> bool {
        let is_money = |column| matches!(money(cells.at(column), Currency::CNY), Ok(Some(_)));
        when_in_beijing(cells.at(self.done)).is_some()
            && is_money(self.ordered)
            && is_money(self.received)
            && (self.fee.is_none() || is_money(self.fee))
    }
}

/// What the trailer's sums are compared with.
#[derive(Default)]
struct Totals {
    paid: (usize, i64),
    refunded: (usize, i64),
}

pub(super) fn read(table: &Table) -> Option<Statement> {
    let header = table.header(REQUIRED)?;
    let columns = Columns::of(&header);
    let (lines, words) = details(table, &header);
    let mut reading = Reading::of(table);
    let cells: Vec<_> = lines
        .iter()
        .map(|line| Cells::fit(*line, &header, &[columns.goods], |cells| columns.fit(cells)))
        .collect();
    let fee_sign = fee_sign(&cells, &columns);
    let mut totals = Totals::default();
    for (line, cells) in lines.into_iter().zip(cells) {
        let read =
            cells.and_then(|cells| row(cells, &columns, fee_sign, &mut reading, &mut totals));
        reading.take(line, read);
    }
    let trailer = [
        (["paid_rows", "paid"], "交易合计", totals.paid),
        (["refunded_rows", "refunded"], "退款合计", totals.refunded),
    ];
    let mut complete = words.says("业务明细列表结束");
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
        StatementKind::AlipayTrade,
        Platform::ALIPAY,
        words.value("账号"),
        period,
        Tells::All,
    ))
}

/// By what the fee column is multiplied to be positive where it was charged. As a rule it is negative there; files with
/// positive ones exist, and the sales of one file agree.
fn fee_sign(rows: &[Result<Cells<'_>, Fault>], columns: &Columns) -> i64 {
    let sum: i64 = rows
        .iter()
        .flatten()
        .filter(|cells| cells.at(columns.kind) == "交易")
        .filter_map(|cells| money(cells.at(columns.fee), Currency::CNY).ok().flatten())
        .fold(0, i64::saturating_add);
    if sum > 0 { 1 } else { -1 }
}

fn row(
    cells: Cells<'_>,
    columns: &Columns,
    fee_sign: i64,
    reading: &mut Reading,
    totals: &mut Totals,
) -> Result<Row, Fault> {
    let amount = |column| money(cells.at(column), Currency::CNY);
    let when = when_in_beijing(cells.at(columns.done))
        .or_else(|| when_in_beijing(cells.at(columns.created)))
        .ok_or(Fault::Time)?;
    let ordered = amount(columns.ordered)?.ok_or(Fault::Amount)?;
    let received = amount(columns.received)?.ok_or(Fault::Amount)?;
    let fee = amount(columns.fee)?.map(|fee| fee.saturating_mul(fee_sign));
    let share = amount(columns.share)?.unwrap_or(0);
    let stated_net = amount(columns.net)?;
    let word = cells.at(columns.kind);
    let (kind, state, unknown) = match word {
        "交易" => (RowKind::Payment, RowState::Done, None),
        "退款" => (RowKind::Refund, RowState::Done, None),
        _ => (RowKind::Other, RowState::Unknown, Some(word)),
    };
    if kind == RowKind::Payment && ordered < 0 {
        return Err(Fault::Amount);
    }
    // The sign of a refund differs between files; its kind does not.
    let moved = match kind {
        RowKind::Refund => received.saturating_abs().saturating_neg(),
        _ => received,
    };
    let side = match kind {
        RowKind::Refund => Some(&mut totals.refunded),
        RowKind::Payment => Some(&mut totals.paid),
        _ => None,
    };
    if let Some(side) = side {
        side.0 += 1;
        side.1 = side.1.saturating_add(moved.saturating_abs());
    }
    let ids = Ids {
        order: reading.id(cells.at(columns.order)),
        transaction: reading.id(cells.at(columns.number)),
        refund: None,
        refund_order: reading.id(cells.at(columns.refund_order)),
    };
    let part = |id: &Option<String>| id.clone().unwrap_or_default();
    let key = match &ids.transaction {
        Some(number) => format!("alipay:{number}:{word}:{}", part(&ids.refund_order)),
        None => format!(
            "alipay:?{}:{}:{word}:{ordered}:{}",
            cells.at(columns.done),
            part(&ids.order),
            part(&ids.refund_order)
        ),
    };
    let net = moved.saturating_sub(fee.unwrap_or(0)).saturating_add(share);
    let remark = cells.at(columns.remark);
    let text = match cells.text(columns.goods) {
        goods if goods.is_empty() => remark.to_owned(),
        goods => goods,
    };
    Ok(Row {
        line: cells.number(),
        key,
        kind,
        state,
        ids,
        amount: positive(ordered, Currency::CNY)?,
        fee,
        net: Some(stated_net.unwrap_or(net)),
        settled_in: None,
        when,
        settled_at: None,
        batch: None,
        party: clean_text(cells.at(columns.party)),
        text: text_with(unknown, &text),
    })
}
