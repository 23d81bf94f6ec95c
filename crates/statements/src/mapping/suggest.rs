//! A first guess at a mapping: by the names of columns, and by what stands in them. The owner looks at it before it is
//! used.

use super::{Columns, Mapping, Minus};
use crate::{
    amount::{Mark, minor_with},
    dates::{DateOrder, from_serial, when},
    read::likely_header,
    table::{Header, Line, Table},
};
use domain::{Currency, Platform};
use jiff::tz::TimeZone;

/// How many rows are looked at.
const ROWS: usize = 200;

/// Words for each column, in the languages whose statements were looked at: Chinese, English, German, Portuguese,
/// Spanish. The first that fits wins.
const TIME: &[&str] = &[
    "交易时间",
    "支付时间",
    "付款时间",
    "完成时间",
    "交易日期",
    "记账日期",
    "入账日期",
    "时间",
    "日期",
    "Date & Time",
    "Datetime",
    "Created",
    "Transaction Date",
    "Booking Date",
    "Date",
    "Buchungstag",
    "Buchungsdatum",
    "Datum",
    "Data",
    "Data da transação",
    "Fecha",
];
const CLOCK: &[&str] = &["Time", "Uhrzeit", "Hora", "时刻"];
const AMOUNT: &[&str] = &[
    "交易金额",
    "订单金额",
    "支付金额",
    "收款金额",
    "金额(元)",
    "金额",
    "Amount",
    "Gross",
    "Total",
    "Betrag",
    "Umsatz",
    "Valor",
    "Importe",
    "Monto",
];
const MONEY_IN: &[&str] = &[
    "收入金额",
    "贷方金额",
    "贷方发生额",
    "存入",
    "收入",
    "Credit",
    "Paid in",
    "Money in",
    "Haben",
    "Crédito",
];
const MONEY_OUT: &[&str] = &[
    "支出金额",
    "借方金额",
    "借方发生额",
    "支取",
    "支出",
    "Debit",
    "Paid out",
    "Money out",
    "Soll",
    "Débito",
];
const ORDER: &[&str] = &[
    "商户订单号",
    "订单号",
    "订单编号",
    "Order ID",
    "Order Number",
    "Order",
    "Invoice Number",
    "Reference",
    "Bestellnummer",
    "Referenz",
    "Pedido",
];
const TRANSACTION: &[&str] = &[
    "交易流水号",
    "交易号",
    "流水号",
    "交易单号",
    "支付流水号",
    "Transaction ID",
    "Payment ID",
    "ID",
    "Transaktionsnummer",
    "Id da transação",
];
const REFUND: &[&str] = &["退款单号", "退款流水号", "Refund ID"];
const KIND: &[&str] = &[
    "交易类型",
    "业务类型",
    "类型",
    "Transaction Type",
    "Type",
    "Art",
    "Buchungstext",
    "Tipo",
];
const FEE: &[&str] = &[
    "手续费",
    "服务费",
    "手续费(元)",
    "Fee",
    "Fees",
    "Gebühr",
    "Tarifa",
    "Taxa",
    "Comisión",
];
const PARTY: &[&str] = &[
    "对方户名",
    "对方名称",
    "付款人",
    "交易对方",
    "Customer",
    "Payer",
    "Name",
    "Auftraggeber",
    "Nome",
    "Nombre",
];
const TEXT: &[&str] = &[
    "摘要",
    "商品名称",
    "用途",
    "附言",
    "备注",
    "Description",
    "Details",
    "Note",
    "Verwendungszweck",
    "Descrição",
    "Descripción",
    "Concepto",
];
const CURRENCY: &[&str] = &["币种", "货币", "Currency", "Währung", "Moeda", "Moneda"];

/// Words in a column of types that say that a row is a refund.
const REFUND_WORDS: &[&str] = &[
    "退款",
    "退货",
    "refund",
    "erstattung",
    "reembolso",
    "estorno",
    "devolución",
];

/// A mapping for this table; `None` where no row looks like a header, or nothing like times or amounts stands below it.
pub fn suggest(table: &Table) -> Option<Mapping> {
    let header = likely_header(table)?;
    let rows: Vec<Line<'_>> = table.below(&header).take(ROWS).collect();
    let time = header
        .column(TIME)
        .filter(|column| best_order(&rows, *column).1 > 0)
        .or_else(|| fullest(&header, |column| best_order(&rows, column).1))?;
    let (dates, _) = best_order(&rows, time);
    let money_in = header
        .column(MONEY_IN)
        .filter(|_| header.column(MONEY_OUT).is_some());
    let amount = match money_in {
        Some(_) => None,
        None => Some(header.column(AMOUNT).or_else(|| {
            fullest(&header, |column| {
                if column == time {
                    0
                } else {
                    best_mark(&rows, column).1
                }
            })
        })?),
    };
    let (mark, read) = best_mark(&rows, amount.or(money_in)?);
    if read == 0 {
        return None;
    }
    let name =
        |column: Option<usize>| column.and_then(|column| header.names().get(column).cloned());
    let find = |words: &[&str]| name(header.column(words));
    let kind = header.column(KIND);
    let fee = header.column(FEE);
    Some(Mapping {
        name: String::new(),
        platform: Platform::named("bank"),
        headers: header
            .names()
            .iter()
            .filter(|name| !name.is_empty())
            .take(super::HEADERS_MAX)
            .cloned()
            .collect(),
        columns: Columns {
            time: name(Some(time))?,
            clock: find(CLOCK).filter(|clock| Some(clock) != name(Some(time)).as_ref()),
            amount: name(amount),
            money_out: money_in.and_then(|_| find(MONEY_OUT)),
            money_in: name(money_in),
            order: find(ORDER),
            transaction: find(TRANSACTION),
            refund: find(REFUND),
            kind: name(kind),
            fee: name(fee),
            party: find(PARTY),
            text: find(TEXT),
            currency: find(CURRENCY),
        },
        dates,
        mark,
        minus: Minus::Refund,
        refund_words: kind
            .map(|kind| refund_words(&rows, kind))
            .unwrap_or_default(),
        other_words: Vec::new(),
        fee_has_minus: fee.is_some_and(|fee| {
            rows.iter()
                .any(|row| row.cell(fee).starts_with(['-', '\u{2212}']))
        }),
        currency: None,
        zone: None,
    })
}

/// The column for which most rows count.
fn fullest(header: &Header, count: impl Fn(usize) -> usize) -> Option<usize> {
    let columns = 0..header.width();
    let counted = columns.map(|column| (count(column), column));
    let best = counted.max_by_key(|(count, column)| (*count, std::cmp::Reverse(*column)));
    best.filter(|(count, _)| *count > 0)
        .map(|(_, column)| column)
}

/// The order of dates in which most cells can be read; where two tell as much, the more common one.
fn best_order(rows: &[Line<'_>], column: usize) -> (DateOrder, usize) {
    let orders = [
        DateOrder::MonthDayYear,
        DateOrder::DayMonthYear,
        DateOrder::YearMonthDay,
    ];
    let count = |order| {
        let reads = |row: &&Line<'_>| {
            let cell = row.cell(column);
            when(cell, order, &TimeZone::UTC).is_some()
                || order == DateOrder::YearMonthDay && from_serial(cell).is_some()
        };
        rows.iter().filter(reads).count()
    };
    orders
        .map(|order| (order, count(order)))
        .into_iter()
        .max_by_key(|(_, count)| *count)
        .unwrap_or((DateOrder::YearMonthDay, 0))
}

/// The decimal mark with which most cells can be read; where both tell as much, the point. The currency does not matter
/// for that, but for its decimals: three are the most that any has.
fn best_mark(rows: &[Line<'_>], column: usize) -> (Mark, usize) {
    let currency = Currency::CNY;
    [Mark::Comma, Mark::Point]
        .map(|mark| {
            let reads = |row: &&Line<'_>| {
                let bare: String = row
                    .cell(column)
                    .chars()
                    .filter(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | '-' | ' ' | '\''))
                    .collect();
                minor_with(&bare, currency, mark).is_ok()
            };
            (mark, rows.iter().filter(reads).count())
        })
        .into_iter()
        .max_by_key(|(_, count)| *count)
        .unwrap_or((Mark::Point, 0))
}

/// Those words of a column of types that say refund.
fn refund_words(rows: &[Line<'_>], column: usize) -> Vec<String> {
    let mut words: Vec<String> = rows
        .iter()
        .map(|row| row.cell(column))
        .filter(|word| {
            let lower = word.to_lowercase();
            word.len() <= 100 && REFUND_WORDS.iter().any(|refund| lower.contains(refund))
        })
        .map(str::to_owned)
        .collect();
    words.sort_unstable();
    words.dedup();
    words
}
