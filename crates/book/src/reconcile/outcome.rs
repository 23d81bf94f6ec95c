//! What matching came to, as a shopkeeper is told it: differences one by one, counts and sums by platform.

use super::{
    Count, Difference, DifferencePage, DifferenceQuery, PayoutPage, PayoutQuery, PlatformResult,
    Reconciled, Span, StatedRow, Sum, What, gather::Gathered, payouts::PayoutRows,
};
use crate::{Line, bounded, imports::LiveRow};
use domain::{Currency, DayRule, Kind, Money, Platform, Timestamp, Trust};
use ring::digest::{SHA256, digest};
use statements::{
    Precision, RowKind,
    matching::{AmountDiffers, Matches, Side, Waiting},
};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Rows of differences or payouts on a page, at most.
const PAGE_MAX: u32 = 200;

/// A comparison, whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reconciliation {
    /// Its result.
    pub result: Reconciled,
    /// Every difference, and what is pending or may be the same; oldest first.
    pub differences: Vec<Difference>,
    /// What each payout is made of.
    payouts: PayoutRows,
}

impl Reconciliation {
    /// Some of the differences.
    pub fn page(&self, query: &DifferenceQuery) -> DifferencePage {
        let wanted = |one: &&Difference| {
            query
                .platform
                .as_ref()
                .is_none_or(|platform| *platform == one.platform)
                && query.what.is_none_or(|what| what == one.what)
                && (query.settled || one.settled.is_none())
        };
        let found = self.differences.iter().filter(wanted);
        DifferencePage {
            total: counted(found.clone().count()),
            differences: found
                .skip(place(query.skip))
                .take(limit(query.limit))
                .cloned()
                .collect(),
        }
    }

    /// Some of the rows of a payout.
    pub fn payout(&self, query: &PayoutQuery) -> PayoutPage {
        let rows = self
            .payouts
            .get(&(query.platform.clone(), query.batch.clone()));
        let rows = rows.map(Vec::as_slice).unwrap_or_default();
        PayoutPage {
            rows: rows
                .iter()
                .skip(place(query.skip))
                .take(limit(query.limit))
                .cloned()
                .collect(),
            total: counted(rows.len()),
        }
    }

    /// The difference of this name.
    pub fn difference(&self, subject: &str) -> Option<&Difference> {
        self.differences.iter().find(|one| one.subject == subject)
    }
}

fn place(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

fn limit(asked: u32) -> usize {
    place(asked.clamp(1, PAGE_MAX))
}

pub(super) fn counted(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// Both sides by their numbers.
pub(super) struct Sides<'a> {
    pub(super) lines: HashMap<i64, &'a Line>,
    pub(super) rows: HashMap<i64, &'a LiveRow>,
    pub(super) rule: &'a DayRule,
}

/// Tells what matching came to.
pub(super) fn tell(
    span: Span,
    rule: &DayRule,
    gathered: Gathered,
    matches: &Matches,
) -> Reconciliation {
    let sides = Sides {
        lines: gathered
            .lines
            .iter()
            .map(|line| (line.id.0, line))
            .collect(),
        rows: gathered.rows.iter().map(|row| (row.id, row)).collect(),
        rule,
    };
    let mut differences = sides.differences(matches);
    for one in &mut differences {
        one.settled = gathered.settled.get(&one.subject).cloned();
    }
    differences.sort_by(|a, b| {
        (a.at, a.what, a.line, &a.subject).cmp(&(b.at, b.what, b.line, &b.subject))
    });
    let is_one = |one: &&Difference| !matches!(one.what, What::Pending | What::Suggestion);
    let (settled, open): (Vec<&Difference>, Vec<&Difference>) = differences
        .iter()
        .filter(is_one)
        .partition(|one| one.settled.is_some());
    let (payouts, rows) = sides.payouts(matches, span);
    let result = Reconciled {
        span,
        platforms: sides.platforms(matches, &differences, span),
        payouts,
        open: counted(open.len()),
        settled: counted(settled.len()),
    };
    Reconciliation {
        result,
        differences,
        payouts: rows,
    }
}

impl Sides<'_> {
    fn differences(&self, matches: &Matches) -> Vec<Difference> {
        let mut found = Vec::new();
        for one in &matches.amount_differs {
            let shown = self.difference(What::AmountDiffers, Some(one.heard), Some(one.row), None);
            found.extend(shown.map(|shown| self.undone(shown, one)));
        }
        let mut put = |what, line: Option<i64>, row: Option<i64>, until| {
            found.extend(self.difference(what, line, row, until));
        };
        for one in &matches.only_here {
            put(What::OnlyHere, Some(one.heard), None, None);
        }
        for one in &matches.only_there {
            put(What::OnlyThere, None, Some(one.row), None);
        }
        for one in &matches.suggestions {
            put(What::Suggestion, Some(one.heard), Some(one.row), None);
        }
        for one in &matches.pending {
            let (row, until) = match one.waiting {
                Waiting::Release { until } => (None, Some(until)),
                Waiting::Statement => (None, None),
                Waiting::Booking { row } => (Some(row), None),
            };
            put(What::Pending, Some(one.heard), row, until);
        }
        for one in &matches.duplicates {
            let mut shown = self.difference(What::Duplicate, Some(one.heard), Some(one.row), None);
            // The surplus one is meant: its own day and time.
            if let (Some(shown), Side::There, Some(row)) =
                (&mut shown, one.side, self.rows.get(&one.row))
            {
                shown.at = row.row.when.at;
                shown.day = self.rule.day_of(shown.at);
            }
            found.extend(shown);
        }
        found
    }

    /// A difference from a row that another one took back is one from nothing.
    fn undone(&self, shown: Difference, by: &AmountDiffers) -> Difference {
        let Some(undone_by) = by.undone_by.and_then(|id| self.rows.get(&id).copied()) else {
            return shown;
        };
        Difference {
            // Whoever settled it while the two amounts differed did not mean that nothing came.
            subject: name((&shown.subject, &undone_by.platform, &undone_by.row.key)),
            there: Some(by.there),
            undone_by: Some(stated(undone_by)),
            ..shown
        }
    }

    fn difference(
        &self,
        what: What,
        line: Option<i64>,
        row: Option<i64>,
        until: Option<Timestamp>,
    ) -> Option<Difference> {
        let line = line.and_then(|id| self.lines.get(&id).copied());
        let row = row.and_then(|id| self.rows.get(&id).copied());
        let at = line.map_or_else(
            || row.map(|row| row.row.when.at),
            |line| Some(line.paid_at.unwrap_or(line.accepted_at)),
        )?;
        let platform = line
            .map(|line| &line.platform)
            .or(row.map(|row| &row.platform))?
            .clone();
        let of_row = |row: &LiveRow| {
            let ids = &row.row.ids;
            ids.order
                .clone()
                .or_else(|| ids.refund.clone())
                .or_else(|| ids.transaction.clone())
        };
        let of_line = |line: &Line| line.order.clone().or_else(|| line.transaction.clone());
        Some(Difference {
            subject: subject(what, line, row),
            what,
            day: line.map_or_else(|| self.rule.day_of(at), |line| line.day),
            kind: line
                .map(|line| line.kind)
                .or(row.and_then(|row| kind_of(row.row.kind))),
            line: line.map(|line| line.id),
            reported: line.is_some_and(|line| line.trust == Trust::Reported),
            here: line.and_then(|line| line.amount),
            number: line.and_then(of_line).or(row.and_then(of_row)),
            party: line
                .and_then(|line| line.payer.clone())
                .or(row.and_then(|row| row.row.party.clone())),
            row: row.map(stated),
            there: row.map(|row| row.row.amount),
            undone_by: None,
            platform,
            at,
            until,
            settled: None,
        })
    }

    fn platforms(
        &self,
        matches: &Matches,
        differences: &[Difference],
        span: Span,
    ) -> Vec<PlatformResult> {
        let mut all: BTreeMap<Platform, PlatformResult> = BTreeMap::new();
        for sum in &matches.sums {
            let one = of(&mut all, &sum.platform);
            one.here += few(sum.payments_here.count + sum.refunds_here.count);
            one.there += few(sum.payments_there.count + sum.refunds_there.count);
            let money = |minor: i64| bounded(minor, sum.currency);
            one.sums.push(Sum {
                paid: money(sum.payments_there.minor),
                refunded: money(sum.refunds_there.minor.saturating_abs()),
                fees: money(sum.fees),
                net: money(sum.net),
            });
        }
        for pair in &matches.matched {
            if let Some(line) = self.lines.get(&pair.heard) {
                let one = of(&mut all, &line.platform);
                one.matched += 1;
                one.confirmed += u32::from(pair.confirms);
            }
        }
        let mut statements: BTreeMap<&Platform, BTreeSet<_>> = BTreeMap::new();
        for row in self.rows.values() {
            let day = self.rule.day_of(row.row.when.at);
            if (span.from..=span.to).contains(&day) {
                statements
                    .entry(&row.platform)
                    .or_default()
                    .insert(row.statement);
            }
        }
        for (platform, ids) in statements {
            of(&mut all, platform).statements = ids.into_iter().collect();
        }
        count(&mut all, differences);
        all.into_values().collect()
    }
}

fn of<'a>(
    all: &'a mut BTreeMap<Platform, PlatformResult>,
    platform: &Platform,
) -> &'a mut PlatformResult {
    all.entry(platform.clone())
        .or_insert_with(|| PlatformResult {
            platform: platform.clone(),
            statements: Vec::new(),
            here: 0,
            there: 0,
            matched: 0,
            confirmed: 0,
            differences: Vec::new(),
            open: 0,
            sums: Vec::new(),
            pending_until: None,
        })
}

fn few(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// Counts the differences of each platform, sort by sort.
fn count(all: &mut BTreeMap<Platform, PlatformResult>, differences: &[Difference]) {
    let mut sorts: BTreeMap<(Platform, What), (Count, BTreeMap<Currency, i64>)> = BTreeMap::new();
    for one in differences {
        let (count, amounts) = sorts
            .entry((one.platform.clone(), one.what))
            .or_insert_with(|| {
                let none = Count {
                    what: one.what,
                    count: 0,
                    open: 0,
                    reported: 0,
                    amounts: Vec::new(),
                };
                (none, BTreeMap::new())
            });
        count.count += 1;
        if one.settled.is_none() {
            count.open += 1;
            count.reported += u32::from(one.reported);
            if let Some(amount) = weight(one) {
                let sum = amounts.entry(amount.currency()).or_default();
                *sum = sum.saturating_add(amount.minor());
            }
        }
        if one.what == What::Pending {
            let until = one.until.unwrap_or(one.at);
            let platform = of(all, &one.platform);
            platform.pending_until = platform.pending_until.max(Some(until));
        }
    }
    for ((platform, what), (mut count, amounts)) in sorts {
        count.amounts = amounts
            .into_iter()
            .map(|(currency, minor)| bounded(minor, currency))
            .collect();
        let one = of(all, &platform);
        if !matches!(what, What::Pending | What::Suggestion) {
            one.open += count.open;
        }
        one.differences.push(count);
    }
}

/// What a difference comes to.
fn weight(one: &Difference) -> Option<Money> {
    match (one.what, one.here, one.there) {
        (What::AmountDiffers, Some(here), Some(there)) if here.currency() == there.currency() => {
            let apart = there.minor().saturating_sub(here.minor()).saturating_abs();
            Some(bounded(apart, here.currency()))
        }
        (_, here, there) => here.or(there),
    }
}

fn stated(row: &LiveRow) -> StatedRow {
    StatedRow {
        statement: row.statement,
        line: row.row.line,
        amount: row.row.amount,
        at: row.row.when.at,
        date_only: row.row.when.precision == Precision::Day,
        text: row.row.text.clone(),
    }
}

fn kind_of(kind: RowKind) -> Option<Kind> {
    match kind {
        RowKind::Payment => Some(Kind::Payment),
        RowKind::Refund | RowKind::Reversal => Some(Kind::Refund),
        _ => None,
    }
}

/// A difference's name: the same as long as the same two stand there with the same amounts, whatever was loaded when.
fn subject(what: What, line: Option<&Line>, row: Option<&LiveRow>) -> String {
    let amounts = (
        line.and_then(|line| line.amount),
        row.map(|row| row.row.amount),
    );
    let row = row.map(|row| (&row.platform, &row.row.key));
    name((what, line.map(|line| line.id), row, amounts))
}

fn name(of: impl serde::Serialize) -> String {
    let text = serde_json::to_vec(&of).unwrap_or_default();
    let hash = digest(&SHA256, &text);
    hash.as_ref()
        .iter()
        .take(12)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
