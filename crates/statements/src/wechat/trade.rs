//! WeChat Pay's trade bill: what was sold and refunded. ALL, SUCCESS and REFUND, the current layout and the older ones.

use super::Bill;
use crate::{
    dates::{beijing, when_in_beijing},
    reading::{Cells, Fault, Reading, days_of, money, positive, text_with},
    row::{Ids, Row, RowKind, RowState, Statement, StatementKind, Tells},
    table::{Header, Line, Table},
};
use domain::{Currency, Platform};

const ORDER_NUMBER: &[&str] = &["微信订单号", "银联订单号"];
const REQUIRED: &[&[&str]] = &[
    &["交易时间"],
    ORDER_NUMBER,
    &["商户订单号"],
    &["交易状态"],
    &["应结订单金额", "总金额"],
    &["手续费"],
];
/// The first name of the summary's header.
const SUMMARY: &str = "总交易单数";

/// Where everything stands.
struct Columns {
    time: Option<usize>,
    merchant: Option<usize>,
    sub_merchant: Option<usize>,
    transaction: Option<usize>,
    order: Option<usize>,
    state: Option<usize>,
    currency: Option<usize>,
    settled: Option<usize>,
    ordered: Option<usize>,
    refund: Option<usize>,
    refund_order: Option<usize>,
    refunded: Option<usize>,
    asked_back: Option<usize>,
    coupons_back: Option<usize>,
    refund_state: Option<usize>,
    refund_started: Option<usize>,
    refund_done: Option<usize>,
    goods: Option<usize>,
    attach: Option<usize>,
    fee: Option<usize>,
}

impl Columns {
    fn of(header: &Header) -> Self {
        let column = |names: &[&str]| header.column(names);
        Self {
            time: column(&["交易时间"]),
            merchant: column(&["商户号"]),
            sub_merchant: column(&["特约商户号", "子商户号"]),
            transaction: column(ORDER_NUMBER),
            order: column(&["商户订单号"]),
            state: column(&["交易状态"]),
            currency: column(&["货币种类"]),
            settled: column(&["应结订单金额", "总金额"]),
            ordered: column(&["订单金额"]),
            refund: column(&["微信退款单号", "银联退款单号"]),
            refund_order: column(&["商户退款单号"]),
            refunded: column(&["退款金额"]),
            asked_back: column(&["申请退款金额"]),
            coupons_back: column(&[
                "充值券退款金额",
                "代金券或立减优惠退款金额",
                "企业红包退款金额",
            ]),
            refund_state: column(&["退款状态"]),
            refund_started: column(&["退款申请时间"]),
            refund_done: column(&["退款成功时间"]),
            goods: column(&["商品名称"]),
            attach: column(&["商户数据包"]),
            fee: column(&["手续费"]),
        }
    }

    /// SUCCESS has no column of refunds, REFUND has their times.
    fn tells(&self) -> Tells {
        match (self.refunded, self.refund_started) {
            (None, _) => Tells::Payments,
            (_, Some(_)) => Tells::Refunds,
            _ => Tells::All,
        }
    }
}

/// The sums of every row, as the summary has them.
#[derive(Default)]
struct Sums {
    settled: i64,
    refunded: i64,
    coupons_back: i64,
    fees: i64,
    ordered: i64,
    asked_back: i64,
}

pub(super) fn read(table: &Table) -> Option<Statement> {
    let header = table.header(REQUIRED)?;
    let columns = Columns::of(&header);
    let bill = Bill::of(table, &header, SUMMARY);
    let mut reading = Reading::of(table);
    let mut sums = Sums::default();
    let mut account = None;
    let mut currency = None;
    for &line in &bill.rows {
        let read = Cells::fit(line, &header, &[columns.goods, columns.attach], |cells| {
            let is_money = |column| matches!(money(cells.at(column), Currency::CNY), Ok(Some(_)));
            when_in_beijing(cells.at(columns.time)).is_some()
                && is_money(columns.fee)
                && (columns.ordered.is_none() || is_money(columns.ordered))
        })
        .and_then(|cells| {
            account.get_or_insert_with(|| merchant(cells, &columns));
            row(cells, &columns, &mut reading, &mut sums)
        });
        if let Ok(row) = &read {
            currency.get_or_insert(row.amount.currency());
        }
        reading.take(line, read);
    }
    let currency = currency.unwrap_or(Currency::CNY);
    match &bill.summary {
        Some((header, values)) => check(&mut reading, header, *values, &sums, currency),
        None => reading.check_complete(false),
    }
    bill.show_rest(&mut reading);
    let unionpay = header.column(ORDER_NUMBER) != header.column(&["微信订单号"]);
    let platform = if unionpay {
        Platform::UNIONPAY
    } else {
        Platform::WECHAT
    };
    let period = days_of(reading.rows.iter().map(|row| row.when.at), &beijing());
    Some(reading.finish(
        StatementKind::WechatTrade,
        platform,
        account.flatten(),
        period,
        columns.tells(),
    ))
}

/// The number of the shop itself: under a bank or an agent it is the sub-merchant's.
fn merchant(cells: Cells<'_>, columns: &Columns) -> Option<String> {
    let number = |text: &str| (!matches!(text, "" | "0")).then(|| text.to_owned());
    number(cells.at(columns.sub_merchant)).or_else(|| number(cells.at(columns.merchant)))
}

fn row(
    cells: Cells<'_>,
    columns: &Columns,
    reading: &mut Reading,
    sums: &mut Sums,
) -> Result<Row, Fault> {
    let currency = match cells.at(columns.currency) {
        "" => Currency::CNY,
        code => Currency::new(code).ok_or(Fault::Currency)?,
    };
    let paid_at = when_in_beijing(cells.at(columns.time)).ok_or(Fault::Time)?;
    let amount = |column| money(cells.at(column), currency).map(|amount| amount.unwrap_or(0));
    let (settled, ordered) = (amount(columns.settled)?, amount(columns.ordered)?);
    let (refunded, asked_back) = (amount(columns.refunded)?, amount(columns.asked_back)?);
    let coupons_back = amount(columns.coupons_back)?;
    let fee = money(cells.at(columns.fee), currency)?;
    let first = |a: i64, b: i64| if a == 0 { b } else { a };
    let state_word = cells.at(columns.state);
    let kind = match state_word {
        "SUCCESS" => RowKind::Payment,
        "REFUND" => RowKind::Refund,
        "REVOKED" => RowKind::Reversal,
        _ => RowKind::Other,
    };
    let (gross, moved) = match kind {
        RowKind::Payment => (first(ordered, settled), settled),
        RowKind::Refund => (first(asked_back, refunded), -refunded),
        _ => {
            let back = first(asked_back, refunded);
            (first(back, first(ordered, settled)), settled - refunded)
        }
    };
    // Its refunds are positive too: a negative sale is a misread one.
    if gross < 0 {
        return Err(Fault::Amount);
    }
    let (state, unknown) = state(kind, state_word, cells.at(columns.refund_state), columns);
    // A refund is dated by when it was started: in the old layout the first column has the payment's time.
    let started = when_in_beijing(cells.at(columns.refund_started));
    let ids = Ids {
        order: reading.id(cells.at(columns.order)),
        transaction: reading.id(cells.at(columns.transaction)),
        refund: reading.id(cells.at(columns.refund)),
        refund_order: reading.id(cells.at(columns.refund_order)),
    };
    let amount = positive(gross, currency)?;
    sums.add(&Sums {
        settled,
        refunded,
        coupons_back,
        fees: fee.unwrap_or(0),
        ordered,
        asked_back,
    });
    Ok(Row {
        line: cells.number(),
        key: key(&ids, state_word, cells.at(columns.time), gross),
        kind,
        state,
        ids,
        amount,
        fee,
        net: Some(moved.saturating_sub(fee.unwrap_or(0))),
        settled_in: None,
        when: started
            .filter(|_| kind == RowKind::Refund)
            .unwrap_or(paid_at),
        settled_at: when_in_beijing(cells.at(columns.refund_done)).map(|when| when.at),
        batch: None,
        party: None,
        text: text_with(unknown, &cells.text(columns.goods)),
    })
}

/// Whether it is done, and the word that nobody here knows.
fn state<'t>(
    kind: RowKind,
    word: &'t str,
    refund: &'t str,
    columns: &Columns,
) -> (RowState, Option<&'t str>) {
    match (kind, refund) {
        (RowKind::Other, _) => (RowState::Unknown, Some(word)),
        (RowKind::Refund, "SUCCESS") => (RowState::Done, None),
        (RowKind::Refund, "") if columns.refund_state.is_none() => (RowState::Done, None),
        (RowKind::Refund, "PROCESSING") => (RowState::Pending, None),
        (RowKind::Refund, "FAIL") => (RowState::Failed, None),
        (RowKind::Refund, _) => (RowState::Unknown, Some(refund)),
        _ => (RowState::Done, None),
    }
}

/// The same in each file that has the row; where a spreadsheet damaged the numbers, by what is left.
fn key(ids: &Ids, state: &str, time: &str, amount: i64) -> String {
    let part = |id: &Option<String>| id.clone().unwrap_or_default();
    match &ids.transaction {
        Some(transaction) => format!("wechat:{transaction}:{}:{state}", part(&ids.refund)),
        None => format!(
            "wechat:?{time}:{amount}:{}:{}:{state}",
            part(&ids.order),
            part(&ids.refund_order)
        ),
    }
}

impl Sums {
    fn add(&mut self, row: &Self) {
        self.settled = self.settled.saturating_add(row.settled);
        self.refunded = self.refunded.saturating_add(row.refunded);
        self.coupons_back = self.coupons_back.saturating_add(row.coupons_back);
        self.fees = self.fees.saturating_add(row.fees);
        self.ordered = self.ordered.saturating_add(row.ordered);
        self.asked_back = self.asked_back.saturating_add(row.asked_back);
    }
}

/// What the summary says, by its own header: a file of one layout may have the summary of another.
fn check(
    reading: &mut Reading,
    header: &Header,
    values: Line<'_>,
    sums: &Sums,
    currency: Currency,
) {
    let seen = reading.seen();
    if let Some(column) = header.column(&[SUMMARY]) {
        reading.check_count("rows", values.cell(column), seen);
    }
    let stated: [(&str, &[&str], i64); 6] = [
        ("paid", &["应结订单总金额", "总交易额"], sums.settled),
        ("refunded", &["退款总金额", "总退款金额"], sums.refunded),
        (
            "coupons_back",
            &[
                "充值券退款总金额",
                "总代金券或立减优惠退款金额",
                "总企业红包退款金额",
            ],
            sums.coupons_back,
        ),
        ("fees", &["手续费总金额"], sums.fees),
        ("ordered", &["订单总金额"], sums.ordered),
        ("asked_back", &["申请退款总金额"], sums.asked_back),
    ];
    for (what, names, found) in stated {
        if let Some(column) = header.column(names) {
            reading.check_sum(what, values.cell(column), found, currency);
        }
    }
}
