//! The dashboard's export of payments: one row for each attempt to pay, with what went back of it in a column of its own.
//! It knows nothing of payouts' fees, disputes' money and the balance: for those there are the reports.

use super::Columns;
use crate::{
    amount,
    bank::{long_text, zone_of},
    dates::{DateOrder, day_around, when},
    read::{Defaults, ReadError},
    reading::{Fault, Reading, positive},
    row::{Ids, Period, Precision, Row, RowKind, RowState, Statement, StatementKind, Tells, When},
    table::{Header, Line, Table},
};
use domain::{Currency, Platform, Timestamp};
use jiff::tz::TimeZone;

/// Nothing else of Stripe's has what was refunded beside the payment.
pub(super) const NAMES: &[&[&str]] = &[
    &["id"],
    &["Created date (UTC)", "Created (UTC)"],
    &["Amount"],
    &["Amount Refunded"],
    &["Currency"],
    &["Status"],
];

/// Where everything stands beside what Stripe's other files have too.
struct Places {
    id: Option<usize>,
    created: Option<usize>,
    amount: Option<usize>,
    currency: Option<usize>,
    refunded: Option<usize>,
    refunded_at: Option<usize>,
    captured: Option<usize>,
    status: Option<usize>,
    converted: Option<usize>,
    converted_in: Option<usize>,
    fee: Option<usize>,
    taxes: Option<usize>,
    intent: Option<usize>,
    transfer: Option<usize>,
    description: Option<usize>,
    customer: Option<usize>,
    order: Option<usize>,
}

impl Places {
    fn of(header: &Header) -> Self {
        let column = |names: &[&str]| header.column(names);
        Self {
            id: column(&["id"]),
            created: column(&["Created date (UTC)", "Created (UTC)"]),
            amount: column(&["Amount"]),
            currency: column(&["Currency"]),
            refunded: column(&["Amount Refunded"]),
            refunded_at: column(&["Refunded date (UTC)"]),
            captured: column(&["Captured"]),
            status: column(&["Status"]),
            converted: column(&["Converted Amount"]),
            converted_in: column(&["Converted Currency"]),
            fee: column(&["Fee"]),
            taxes: column(&["Taxes On Fee"]),
            intent: column(&["PaymentIntent ID", "Payment Intent ID"]),
            transfer: column(&["Transfer"]),
            description: column(&["Description"]),
            customer: column(&["Customer Email", "Customer Description"]),
            order: Columns::order(header),
        }
    }
}

/// Reads it.
pub(super) fn read(
    table: &Table,
    header: &Header,
    defaults: &Defaults,
) -> Result<Statement, ReadError> {
    let (places, zone) = (Places::of(header), zone_of(defaults));
    let mut reading = Reading::of(table);
    for line in table.below(header) {
        match row(line, &places, &zone, &mut reading) {
            Ok((sale, refund)) => {
                reading.take(line, Ok(sale));
                refund
                    .into_iter()
                    .for_each(|one| reading.take(line, Ok(one)));
            }
            Err(fault) => reading.take(line, Err(fault)),
        }
    }
    // Between the first sale and the last it has all; what went back in that time may be of earlier ones.
    let sales = || {
        reading
            .rows
            .iter()
            .filter(|row| row.kind == RowKind::Payment)
    };
    let times = || sales().map(|row| row.when.at);
    let period = times().min().zip(times().max()).map(|(from, last)| Period {
        from,
        until: Timestamp(last.millis().saturating_add(1)),
    });
    Ok(reading.finish(
        StatementKind::StripePayments,
        Platform::STRIPE,
        None,
        period,
        Tells::Payments,
    ))
}

/// Whether money moved, by the words of the row; `false`: nobody here knows the word.
fn state(status: &str, captured: &str) -> (RowState, bool) {
    let status = status.to_ascii_lowercase().replace([' ', '-'], "_");
    let state = match status.as_str() {
        // Only reserved: no money, and it may still be.
        "uncaptured" | "requires_capture" => RowState::Pending,
        "paid" | "succeeded" | "refunded" | "partially_refunded" | "partial_refund"
        | "disputed" => match captured.eq_ignore_ascii_case("false") {
            true => RowState::Pending,
            false => RowState::Done,
        },
        "pending" | "processing" => RowState::Pending,
        "failed"
        | "canceled"
        | "cancelled"
        | "blocked"
        | "expired"
        | "incomplete"
        | "requires_payment_method"
        | "requires_confirmation"
        | "requires_action" => RowState::Failed,
        _ => return (RowState::Unknown, false),
    };
    (state, true)
}

/// A sale, and what went back of it.
fn row(
    line: Line<'_>,
    places: &Places,
    zone: &TimeZone,
    reading: &mut Reading,
) -> Result<(Row, Option<Row>), Fault> {
    let at = |column| line.at(column);
    let currency = Currency::new(at(places.currency)).ok_or(Fault::Currency)?;
    let money = |column, currency| match line.at(column) {
        "" => Ok(None),
        text => amount::minor(text, currency)
            .map(Some)
            .map_err(|_| Fault::Amount),
    };
    let paid = money(places.amount, currency)?.ok_or(Fault::Amount)?;
    let created = time(at(places.created)).ok_or(Fault::Time)?;
    let id = reading.id(at(places.id)).ok_or(Fault::Cells)?;
    let (state, known) = state(at(places.status), at(places.captured));
    // What reaches the balance, and fees, are in the account's currency.
    let own = match at(places.converted_in) {
        "" => currency,
        code => Currency::new(code).ok_or(Fault::Currency)?,
    };
    let reached = money(places.converted, own)?.or(Some(paid).filter(|_| own == currency));
    let fee = match (money(places.fee, own)?, money(places.taxes, own)?) {
        (None, None) => None,
        (fee, taxes) => Some(fee.unwrap_or(0).saturating_add(taxes.unwrap_or(0))),
    };
    let moved = state == RowState::Done;
    let net = reached.map(|gross| gross.saturating_sub(fee.unwrap_or(0)));
    let intent = reading.id(at(places.intent));
    let unknown = match known {
        true => String::new(),
        false => format!("[{}]", at(places.status)),
    };
    let charge = if intent.is_some() { id.as_str() } else { "" };
    let text = [unknown.as_str(), at(places.description), charge].join(" ");
    let sale = Row {
        line: line.number(),
        key: id.clone(),
        kind: RowKind::Payment,
        state,
        ids: Ids {
            order: reading.id(at(places.order)),
            transaction: Some(intent.unwrap_or_else(|| id.clone())),
            ..Ids::default()
        },
        amount: positive(paid, currency)?,
        fee: fee.filter(|_| moved),
        net: net.filter(|_| moved),
        settled_in: Some(own).filter(|own| *own != currency),
        when: created,
        settled_at: None,
        batch: reading
            .id(at(places.transfer))
            .filter(|id| id.starts_with("po_")),
        party: long_text(at(places.customer)),
        text: long_text(&text),
    };
    let back = money(places.refunded, currency)?
        .unwrap_or(0)
        .saturating_abs();
    let refund = match moved && back > 0 {
        true => Some(refund_of(&sale, back, time(at(places.refunded_at)), zone)?),
        false => None,
    };
    Ok((sale, refund))
}

/// All that went back of a sale so far: the file does not say in how many parts. Where it has no time, the day of the sale.
fn refund_of(sale: &Row, back: i64, at: Option<When>, zone: &TimeZone) -> Result<Row, Fault> {
    let day_of_sale = || {
        let (start, _) = day_around(sale.when.at, zone)?;
        Some(When {
            at: start,
            precision: Precision::Day,
        })
    };
    Ok(Row {
        key: format!("{}:refunded", sale.key),
        kind: RowKind::Refund,
        amount: positive(back, sale.amount.currency())?,
        fee: None,
        net: Some(back.saturating_neg()).filter(|_| sale.settled_in.is_none()),
        when: at.or_else(day_of_sale).ok_or(Fault::Time)?,
        batch: None,
        ..sale.clone()
    })
}

fn time(text: &str) -> Option<When> {
    // Files that a spreadsheet saved have its own order of the date.
    let order = if text.contains('/') {
        DateOrder::MonthDayYear
    } else {
        DateOrder::YearMonthDay
    };
    when(text, order, &TimeZone::UTC)
}
