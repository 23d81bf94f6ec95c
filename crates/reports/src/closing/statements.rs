//! How it stands with the platforms' statements: what the reconciliation tells with a closing.

use super::Say;
use crate::paper::{Part, Table};
use book::{
    dayend::Closing,
    reconcile::{Payout, Reconciled},
};
use domain::{DayRule, Money, Timestamp};

/// The platforms' side, where statements were loaded or are waited for.
pub(super) fn status(closing: &Closing, say: &Say<'_>) -> Vec<Part> {
    let told = closing.statements.clone();
    let Some(told) = told.and_then(|told| serde_json::from_value::<Reconciled>(told).ok()) else {
        return Vec::new();
    };
    let rule = &closing.report.rule;
    let mut rows = Vec::new();
    for platform in &told.platforms {
        let name = say.platform(platform.platform.as_str());
        let state = state(
            platform.statements.is_empty(),
            platform.open,
            platform.pending_until,
            rule,
            say,
        );
        let matched = platform.matched.to_string();
        let row = |fees: String, net: String| {
            vec![name.clone(), state.clone(), matched.clone(), fees, net]
        };
        if platform.sums.is_empty() {
            rows.push(row("–".to_owned(), "–".to_owned()));
        }
        for sum in &platform.sums {
            rows.push(row(minus(sum.fees), sum.net.display()));
        }
    }
    if rows.is_empty() {
        return Vec::new();
    }
    let mut parts = vec![
        say.heading("paper.statements"),
        Part::Table(Table {
            heads: vec![
                (say.word("paper.by_platform"), false),
                (say.word("paper.status"), false),
                (say.word("paper.matched"), true),
                (say.word("paper.fees"), true),
                (say.word("paper.net"), true),
            ],
            rows,
            sums: Vec::new(),
        }),
    ];
    parts.extend(payouts(&told, rule, say));
    parts
}

/// What the platforms paid out, on sheets.
fn payouts(told: &Reconciled, rule: &DayRule, say: &Say<'_>) -> Option<Part> {
    let row = |one: &Payout| {
        let arrived = match one.arrived {
            Some(at) => say.with("paper.arrived", &[("day", &rule.day_of(at).to_string())]),
            None => say.word("paper.not_arrived"),
        };
        vec![
            rule.clock(one.at),
            say.platform(one.platform.as_str()),
            arrived,
            one.amount.display(),
        ]
    };
    (say.is_whole() && !told.payouts.is_empty()).then(|| {
        Part::Table(Table {
            heads: vec![
                (say.word("paper.payout"), false),
                (say.word("paper.by_platform"), false),
                (say.word("paper.status"), false),
                (say.word("paper.amount"), true),
            ],
            rows: told.payouts.iter().map(row).collect(),
            sums: Vec::new(),
        })
    })
}

fn state(
    none: bool,
    open: u32,
    pending_until: Option<Timestamp>,
    rule: &DayRule,
    say: &Say<'_>,
) -> String {
    if open > 0 {
        return match open {
            1 => say.word("paper.difference"),
            _ => say.with("paper.differences", &[("count", &open.to_string())]),
        };
    }
    match (none, pending_until) {
        (_, Some(until)) => {
            let clock = rule.clock(until);
            let minutes: String = clock.chars().take(16).collect();
            say.with("paper.pending", &[("at", &minutes)])
        }
        (true, None) => say.word("paper.no_statement"),
        (false, None) => say.word("paper.matches"),
    }
}

fn minus(money: Money) -> String {
    let negative = Money::new(-money.minor(), money.currency());
    negative.unwrap_or(money).display()
}
