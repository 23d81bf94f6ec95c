//! Payouts explained: what each is made of, row by row, and whether it arrived.

use super::{
    Payout, PayoutRow, Span,
    outcome::{Sides, counted},
};
use crate::{LineId, bounded};
use domain::{Currency, Platform, Timestamp};
use statements::matching::{self, Matches};
use std::collections::BTreeMap;

/// The rows of each payout, by its platform and number.
pub(super) type PayoutRows = BTreeMap<(Platform, String), Vec<PayoutRow>>;

impl Sides<'_> {
    /// The payouts of these days, and the rows of each.
    pub(super) fn payouts(&self, matches: &Matches, span: Span) -> (Vec<Payout>, PayoutRows) {
        let (mut shown, mut rows) = (Vec::new(), BTreeMap::new());
        for payout in &matches.payouts {
            let own = payout.row.and_then(|id| self.rows.get(&id));
            let Some(at) = payout.at.or(own.map(|row| row.row.when.at)) else {
                continue;
            };
            if !(span.from..=span.to).contains(&self.rule.day_of(at)) {
                continue;
            }
            let Some(batch) = payout.batch.clone().or(own.map(|row| row.row.key.clone())) else {
                continue;
            };
            shown.push(self.payout(payout, batch.clone(), at));
            let lines = payout
                .lines
                .iter()
                .filter_map(|line| self.payout_row(line, payout.currency));
            rows.insert((payout.platform.clone(), batch), lines.collect());
        }
        shown.sort_by(|a: &Payout, b: &Payout| {
            (a.at, &a.platform, &a.batch).cmp(&(b.at, &b.platform, &b.batch))
        });
        (shown, rows)
    }

    fn payout(&self, payout: &matching::Payout, batch: String, at: Timestamp) -> Payout {
        let money = |minor: i64| bounded(minor, payout.currency);
        let parts = [
            payout.payments,
            payout.refunds,
            payout.fees,
            payout.chargebacks,
            payout.other,
        ];
        let sum = parts.into_iter().fold(0_i64, i64::saturating_add);
        let amount = payout.stated.unwrap_or(sum);
        // A payout of which the file does not say what is in it leaves nothing to be explained.
        let unexplained = match payout.lines.is_empty() {
            true => 0,
            false => payout.difference.unwrap_or(amount.saturating_sub(sum)),
        };
        let arrived = payout.arrived.and_then(|id| self.rows.get(&id));
        Payout {
            platform: payout.platform.clone(),
            batch,
            at,
            amount: money(amount),
            rows: counted(payout.lines.len()),
            payments: money(payout.payments),
            refunds: money(payout.refunds.saturating_neg()),
            fees: money(payout.fees.saturating_neg()),
            chargebacks: money(payout.chargebacks.saturating_neg()),
            other: money(payout.other),
            unexplained: money(unexplained),
            arrived: arrived.map(|row| row.row.when.at),
        }
    }

    fn payout_row(&self, line: &matching::PayoutLine, currency: Currency) -> Option<PayoutRow> {
        let row = self.rows.get(&line.row)?;
        let ids = &row.row.ids;
        Some(PayoutRow {
            line: row.row.line,
            kind: line.kind,
            gross: bounded(line.gross, currency),
            fee: bounded(line.fee.saturating_neg(), currency),
            at: row.row.when.at,
            number: ids.order.clone().or_else(|| ids.transaction.clone()),
            payment: line.heard.map(LineId),
        })
    }
}
