//! What each platform comes to in each currency, within the span.

use super::{
    Sums, Tally,
    outcome::row_time,
    payout::{moved, moved_in},
    work::{HeardIs, Phase, Work},
};
use crate::{Row, RowKind, RowState};
use domain::{Currency, Kind, Platform};
use std::collections::{BTreeMap, HashSet};

impl Tally {
    fn add(&mut self, minor: i64) {
        self.count = self.count.saturating_add(1);
        self.minor = self.minor.saturating_add(minor);
    }
}

/// The sums, by platform and currency.
pub(super) fn of(work: &Work<'_>) -> Vec<Sums> {
    let mut adding = Adding {
        sums: BTreeMap::new(),
    };
    for (h, (heard, _)) in work.heard.iter().enumerate() {
        let Some(amount) = heard.amount.filter(|_| work.in_span(heard.when())) else {
            continue;
        };
        let sums = adding.at(&heard.platform, amount.currency());
        let minor = amount.minor();
        let signed = match heard.kind {
            Kind::Payment => {
                sums.payments_here.add(minor);
                if heard.announced {
                    sums.announced.add(minor);
                }
                minor
            }
            Kind::Refund => {
                sums.refunds_here.add(minor);
                -minor
            }
        };
        if matches!(work.heard_is[h], HeardIs::Reversal { .. }) {
            sums.matched.add(signed);
        }
        if let HeardIs::Paired { row, .. } = work.heard_is[h]
            && work.phase_of(row) == Phase::Booked
            && work.rows.sales[row].told.row.amount == amount
            && work.rows.sales[row].undone_by.is_none()
        {
            sums.matched.add(signed);
        }
    }
    let mut fees_told: HashSet<(&Platform, &str)> = HashSet::new();
    let has_fees = work
        .rows
        .others
        .iter()
        .any(|(told, _)| told.row.kind == RowKind::Fee);
    for entry in &work.rows.sales {
        let (told, row) = (&entry.told, entry.told.row);
        if has_fees && row.fee.is_some() {
            let ids = [&row.ids.transaction, &row.ids.order, &row.ids.refund];
            fees_told.extend(
                ids.into_iter()
                    .flatten()
                    .map(|id| (told.platform, id.as_str())),
            );
        }
        if row.state != RowState::Pending || row.kind == RowKind::Refund {
            adding.row(told.platform, row, work.in_span(row_time(told)));
        }
    }
    for (told, ..) in &work.rows.reversals {
        adding.row(told.platform, told.row, work.in_span(row_time(told)));
    }
    for (told, _) in &work.rows.others {
        // A fund bill has fees as rows of their own; the trade bill beside it has told them with the sale.
        let ids = [
            &told.row.ids.transaction,
            &told.row.ids.order,
            &told.row.ids.refund,
        ];
        let mut ids = ids.into_iter().flatten();
        let again = told.row.kind == RowKind::Fee
            && ids.any(|id| fees_told.contains(&(told.platform, id.as_str())));
        let counts = work.in_span(row_time(told)) && !again;
        adding.row(told.platform, told.row, counts);
    }
    adding.sums.into_values().collect()
}

struct Adding {
    sums: BTreeMap<(Platform, Currency), Sums>,
}

impl Adding {
    fn at(&mut self, platform: &Platform, currency: Currency) -> &mut Sums {
        self.sums
            .entry((platform.clone(), currency))
            .or_insert_with(|| Sums {
                platform: platform.clone(),
                currency,
                payments_here: Tally::default(),
                refunds_here: Tally::default(),
                announced: Tally::default(),
                payments_there: Tally::default(),
                refunds_there: Tally::default(),
                matched: Tally::default(),
                reversals: Tally::default(),
                chargebacks: Tally::default(),
                payouts: Tally::default(),
                fees: 0,
                net: 0,
            })
    }

    fn row(&mut self, platform: &Platform, row: &Row, counts: bool) {
        if !counts {
            return;
        }
        let minor = row.amount.minor();
        let sums = self.at(platform, row.amount.currency());
        match row.kind {
            RowKind::Payment => sums.payments_there.add(minor),
            RowKind::Refund => sums.refunds_there.add(minor),
            RowKind::Reversal => sums.reversals.add(minor),
            RowKind::Chargeback => sums.chargebacks.add(minor),
            RowKind::Payout => sums.payouts.add(minor),
            RowKind::Fee | RowKind::Other => {}
        }
        let Some(net) = moved(row) else { return };
        let fee = match row.kind {
            RowKind::Fee => 0_i64.saturating_sub(net),
            _ => row.fee.unwrap_or(0),
        };
        let sums = self.at(platform, moved_in(row));
        sums.fees = sums.fees.saturating_add(fee);
        if !matches!(row.kind, RowKind::Payout | RowKind::Other) {
            sums.net = sums.net.saturating_add(net);
        }
    }
}
