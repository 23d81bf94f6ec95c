//! What concerns several rows of a report together: sales that were captured in part, and payouts that must add up.

use super::File;
use crate::{reading::decimal, row::RowKind};
use domain::{Currency, Money};
use std::collections::BTreeMap;

/// How many payouts whose rows do not add up are listed.
const FAILED_MAX: usize = 20;

impl File {
    /// A charge that was captured in part is two rows; the sale is their sum.
    pub(super) fn lessen(&mut self) {
        if self.partial.is_empty() {
            return;
        }
        let mut takes: Vec<(usize, usize)> = Vec::new();
        for (i, row) in self
            .reading
            .rows
            .iter()
            .enumerate()
            .filter(|(_, r)| r.kind == RowKind::Payment)
        {
            let numbers = [
                row.ids.transaction.as_deref(),
                row.text.as_deref().and_then(|t| t.rsplit(' ').next()),
            ];
            for id in numbers.into_iter().flatten() {
                if let Some(parts) = self.partial.remove(id) {
                    takes.extend(parts.into_iter().map(|part| (i, part)));
                }
            }
        }
        for (sale, part) in takes {
            let Some(taken) = self
                .reading
                .rows
                .get(part)
                .filter(|r| r.kind == RowKind::Other)
                .cloned()
            else {
                continue;
            };
            let row = &mut self.reading.rows[sale];
            let left = row.amount.minor().saturating_sub(taken.amount.minor());
            if let Some(amount) = Money::new(left, row.amount.currency())
                .filter(|_| left >= 0 && row.settled_in.is_none())
            {
                row.amount = amount;
                row.net = row.net.zip(taken.net).map(|(a, b)| a.saturating_add(b));
                row.fee = row.fee.zip(taken.fee).map(|(a, b)| a.saturating_add(b));
                self.reading.rows[part].net = Some(0);
                self.reading.rows[part].fee = Some(0);
            }
        }
    }

    /// Every net is gross less fee, and a payout is what its rows come to.
    pub(super) fn check(&mut self) {
        if let Some((stated, found, currency)) = self.uneven {
            let text = |minor| decimal(minor, currency);
            self.reading
                .check("net", &text(stated), &text(found), false);
        }
        let mut payouts: BTreeMap<&str, (Option<i64>, i64, usize, Currency)> = BTreeMap::new();
        for row in &self.reading.rows {
            let (Some(batch), Some(net)) = (&row.batch, row.net) else {
                continue;
            };
            let currency = row.settled_in.unwrap_or(row.amount.currency());
            let payout = payouts.entry(batch).or_insert((None, 0, 0, currency));
            if row.kind == RowKind::Payout {
                payout.0 = Some(0_i64.saturating_sub(net));
            } else {
                payout.1 = payout.1.saturating_add(net);
                payout.2 += 1;
            }
        }
        let whole = payouts.values().filter(|(_, _, rows, _)| *rows > 0);
        let whole = whole.filter_map(|(stated, found, _, currency)| {
            Some((stated.as_ref().copied()?, *found, *currency))
        });
        let (right, wrong): (Vec<_>, Vec<_>) =
            whole.partition(|(stated, found, _)| stated == found);
        let told = if wrong.is_empty() {
            right.into_iter().take(1)
        } else {
            wrong.into_iter().take(FAILED_MAX)
        };
        for (stated, found, currency) in told {
            let text = |minor| decimal(minor, currency);
            self.reading
                .check("net", &text(stated), &text(found), stated == found);
        }
    }
}
