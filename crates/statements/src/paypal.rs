//! PayPal's activity download. By the names of columns, in the languages that were found; in which order a date is written
//! is found out from the dates themselves.

mod words;

#[cfg(test)]
mod tests;

use crate::{
    amount::{self, Mark},
    bank::{long_text, zone_of},
    dates::{self, DateOrder},
    read::{Defaults, ReadError},
    reading::{Fault, Reading, decimal, positive},
    row::{Ids, Period, Row, RowKind, RowState, Statement, StatementKind, Tells, When},
    table::{Header, Line, Table},
};
use domain::{Currency, Platform, Timestamp};
use jiff::tz::TimeZone;
use words::{COLUMNS, Column};

/// PayPal's name among platforms.
const PAYPAL: Platform = Platform::named("paypal");

/// Whether a table is one of these.
pub(crate) fn looks(table: &Table) -> bool {
    header(table).is_some()
}

fn header(table: &Table) -> Option<Header> {
    let names = |column: Column| COLUMNS[column as usize];
    table.header(&[
        names(Column::Date),
        names(Column::Time),
        names(Column::Type),
        names(Column::Status),
        names(Column::Currency),
        names(Column::Gross),
        names(Column::Transaction),
    ])
}

/// Reads it.
pub(crate) fn read(table: &Table, defaults: &Defaults) -> Result<Statement, ReadError> {
    let header = header(table).ok_or(ReadError::Unknown { header: None })?;
    let zone = zone_of(defaults);
    let mut file = File {
        at: COLUMNS.map(|names| header.column(names)),
        zone_name: defaults.zone.clone(),
        zone,
        order: DateOrder::YearMonthDay,
        mark: Mark::Point,
        uneven: None,
    };
    let mut reading = Reading::of(table);
    file.mark = file.decimal_mark(table, &header);
    let (order, certain) = file.date_order(table, &header);
    file.order = order;
    for line in table.below(&header) {
        let row = file.row(line, &mut reading);
        reading.take(line, row);
    }
    if !certain {
        let name = if order == DateOrder::MonthDayYear {
            "MM/DD"
        } else {
            "DD/MM"
        };
        reading.check("dates", "?", name, false);
    }
    if let Some((stated, found, currency)) = file.uneven {
        let text = |minor| decimal(minor, currency);
        reading.check("net", &text(stated), &text(found), false);
    }
    // What it was asked for it does not say: between its first row and its last it is whole.
    let times = || reading.rows.iter().map(|row| row.when.at);
    let period = times().min().zip(times().max()).map(|(from, last)| Period {
        from,
        until: Timestamp(last.millis().saturating_add(1)),
    });
    Ok(reading.finish(StatementKind::Paypal, PAYPAL, None, period, Tells::All))
}

struct File {
    at: [Option<usize>; COLUMNS.len()],
    zone_name: String,
    zone: TimeZone,
    order: DateOrder,
    mark: Mark,
    /// The first row whose net is not gross and fee: stated, found.
    uneven: Option<(i64, i64, Currency)>,
}

impl File {
    fn cell<'t>(&self, line: Line<'t>, column: Column) -> &'t str {
        line.at(self.at[column as usize])
    }

    /// The mark before the decimals: the last mark of an amount that has two digits behind it.
    fn decimal_mark(&self, table: &Table, header: &Header) -> Mark {
        for line in table.below(header) {
            for column in [Column::Gross, Column::Fee, Column::Net] {
                let text = self.cell(line, column);
                let last = text.rfind([',', '.']);
                match last.map(|at| (text.as_bytes()[at], text.len() - at - 1)) {
                    Some((b',', 1 | 2)) => return Mark::Comma,
                    Some((b'.', 1 | 2)) => return Mark::Point,
                    _ => {}
                }
            }
        }
        Mark::Point
    }

    /// In which order dates are written, and whether that is certain: a day above 12 decides; then that rows run in
    /// time; then where PayPal's zones are.
    fn date_order(&self, table: &Table, header: &Header) -> (DateOrder, bool) {
        let dates = || {
            table
                .below(header)
                .map(|line| self.cell(line, Column::Date))
                .filter(|text| !text.is_empty())
        };
        if dates().all(|text| date(text, DateOrder::YearMonthDay).is_some()) {
            return (DateOrder::YearMonthDay, true);
        }
        let orders = [DateOrder::DayMonthYear, DateOrder::MonthDayYear];
        let broken = orders.map(|order| dates().filter(|text| date(text, order).is_none()).count());
        if broken[0] != broken[1] {
            let best = if broken[0] < broken[1] {
                orders[0]
            } else {
                orders[1]
            };
            return (best, true);
        }
        let runs = orders.map(|order| {
            let times: Vec<When> = dates().filter_map(|text| date(text, order)).collect();
            let rises = times.windows(2).all(|w| w[0] <= w[1]);
            times.len() > 1 && (rises || times.windows(2).all(|w| w[0] >= w[1]))
        });
        // Dates that are the same either way need no decision.
        let same = dates().all(|text| date(text, orders[0]) == date(text, orders[1]));
        match runs {
            [true, false] => return (orders[0], true),
            [false, true] => return (orders[1], true),
            _ if same => return (orders[0], true),
            _ => {}
        }
        let mut zones = table
            .below(header)
            .map(|line| self.cell(line, Column::Zone));
        let american = zones.any(|zone| words::AMERICAN.contains(&zone));
        (if american { orders[1] } else { orders[0] }, false)
    }

    /// Gross, fee with PayPal's sign, and net.
    fn amounts(&mut self, line: Line<'_>, currency: Currency) -> Result<(i64, i64, i64), Fault> {
        let money = |column| {
            let text = self.cell(line, column);
            amount::minor_with(text, currency, self.mark).map_err(|_| Fault::Amount)
        };
        let gross = money(Column::Gross)?;
        let fee = match self.cell(line, Column::Fee) {
            "" | "..." => 0,
            _ => money(Column::Fee)?,
        };
        let sum = gross.saturating_add(fee);
        let net = match self.cell(line, Column::Net) {
            "" => sum,
            _ => money(Column::Net)?,
        };
        if sum != net && self.uneven.is_none() {
            self.uneven = Some((net, sum, currency));
        }
        Ok((gross, fee, net))
    }

    fn row(&mut self, line: Line<'_>, reading: &mut Reading) -> Result<Row, Fault> {
        let currency = Currency::new(self.cell(line, Column::Currency)).ok_or(Fault::Currency)?;
        let (gross, fee, net) = self.amounts(line, currency)?;
        let when = self.when(line).ok_or(Fault::Time)?;
        let impact = self.cell(line, Column::Impact).to_lowercase();
        let comes_in = match impact.as_str() {
            "credit" => true,
            "debit" => false,
            _ => gross >= 0,
        };
        let type_text = self.cell(line, Column::Type);
        let (kind, known) = words::kind(type_text, comes_in);
        let memo = impact == "memo";
        let own = reading
            .id(self.cell(line, Column::Transaction))
            .ok_or(Fault::Cells)?;
        let reference = reading.id(self.cell(line, Column::Reference));
        let order = [Column::Invoice, Column::Custom]
            .into_iter()
            .find_map(|c| reading.id(self.cell(line, c)));
        let is_refund = kind == RowKind::Refund;
        let is_back = is_refund || kind == RowKind::Chargeback;
        let unknown = if known {
            String::new()
        } else {
            format!("[{type_text}]")
        };
        let told = [Column::Title, Column::Subject, Column::Note].map(|c| self.cell(line, c));
        Ok(Row {
            line: line.number(),
            key: own.clone(),
            kind: if memo { RowKind::Other } else { kind },
            state: if known || memo {
                words::state(self.cell(line, Column::Status))
            } else {
                RowState::Unknown
            },
            ids: Ids {
                order,
                transaction: if is_back {
                    reference
                } else {
                    Some(own.clone())
                },
                refund: Some(own).filter(|_| is_refund),
                refund_order: None,
            },
            amount: positive(gross, currency)?,
            fee: Some(0_i64.saturating_sub(fee)),
            // A memo tells of money that did not move.
            net: Some(if memo { 0 } else { net }),
            settled_in: None,
            when,
            settled_at: None,
            batch: None,
            party: long_text(self.cell(line, Column::Name)),
            text: long_text(&[unknown.as_str(), told[0], told[1], told[2]].join(" ")),
        })
    }

    /// The time, in the zone that its row names; where nobody here knows that, in the shop's.
    fn when(&self, line: Line<'_>) -> Option<When> {
        let text = [self.cell(line, Column::Date), self.cell(line, Column::Time)].join(" ");
        let zone = words::offset(self.cell(line, Column::Zone), &self.zone_name);
        let zone = zone.map_or_else(|| self.zone.clone(), TimeZone::fixed);
        dates::when(&text, self.order, &zone)
    }
}

fn date(text: &str, order: DateOrder) -> Option<When> {
    dates::when(text, order, &TimeZone::UTC)
}
