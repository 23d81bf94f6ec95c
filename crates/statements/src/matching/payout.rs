//! Payouts: what is in each, row by row, and the bank's row with which it arrived.

use super::{
    Payout, PayoutLine, RowRef,
    entries::{BANK, in_order},
    groups::{groups, meet},
    ids::sum,
    work::{Phase, RowIs, Work},
};
use crate::{Row, RowKind, RowState};
use domain::{Currency, Timestamp};
use std::collections::BTreeMap;

/// How many days after it left a payout may reach the bank.
const DAYS: i64 = 3;

/// The currency in which a row moved money on the account.
pub(super) fn moved_in(row: &Row) -> Currency {
    row.settled_in.unwrap_or(row.amount.currency())
}

/// What a row moved on the account, with its sign; from its amount where the file does not say and its kind does.
pub(super) fn moved(row: &Row) -> Option<i64> {
    let in_same = row.settled_in.is_none_or(|c| c == row.amount.currency());
    let fee = row.fee.unwrap_or(0);
    let amount = in_same.then(|| row.amount.minor());
    row.net.or_else(|| match row.kind {
        RowKind::Payment => Some(amount?.saturating_sub(fee)),
        RowKind::Refund | RowKind::Reversal | RowKind::Chargeback => {
            Some(0_i64.saturating_sub(amount?).saturating_sub(fee))
        }
        RowKind::Fee => Some(0_i64.saturating_sub(row.fee.or(amount)?)),
        RowKind::Payout => Some(0_i64.saturating_sub(amount?)),
        RowKind::Other => None,
    })
}

/// All payouts that the rows tell of, by time.
pub(super) fn find(work: &Work<'_>) -> Vec<Payout> {
    let sales = work.rows.sales.iter().map(|entry| entry.told);
    let reversals = work.rows.reversals.iter().map(|(told, ..)| *told);
    let others = work.rows.others.iter().map(|(told, _)| *told);
    let mut all: Vec<RowRef<'_>> = sales.chain(reversals).chain(others).collect();
    all.sort_by(in_order);
    let mut batches: BTreeMap<(&str, &str), Vec<RowRef<'_>>> = BTreeMap::new();
    let mut payouts = Vec::new();
    for told in all
        .iter()
        .filter(|told| told.row.state != RowState::Pending)
    {
        match &told.row.batch {
            Some(batch) => batches
                .entry((told.platform.as_str(), batch))
                .or_default()
                .push(*told),
            None if told.row.kind == RowKind::Payout => payouts.push(explain(None, &[*told])),
            None => {}
        }
    }
    payouts.extend(
        batches
            .iter()
            .map(|((_, batch), rows)| explain(Some(batch), rows)),
    );
    payouts.sort_by(|a, b| {
        let key = |p: &Payout| (p.at, p.platform.clone(), p.batch.clone());
        key(a).cmp(&key(b))
    });
    payouts
}

/// A payout from its rows; `rows` is not empty.
fn explain(batch: Option<&str>, rows: &[RowRef<'_>]) -> Payout {
    let own = rows.iter().find(|told| told.row.kind == RowKind::Payout);
    let currency = moved_in(own.unwrap_or(&rows[0]).row);
    let mut payout = Payout {
        platform: rows[0].platform.clone(),
        batch: batch.map(str::to_owned),
        row: own.map(|told| told.id),
        at: own
            .map(|told| told.row.settled_at.unwrap_or(told.row.when.at))
            .or_else(|| rows.iter().filter_map(|told| told.row.settled_at).max()),
        currency,
        stated: own.and_then(|told| Some(0_i64.saturating_sub(moved(told.row)?))),
        payments: 0,
        refunds: 0,
        fees: 0,
        chargebacks: 0,
        other: 0,
        difference: None,
        lines: Vec::new(),
        arrived: None,
    };
    let mut known = true;
    let own = payout.row;
    for told in rows.iter().filter(|told| Some(told.id) != own) {
        let (net, fee) = match moved(told.row) {
            Some(net) if moved_in(told.row) == currency => (net, told.row.fee.unwrap_or(0)),
            _ => {
                known = false;
                continue;
            }
        };
        payout.add(told, net, fee);
    }
    if let Some(stated) = payout.stated.filter(|_| known && !payout.lines.is_empty()) {
        payout.difference = Some(stated.saturating_sub(payout.sum()));
    }
    payout
}

impl Payout {
    fn add(&mut self, told: &RowRef<'_>, net: i64, fee: i64) {
        let kind = told.row.kind;
        // A fee that is a row of its own is all fee.
        let (gross, fee) = match kind {
            RowKind::Fee => (0, net),
            _ => (net.saturating_add(fee), 0_i64.saturating_sub(fee)),
        };
        let part = match kind {
            RowKind::Payment => &mut self.payments,
            RowKind::Refund | RowKind::Reversal => &mut self.refunds,
            RowKind::Chargeback => &mut self.chargebacks,
            RowKind::Fee | RowKind::Payout | RowKind::Other => &mut self.other,
        };
        *part = part.saturating_add(gross);
        self.fees = self.fees.saturating_add(fee);
        self.lines.push(PayoutLine {
            row: told.id,
            kind,
            gross,
            fee,
            heard: None,
        });
    }

    /// What its rows come to.
    fn sum(&self) -> i64 {
        [
            self.payments,
            self.refunds,
            self.fees,
            self.chargebacks,
            self.other,
        ]
        .into_iter()
        .fold(0, i64::saturating_add)
    }
}

/// Finds the bank's row of each payout: the same amount and currency, on the day it left or up to three days later; a
/// row that names the platform first.
pub(super) fn find_in_bank(payouts: &mut [Payout], work: &mut Work<'_>) {
    let wanted: Vec<(usize, Currency, i64, Timestamp)> = payouts
        .iter()
        .enumerate()
        .filter_map(|(i, p)| {
            let sum = p.stated.unwrap_or_else(|| p.sum());
            Some((i, p.currency, sum, p.at.filter(|_| sum > 0)?))
        })
        .collect();
    if wanted.is_empty() {
        return;
    }
    let bank = Arrivals::of(work);
    let mut taken = vec![false; bank.rows.len()];
    for by_name in [true, false] {
        let open = wanted
            .iter()
            .filter(|(i, ..)| payouts[*i].arrived.is_none());
        let name = |i: usize| by_name.then(|| payouts[i].platform.as_str());
        let left = groups(open.map(|(i, currency, sum, _)| ((*currency, *sum, name(*i)), *i)));
        let rows = bank.rows.iter().enumerate().filter(|(at, _)| !taken[*at]);
        let rows = rows.flat_map(|(at, arrival)| {
            let key = (arrival.currency, arrival.minor);
            let names = arrival.names.iter().filter(|_| by_name).map(|n| Some(*n));
            let any = (!by_name).then_some(None);
            let names: Vec<Option<&str>> = names.chain(any).collect();
            names
                .into_iter()
                .map(move |name| ((key.0, key.1, name), at))
        });
        let rows = groups(rows);
        let mut found = Vec::new();
        for (ps, rs) in meet(&left, &rows) {
            let mut next = 0;
            for p in ps {
                let Some(left_on) = payouts[*p].at.map(|at| work.date(at)) else {
                    continue;
                };
                let days = |r: usize| bank.rows[rs[r]].date.duration_since(left_on).as_hours() / 24;
                while next < rs.len() && days(next) < 0 {
                    next += 1;
                }
                if next < rs.len() && days(next) <= DAYS {
                    found.push((*p, rs[next]));
                    next += 1;
                }
            }
        }
        for (p, at) in found {
            // A row can name two platforms.
            if !std::mem::replace(&mut taken[at], true) {
                payouts[p].arrived = Some(bank.rows[at].id);
                if let Some(sale) = bank.rows[at].sale {
                    work.row_is[sale] = RowIs::Payout { of: payouts[p].row };
                }
            }
        }
    }
}

/// Words by which a bank's text names a platform.
const NAMES: [(&str, &[&str]); 4] = [
    ("wechat", &["wechat", "weixin", "tenpay", "财付通", "微信"]),
    ("alipay", &["alipay", "支付宝"]),
    ("stripe", &["stripe"]),
    ("paypal", &["paypal"]),
];

/// Money that came in at the bank and belongs to no payment yet.
struct Arrivals {
    rows: Vec<Arrival>,
}

struct Arrival {
    id: i64,
    /// Its place among the sales, where it stands there.
    sale: Option<usize>,
    date: jiff::civil::Date,
    currency: Currency,
    minor: i64,
    names: Vec<&'static str>,
}

impl Arrivals {
    fn of(work: &Work<'_>) -> Self {
        let sales = work.free_rows(Phase::Booked).filter_map(|at| {
            let entry = &work.rows.sales[at];
            let bank = entry.class == BANK && entry.told.row.kind == RowKind::Payment;
            bank.then_some((entry.told, Some(at)))
        });
        let others =
            work.rows.others.iter().filter(|(told, class)| {
                *class == BANK && moved(told.row).is_some_and(|net| net > 0)
            });
        let mut all: Vec<(RowRef<'_>, Option<usize>)> =
            sales.chain(others.map(|(told, _)| (*told, None))).collect();
        all.sort_by(|(a, _), (b, _)| in_order(a, b));
        let arrival = |(told, sale): (RowRef<'_>, Option<usize>)| {
            let (currency, minor) = sum(told.row.amount);
            let said = [&told.row.text, &told.row.party].into_iter().flatten();
            let said: String = said
                .flat_map(|text| text.to_lowercase().chars().collect::<Vec<_>>())
                .collect();
            let named = NAMES
                .iter()
                .filter(|(_, words)| words.iter().any(|w| said.contains(w)));
            Arrival {
                id: told.id,
                sale,
                date: work.date(told.row.when.at),
                currency,
                minor,
                names: named.map(|(name, _)| *name).collect(),
            }
        };
        Self {
            rows: all.into_iter().map(arrival).collect(),
        }
    }
}
