//! What the readers' tests share: a statement in one line a row, so that a table of expected rows can be read.

use crate::{
    file::OpenedFile,
    read::{Defaults, ReadError, read},
    reading::decimal,
    row::{Precision, Row, Statement},
};
use domain::Currency;

/// A shop in China.
pub(crate) fn shop() -> Defaults {
    Defaults {
        currency: Currency::CNY,
        zone: "Asia/Shanghai".to_owned(),
    }
}

/// A file as it comes out of the front door.
pub(crate) fn file(bytes: &[u8]) -> OpenedFile {
    let opened = crate::file::open("statement", bytes, None, &crate::file::Limits::default());
    opened.expect("opens").remove(0)
}

/// Reads a file of a shop in China.
pub(crate) fn read_bytes(bytes: &[u8]) -> Result<Statement, ReadError> {
    read(&file(bytes), &[], &shop())
}

/// Each row in one line: line, kind, state, amount, fee, net, time, numbers, text.
pub(crate) fn rows(statement: &Statement) -> Vec<String> {
    statement.rows.iter().map(row).collect()
}

/// A kind, state or precision as its word.
fn word(value: &impl serde::Serialize) -> String {
    let json = serde_json::to_value(value).expect("a word");
    json.as_str().expect("a word").to_owned()
}

fn row(row: &Row) -> String {
    let currency = row.amount.currency();
    let mut text = format!(
        "{} {} {} {}",
        row.line,
        word(&row.kind),
        word(&row.state),
        row.amount.decimal()
    );
    if let Some(fee) = row.fee {
        text += &format!(" fee {}", decimal(fee, currency));
    }
    if let Some(net) = row.net {
        text += &format!(" net {}", decimal(net, currency));
    }
    text += &format!(" {}", row.when.at);
    if row.when.precision != Precision::Second {
        text += &format!(" ({})", word(&row.when.precision));
    }
    if let Some(at) = row.settled_at {
        text += &format!(" settled {at}");
    }
    let ids = [
        ("o", &row.ids.order),
        ("t", &row.ids.transaction),
        ("r", &row.ids.refund),
        ("ro", &row.ids.refund_order),
        ("by", &row.party),
        ("for", &row.text),
    ];
    for (name, id) in ids {
        if let Some(id) = id {
            text += &format!(" {name}={id}");
        }
    }
    text
}

/// Each check in one line; those that do not hold end in `!`.
pub(crate) fn checks(statement: &Statement) -> Vec<String> {
    statement
        .checks
        .iter()
        .map(|check| {
            let mark = if check.holds { "" } else { " !" };
            format!("{} {} {}{mark}", check.what, check.stated, check.found)
        })
        .collect()
}

/// Each unreadable row: its line and what is wrong.
pub(crate) fn unreadable(statement: &Statement) -> Vec<String> {
    statement
        .unreadable
        .iter()
        .map(|row| format!("{} {}", row.line, row.reason))
        .collect()
}

/// The span that it tells of.
pub(crate) fn period(statement: &Statement) -> Option<String> {
    let period = statement.period?;
    Some(format!("{} {}", period.from, period.until))
}
