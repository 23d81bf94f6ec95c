//! WeChat's export of a personal account, for shops that collect with a personal code. CSV once, XLSX now.

use crate::{
    dates::{on_the_day_of, when_in_beijing},
    preamble::{Preamble, Sides},
    reading::{Cells, Fault, Reading, money, positive, text_with, unsigned},
    row::{Ids, Row, RowKind, RowState, Statement, StatementKind, Tells},
    table::Table,
};
use domain::{Currency, Platform};

const AMOUNT: &[&str] = &["金额(元)", "金额"];
const REQUIRED: &[&[&str]] = &[
    &["交易时间"],
    &["交易类型"],
    &["收/支"],
    AMOUNT,
    &["当前状态"],
    &["交易单号"],
];

/// Where everything stands.
struct Columns {
    time: Option<usize>,
    kind: Option<usize>,
    party: Option<usize>,
    goods: Option<usize>,
    direction: Option<usize>,
    amount: Option<usize>,
    state: Option<usize>,
    number: Option<usize>,
    order: Option<usize>,
    remark: Option<usize>,
}

pub(super) fn read(table: &Table) -> Option<Statement> {
    let header = table.header(REQUIRED)?;
    let columns = Columns {
        time: header.column(&["交易时间"]),
        kind: header.column(&["交易类型"]),
        party: header.column(&["交易对方"]),
        goods: header.column(&["商品"]),
        direction: header.column(&["收/支"]),
        amount: header.column(AMOUNT),
        state: header.column(&["当前状态"]),
        number: header.column(&["交易单号"]),
        order: header.column(&["商户单号"]),
        remark: header.column(&["备注"]),
    };
    let preamble = Preamble::of(table, Some(&header));
    let mut reading = Reading::of(table);
    let mut seen = Sides::default();
    for line in table.below(&header) {
        let read = Cells::fit(line, &header, &[columns.goods, columns.party], |cells| {
            direction(cells.at(columns.direction)).is_some()
                && matches!(money(cells.at(columns.amount), Currency::CNY), Ok(Some(_)))
        })
        .and_then(|cells| row(cells, &columns, &mut reading));
        let refund = match &read {
            Ok((direction, row, refund)) => {
                seen.add(*direction, row.amount.minor());
                refund.clone()
            }
            Err(_) => None,
        };
        reading.take(line, read.map(|(_, row, _)| row));
        if let Some(refund) = refund {
            reading.row(refund);
        }
    }
    preamble.check(&mut reading, &seen, "中性交易");
    let period = preamble.period(true);
    reading.check_period(period);
    Some(reading.finish(
        StatementKind::WechatPersonal,
        Platform::WECHAT,
        preamble.value("微信昵称"),
        period,
        Tells::All,
    ))
}

/// In (+1), out (-1), or neither (0): top-ups and withdrawals.
fn direction(word: &str) -> Option<i64> {
    match word {
        "收入" => Some(1),
        "支出" => Some(-1),
        "/" | "" | "中性交易" => Some(0),
        _ => None,
    }
}

/// A row, and the refund that its state tells of: a personal account has no other trace of one.
fn row(
    cells: Cells<'_>,
    columns: &Columns,
    reading: &mut Reading,
) -> Result<(i64, Row, Option<Row>), Fault> {
    let when = when_in_beijing(cells.at(columns.time)).ok_or(Fault::Time)?;
    let amount = unsigned(cells.at(columns.amount), Currency::CNY)?;
    let direction = direction(cells.at(columns.direction)).ok_or(Fault::Cells)?;
    let (word, status) = (cells.at(columns.kind), cells.at(columns.state));
    let kind = kind(word, direction);
    let (state, unknown) = match state(status) {
        Some(state) => (state, None),
        None => (RowState::Unknown, Some(status)),
    };
    let unknown = unknown.or((kind == RowKind::Other).then_some(word));
    let fee = (kind == RowKind::Payout)
        .then(|| fee(cells.at(columns.remark)))
        .flatten();
    let ids = Ids {
        transaction: reading.id(cells.at(columns.number)),
        order: reading.id(cells.at(columns.order)),
        ..Ids::default()
    };
    let key = match &ids.transaction {
        Some(number) => format!("wechat:personal:{number}:{word}"),
        None => format!(
            "wechat:personal:?{}:{word}:{amount}",
            cells.at(columns.time)
        ),
    };
    let net = match (kind, direction) {
        (RowKind::Payout, _) | (_, -1) => Some(amount.saturating_neg()),
        (_, 1) => Some(amount),
        _ => None,
    };
    // A slash stands for nothing.
    let slash = |text: String| if text == "/" { String::new() } else { text };
    let row = Row {
        line: cells.number(),
        key,
        kind,
        state,
        ids,
        amount: positive(amount, Currency::CNY)?,
        fee,
        net,
        settled_in: None,
        when,
        settled_at: None,
        batch: None,
        party: domain::payment::clean_text(&slash(cells.text(columns.party))),
        text: text_with(unknown, &slash(cells.text(columns.goods))),
    };
    let refund = match (row.kind, refunded(status, amount)) {
        (RowKind::Payment, Some(back)) => Some(refund_of(&row, back, status)?),
        _ => None,
    };
    Ok((direction, row, refund))
}

/// What a row is by its type; the list is open. Sales are what a shop takes in by code, transfer or envelope.
fn kind(word: &str, direction: i64) -> RowKind {
    const SALES: &[&str] = &[
        "二维码收款",
        "转账",
        "群收款",
        "赞赏码",
        "微信红包",
        "经营收款",
    ];
    let sale = SALES.iter().any(|sale| word.starts_with(sale));
    let refund = word.ends_with("退款");
    match direction {
        1 if sale && !refund => RowKind::Payment,
        -1 if sale && refund => RowKind::Refund,
        0 if word.contains("提现") => RowKind::Payout,
        _ => RowKind::Other,
    }
}

/// Whether it is done; `None` for words that nobody here knows.
fn state(status: &str) -> Option<RowState> {
    const DONE: &[&str] = &[
        "支付成功",
        "已收钱",
        "已存入零钱",
        "已转账",
        "对方已收钱",
        "朋友已收钱",
        "已到账",
        "提现已到账",
        "充值完成",
        "充值成功",
        "已全额退款",
    ];
    if DONE.contains(&status) || status.starts_with("已退款") {
        return Some(RowState::Done);
    }
    if status.contains("退还") || status.contains("退回") || status.contains("失败") {
        return Some(RowState::Failed);
    }
    (status.starts_with('待') || status.contains("处理中")).then_some(RowState::Pending)
}

/// How much of a sale was given back, by its state: `已全额退款`, `已退款(￥1.51)`, `已退款￥1.51`.
fn refunded(status: &str, amount: i64) -> Option<i64> {
    if status == "已全额退款" {
        return Some(amount);
    }
    let sum = status
        .strip_prefix("已退款")?
        .trim_matches(['(', ')', '（', '）']);
    crate::amount::minor(sum, Currency::CNY)
        .ok()
        .filter(|back| *back > 0)
}

/// The refund that a sale's state tells of. When it was is not told; that it was not before the sale is.
fn refund_of(sale: &Row, back: i64, status: &str) -> Result<Row, Fault> {
    Ok(Row {
        key: format!("{}:refunded", sale.key),
        kind: RowKind::Refund,
        state: RowState::Done,
        ids: sale.ids.clone(),
        amount: positive(back, Currency::CNY)?,
        fee: None,
        net: Some(back.saturating_neg()),
        when: on_the_day_of(sale.when),
        text: text_with(Some(status), sale.text.as_deref().unwrap_or("")),
        ..sale.clone()
    })
}

/// The fee of a withdrawal, which stands only in the remark: `服务费¥0.10`.
fn fee(remark: &str) -> Option<i64> {
    let after = remark.split_once("服务费")?.1;
    let end = after
        .find(|c: char| !(c.is_ascii_digit() || "¥￥.,:： ".contains(c)))
        .unwrap_or(after.len());
    let sum = after[..end].trim_matches([':', '：', ' ', ',', '.']);
    crate::amount::minor(sum, Currency::CNY).ok()
}
