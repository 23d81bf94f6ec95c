//! `match` and `differences`.

use crate::{
    Answer, Days, FAILED, FINE, FOUND, Failure, opening,
    table::{Set, lay_out},
};
use book::{
    Follow,
    reconcile::{
        Difference, DifferenceQuery, PlatformResult, Reconciled, Reconciliation, What as Sort,
    },
};
use clap::Args;
use domain::{Platform, Timestamp};
use std::path::Path;

/// Differences that are asked for at once.
const PAGE: u32 = 200;

/// Which differences to list.
#[derive(Debug, Args)]
pub(crate) struct DifferenceArgs {
    #[command(flatten)]
    days: Days,
    /// Only of this platform.
    #[arg(long, value_parser = platform)]
    platform: Option<Platform>,
    /// Those too that somebody has settled, what waits for its statement, and what may be the same.
    #[arg(long)]
    all: bool,
}

fn platform(text: &str) -> Result<Platform, &'static str> {
    Platform::new(text).ok_or("a platform is a short name in small letters, as wechat")
}

pub(crate) fn now() -> Timestamp {
    Timestamp(jiff::Timestamp::now().as_millisecond())
}

async fn reconciled(path: &Path, days: Days) -> Result<Reconciliation, Failure> {
    let ledger = opening::read(path).await?;
    let span = opening::span(&ledger, days).await?;
    let rule = opening::rule(&ledger).await?;
    let made = ledger
        .reconcile(span, rule, now(), Follow::default())
        .await?;
    made.ok_or_else(|| Failure::new(FAILED, "it was stopped"))
}

pub(crate) async fn compare(path: &Path, days: Days, answer: Answer) -> Result<u8, Failure> {
    let found = reconciled(path, days).await?.result;
    answer.give(&found, || words_of(&found))?;
    Ok(if found.open == 0 { FINE } else { FOUND })
}

fn words_of(found: &Reconciled) -> String {
    let columns = [
        ("platform", Set::Left),
        ("here", Set::Right),
        ("stated", Set::Right),
        ("matched", Set::Right),
        ("open", Set::Right),
        ("waiting", Set::Right),
        ("fees", Set::Right),
        ("net", Set::Right),
        ("currency", Set::Left),
    ];
    let rows: Vec<Vec<String>> = found.platforms.iter().flat_map(rows_of).collect();
    let mut text = format!(
        "{} to {}\n{}",
        found.span.from,
        found.span.to,
        lay_out(&columns, &rows)
    );
    for payout in &found.payouts {
        text.push_str(&format!(
            "payout {} of {}: {} = {} payments − {} refunds − {} fees",
            payout.batch,
            payout.platform,
            payout.amount,
            payout.payments,
            payout.refunds,
            payout.fees
        ));
        if payout.unexplained.minor() != 0 {
            text.push_str(&format!(", {} not explained", payout.unexplained));
        }
        text.push('\n');
    }
    text.push_str(&format!(
        "{} differences open, {} settled\n",
        found.open, found.settled
    ));
    text
}

/// A platform has a line for each currency, and its counts on the first.
fn rows_of(one: &PlatformResult) -> Vec<Vec<String>> {
    let waiting = one
        .differences
        .iter()
        .find(|count| count.what == Sort::Pending);
    let counts = [
        one.here,
        one.there,
        one.matched,
        one.open,
        waiting.map_or(0, |count| count.count),
    ];
    let mut row = vec![one.platform.to_string()];
    row.extend(counts.map(|count| count.to_string()));
    let mut rows = Vec::new();
    for sum in &one.sums {
        let sums = [
            sum.fees.decimal(),
            sum.net.decimal(),
            sum.net.currency().code().to_owned(),
        ];
        rows.push(row.iter().cloned().chain(sums).collect());
        row = vec![String::new(); row.len()];
    }
    if rows.is_empty() {
        rows.push(row);
    }
    rows
}

pub(crate) async fn differences(
    path: &Path,
    args: DifferenceArgs,
    answer: Answer,
) -> Result<u8, Failure> {
    let made = reconciled(path, args.days).await?;
    let mut found: Vec<Difference> = Vec::new();
    loop {
        let query = DifferenceQuery {
            span: made.result.span,
            platform: args.platform.clone(),
            what: None,
            settled: args.all,
            skip: u32::try_from(found.len()).unwrap_or(u32::MAX),
            limit: PAGE,
        };
        let page = made.page(&query);
        if page.differences.is_empty() {
            break;
        }
        found.extend(page.differences);
    }
    let is_one = |one: &Difference| !matches!(one.what, Sort::Pending | Sort::Suggestion);
    if !args.all {
        found.retain(is_one);
    }
    answer.give(&found, || {
        let columns = [
            ("day", Set::Left),
            ("platform", Set::Left),
            ("what", Set::Left),
            ("here", Set::Right),
            ("stated", Set::Right),
            ("number", Set::Left),
            ("line", Set::Right),
            ("settled", Set::Left),
        ];
        let rows: Vec<Vec<String>> = found.iter().map(row_of).collect();
        lay_out(&columns, &rows)
    })?;
    let open = found
        .iter()
        .filter(|one| is_one(one) && one.settled.is_none())
        .count();
    Ok(if open == 0 { FINE } else { FOUND })
}

fn row_of(one: &Difference) -> Vec<String> {
    let what = serde_json::to_value(one.what).ok();
    let row = one.row.as_ref();
    vec![
        one.day.to_string(),
        one.platform.to_string(),
        what.and_then(|what| what.as_str().map(|what| what.replace('_', " ")))
            .unwrap_or_default(),
        one.here.map_or_else(String::new, |money| money.to_string()),
        row.map_or_else(String::new, |row| row.amount.to_string()),
        one.number.clone().unwrap_or_default(),
        row.map_or_else(String::new, |row| row.line.to_string()),
        one.settled
            .as_ref()
            .map_or_else(String::new, |settled| settled.reason.clone()),
    ]
}
