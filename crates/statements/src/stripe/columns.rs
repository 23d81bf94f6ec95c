//! Where everything stands in Stripe's reports.

use crate::table::Header;

/// Where everything stands. A column and the same with `_utc` are one: the second is never in another zone.
pub(super) struct Columns {
    pub(super) id: Option<usize>,
    pub(super) kind: Option<usize>,
    pub(super) source: Option<usize>,
    pub(super) gross: Option<usize>,
    pub(super) fee: Option<usize>,
    pub(super) net: Option<usize>,
    pub(super) currency: Option<usize>,
    pub(super) paid: Option<usize>,
    pub(super) paid_currency: Option<usize>,
    pub(super) created: Time,
    pub(super) available: Time,
    pub(super) effective: Time,
    pub(super) payout: Option<usize>,
    pub(super) description: Option<usize>,
    pub(super) charge: Option<usize>,
    pub(super) intent: Option<usize>,
    pub(super) order: Option<usize>,
    pub(super) customer: Option<usize>,
    pub(super) only_payouts: bool,
}

/// A column in UTC, and one in the zone that was chosen for the report.
pub(super) struct Time {
    pub(super) utc: Option<usize>,
    pub(super) local: Option<usize>,
}

impl Columns {
    /// The shop's own field of a payment that has its order's number, under the name that it gave it.
    pub(super) fn order(header: &Header) -> Option<usize> {
        header.names().iter().position(|name| {
            let name = name.to_ascii_lowercase();
            let own = name.starts_with("payment_metadata[") || name.ends_with("(metadata)");
            own && name.contains("order")
        })
    }

    pub(super) fn of(header: &Header) -> Self {
        let column = |names: &[&str]| header.column(names);
        let time = |utc: &[&str], local: &[&str]| Time {
            utc: column(utc),
            local: column(local),
        };
        Self {
            id: column(&["balance_transaction_id", "payout_id", "id"]),
            kind: column(&["reporting_category", "Type"]),
            source: column(&["source_id", "Source"]),
            gross: column(&["gross", "Amount"]),
            fee: column(&["fee", "Fee"]),
            net: column(&["net", "Net"]),
            currency: column(&["currency", "Currency"]),
            paid: column(&["customer_facing_amount"]),
            paid_currency: column(&["customer_facing_currency"]),
            created: time(
                &["created_utc", "Created (UTC)", "Created date (UTC)"],
                &["created"],
            ),
            available: time(
                &["available_on_utc", "Available On (UTC)"],
                &["available_on"],
            ),
            effective: time(
                &[
                    "automatic_payout_effective_at_utc",
                    "effective_at_utc",
                    "Transfer Date (UTC)",
                ],
                &["automatic_payout_effective_at", "effective_at"],
            ),
            payout: column(&["automatic_payout_id", "Transfer"]),
            description: column(&["description"]),
            charge: column(&["charge_id"]),
            intent: column(&["payment_intent_id"]),
            order: Self::order(header),
            customer: column(&["customer_name", "customer_email", "Customer Email"]),
            only_payouts: column(&["reporting_category", "Type"]).is_none(),
        }
    }
}
