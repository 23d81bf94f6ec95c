//! Stripe: the itemised reports of balance and payouts, and the dashboard's exports of the balance and of payments. By the names of columns,
//! since the owner chooses them; times in UTC where the file has them.

mod columns;
mod payments;
mod whole;

#[cfg(test)]
mod tests;

use crate::{
    amount,
    bank::{long_text, zone_of},
    dates::{self, DateOrder},
    read::{Defaults, ReadError},
    reading::{Fault, Reading, positive},
    row::{Ids, Period, Row, RowKind, RowState, Statement, StatementKind, Tells, When},
    table::{Header, Line, Table},
};
use columns::{Columns, Time};
use domain::{Currency, Money, Platform, Timestamp};
use jiff::tz::TimeZone;
use std::collections::HashMap;

/// The itemised reports: what a row is called stands in `reporting_category`.
const ITEMISED: &[&[&str]] = &[
    &["balance_transaction_id"],
    &["reporting_category"],
    &["net"],
    &["gross"],
    &["currency"],
];
/// The dashboard's export of the balance.
const BALANCE: &[&[&str]] = &[
    &["id"],
    &["Type"],
    &["Source"],
    &["Amount"],
    &["Net"],
    &["Currency"],
];
/// The itemised report of payouts alone.
const PAYOUTS: &[&[&str]] = &[
    &["payout_id"],
    &["effective_at_utc", "effective_at"],
    &["net"],
    &["currency"],
];

/// Whether a table is one of these.
pub(crate) fn looks(table: &Table) -> bool {
    header(table).is_some() || table.header(payments::NAMES).is_some()
}

fn header(table: &Table) -> Option<Header> {
    [ITEMISED, BALANCE, PAYOUTS]
        .iter()
        .find_map(|names| table.header(names))
}

/// Reads it.
pub(crate) fn read(table: &Table, defaults: &Defaults) -> Result<Statement, ReadError> {
    let Some(header) = header(table) else {
        let header = table.header(payments::NAMES);
        let header = header.ok_or(ReadError::Unknown { header: None })?;
        return payments::read(table, &header, defaults);
    };
    let columns = Columns::of(&header);
    let zone = zone_of(defaults);
    let mut file = File {
        columns,
        zone,
        reading: Reading::of(table),
        uneven: None,
        partial: HashMap::new(),
        all_in_payouts: true,
    };
    for line in table.below(&header) {
        let row = file.row(line);
        if let Ok(row) = &row {
            file.all_in_payouts &= row.batch.is_some();
        }
        file.reading.take(line, row);
    }
    file.lessen();
    file.check();
    Ok(file.finish())
}

struct File {
    columns: Columns,
    zone: TimeZone,
    reading: Reading,
    /// The first row whose net is not gross less fee: net, and what it should be.
    uneven: Option<(i64, i64, Currency)>,
    /// What was reserved and not captured, by charge.
    partial: HashMap<String, Vec<usize>>,
    all_in_payouts: bool,
}

/// What a row's category says.
fn kind(category: &str, gross: i64) -> (RowKind, bool) {
    let kind = match category {
        "charge" | "payment" => RowKind::Payment,
        "refund" | "payment_refund" => RowKind::Refund,
        "dispute" | "dispute_reversal" => RowKind::Chargeback,
        "fee" | "stripe_fee" | "network_cost" | "application_fee" | "tax_fee" => RowKind::Fee,
        "payout" => RowKind::Payout,
        "adjustment"
        | "other_adjustment"
        | "partial_capture_reversal"
        | "refund_failure"
        | "payment_failure_refund"
        | "payout_reversal"
        | "payout_failure"
        | "payout_cancel"
        | "transfer"
        | "transfer_reversal"
        | "topup"
        | "topup_reversal"
        | "advance"
        | "advance_funding"
        | "contribution"
        | "reserve_transaction"
        | "risk_reserved_funds"
        | "charge_failure"
        | "payment_unreconciled"
        | "connect_reserved_funds" => RowKind::Other,
        _ => return (RowKind::Other, false),
    };
    // A charge that takes money away is none.
    let kind = if kind == RowKind::Payment && gross < 0 {
        RowKind::Other
    } else {
        kind
    };
    (kind, true)
}

impl File {
    /// Gross, fee and net.
    fn amounts(&mut self, line: Line<'_>, currency: Currency) -> Result<(i64, i64, i64), Fault> {
        let money = |column| amount::minor(line.at(column), currency).map_err(|_| Fault::Amount);
        let net = money(self.columns.net)?;
        let fee = match line.at(self.columns.fee) {
            "" => 0,
            _ => money(self.columns.fee)?,
        };
        let gross = match line.at(self.columns.gross) {
            "" => net.saturating_add(fee),
            _ => money(self.columns.gross)?,
        };
        let left = gross.saturating_sub(fee);
        if left != net && self.uneven.is_none() {
            self.uneven = Some((net, left, currency));
        }
        Ok((gross, fee, net))
    }

    /// Notes that the row to come takes back a part of its charge.
    fn captured_in_part(&mut self, line: Line<'_>) {
        if let Some(charge) = self.reading.id(line.at(self.columns.charge)) {
            let place = self.reading.rows.len();
            self.partial.entry(charge).or_default().push(place);
        }
    }

    fn row(&mut self, line: Line<'_>) -> Result<Row, Fault> {
        let at = |column| line.at(column);
        let currency = Currency::new(at(self.columns.currency)).ok_or(Fault::Currency)?;
        let (gross, fee, net) = self.amounts(line, currency)?;
        let category = if self.columns.only_payouts {
            "payout"
        } else {
            at(self.columns.kind)
        };
        let (kind, known) = kind(&category.to_ascii_lowercase(), gross);
        let created = self.time(&self.columns.created, line);
        let effective = self.time(&self.columns.effective, line);
        let available = self.time(&self.columns.available, line);
        let settled = if kind == RowKind::Payout {
            effective
        } else {
            available
        };
        let when = created.or(effective).ok_or(Fault::Time)?;
        let (paid, settled_in) = self.paid(line, kind, gross, currency)?;
        let is_payout = kind == RowKind::Payout;
        let ids = self.ids(line, kind);
        let source = self.reading.id(at(self.columns.source));
        let own = self.reading.id(at(self.columns.id));
        let batch = self.reading.id(at(self.columns.payout));
        let payout = source
            .clone()
            .filter(|id| is_payout && id.starts_with("po_"));
        let payout = payout.or_else(|| own.clone().filter(|_| self.columns.only_payouts));
        // A payout is the same in all reports, whatever its balance transaction is called.
        let key = match (
            payout.as_ref().or(batch.as_ref().filter(|_| is_payout)),
            own,
        ) {
            (Some(payout), _) => payout.clone(),
            (None, Some(own)) => own,
            (None, None) => return Err(Fault::Cells),
        };
        if category == "partial_capture_reversal" {
            self.captured_in_part(line);
        }
        Ok(Row {
            line: line.number(),
            key,
            kind,
            state: if known {
                RowState::Done
            } else {
                RowState::Unknown
            },
            ids,
            amount: paid,
            fee: Some(fee),
            net: Some(net),
            settled_in,
            when,
            settled_at: settled.map(|when| when.at),
            batch: if is_payout { payout.or(batch) } else { batch },
            party: long_text(at(self.columns.customer)),
            text: self.text(line, category, known),
        })
    }

    /// What the customer paid, and the account's currency where that is another.
    fn paid(
        &self,
        line: Line<'_>,
        kind: RowKind,
        gross: i64,
        currency: Currency,
    ) -> Result<(Money, Option<Currency>), Fault> {
        let facing = line.at(self.columns.paid);
        let is_sale = matches!(kind, RowKind::Payment | RowKind::Refund);
        if facing.is_empty() || !is_sale {
            return Ok((positive(gross, currency)?, None));
        }
        let paid_in = match line.at(self.columns.paid_currency) {
            "" => currency,
            code => Currency::new(code).ok_or(Fault::Currency)?,
        };
        let paid = amount::minor(facing, paid_in).map_err(|_| Fault::Amount)?;
        let other = Some(currency).filter(|own| *own != paid_in);
        Ok((positive(paid, paid_in)?, other))
    }

    fn time(&self, time: &Time, line: Line<'_>) -> Option<When> {
        let read = |column, zone: &TimeZone| {
            let text = line.at(column);
            // Files that a spreadsheet saved have its own order of the date.
            let order = if text.contains('/') {
                DateOrder::MonthDayYear
            } else {
                DateOrder::YearMonthDay
            };
            dates::when(text, order, zone)
        };
        read(time.utc, &TimeZone::UTC).or_else(|| read(time.local, &self.zone))
    }

    fn ids(&mut self, line: Line<'_>, kind: RowKind) -> Ids {
        let mut id = |column| self.reading.id(line.at(column));
        let source = id(self.columns.source);
        let intent = id(self.columns.intent).or_else(|| id(self.columns.charge));
        let order = id(self.columns.order);
        match kind {
            RowKind::Payment => Ids {
                order,
                transaction: intent.or(source),
                ..Ids::default()
            },
            RowKind::Refund => Ids {
                order,
                transaction: intent,
                refund: source.filter(|id| id.starts_with("re_") || id.starts_with("pyr_")),
                ..Ids::default()
            },
            _ => Ids {
                order,
                transaction: intent,
                ..Ids::default()
            },
        }
    }

    /// The description, before it words that nobody here knows, behind it the charge where the payment has another
    /// number.
    fn text(&self, line: Line<'_>, category: &str, known: bool) -> Option<String> {
        let charge = line.at(self.columns.charge);
        let charge = if line.at(self.columns.intent).is_empty() {
            ""
        } else {
            charge
        };
        let unknown = if known {
            String::new()
        } else {
            format!("[{category}]")
        };
        long_text(&[unknown.as_str(), line.at(self.columns.description), charge].join(" "))
    }

    fn finish(self) -> Statement {
        let is_payouts =
            self.columns.only_payouts || self.all_in_payouts && !self.reading.rows.is_empty();
        // A report of payouts has only what was paid out; one of the balance everything between its first row and its
        // last, which is all that it says of its time.
        let times = || self.reading.rows.iter().map(|row| row.when.at);
        let period = times().min().zip(times().max()).filter(|_| !is_payouts);
        let period = period.map(|(from, last)| Period {
            from,
            until: Timestamp(last.millis().saturating_add(1)),
        });
        let kind = if is_payouts {
            StatementKind::StripePayout
        } else {
            StatementKind::StripeBalance
        };
        self.reading
            .finish(kind, Platform::STRIPE, None, period, Tells::All)
    }
}
