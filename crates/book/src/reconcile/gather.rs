//! Gathers both sides of a span of days and compares them: read from one moment of the book, and matched where nobody
//! waits for it.

use super::{Reconciliation, Span, outcome};
use crate::{
    Follow, LINE_COLUMNS, Ledger, LedgerError, dayend,
    imports::{self, LiveRow},
    line, read_word,
};
use domain::{DayRule, Platform, Timestamp};
use rusqlite::{Connection, params};
use statements::{
    Period,
    matching::{Covered, Heard, Keep, Matches, RowRef, Rules, match_up},
};

const DAY_MS: i64 = 24 * 3_600_000;
/// So far before and after the span partners are looked for: WeChat dates a refund by its start, and the news of it comes
/// up to three days later.
const MARGIN_MS: i64 = 4 * DAY_MS;
/// A payment may be heard of so long after it was paid; a payout arrives at the bank within some days.
const LATE_MS: i64 = 4 * DAY_MS;
/// Days that are compared at once, at most: what is held in memory has a bound.
pub const SPAN_MAX_DAYS: i32 = 370;
/// Platforms for which there is no statement.
const WITHOUT: [&str; 2] = ["cash", "test"];

/// What a comparison was made from: as long as it is the same, so is the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    newest: [i64; 6],
    /// Time makes pending payments due.
    hour: i64,
}

/// Both sides.
pub(super) struct Gathered {
    pub(super) heard: Vec<Heard>,
    pub(super) lines: Vec<crate::Line>,
    pub(super) rows: Vec<LiveRow>,
    pub(super) covered: Vec<Covered>,
    pub(super) settled: super::settle::Said,
}

impl Ledger {
    /// Compares the book with the statements for these days. `None` where it was stopped. Payments go on being
    /// recorded meanwhile.
    pub async fn reconcile(
        &self,
        span: Span,
        rule: DayRule,
        now: Timestamp,
        follow: Follow,
    ) -> Result<Option<Reconciliation>, LedgerError> {
        let in_force = rule.clone();
        let (gathered, rule, time) = self
            .aside(move |db| {
                // Days that are closed stay those that were closed.
                let of = |day| -> Result<DayRule, LedgerError> {
                    let closed = dayend::rule_of(db, day)?;
                    Ok(closed.unwrap_or_else(|| in_force.clone()))
                };
                let (first, last) = (of(span.from)?, of(span.to)?);
                let time = time_of(span, &first, &last);
                let rule = if span.from == span.to {
                    first
                } else {
                    in_force.clone()
                };
                Ok::<_, LedgerError>((gather(db, time)?, rule, time))
            })
            .await?;
        let compared = tokio::task::spawn_blocking(move || {
            let matches = compare(&gathered, time, &rule, now, &follow)?;
            Some(outcome::tell(span, &rule, gathered, &matches))
        });
        compared.await.map_err(|_| LedgerError::Closed)
    }

    /// What a comparison made now would be made from.
    pub async fn reconciled_from(&self, now: Timestamp) -> Result<Stamp, LedgerError> {
        self.call(move |db| {
            let mut newest = [0; 6];
            let tables = [
                "lines",
                "news",
                "corrections",
                "statements",
                "statement_events",
                // What a closing is told of its statements is made again for a new one.
                "closings",
            ];
            for (place, table) in newest.iter_mut().zip(tables) {
                let sql = format!("SELECT ifnull(max(id), 0) FROM {table}");
                *place = db.prepare_cached(&sql)?.query_row([], |row| row.get(0))?;
            }
            let hour = now.millis() / 3_600_000;
            Ok(Stamp { newest, hour })
        })
        .await
    }
}

/// The span's time by the rules of its first and its last day, cut to what is compared at once.
fn time_of(span: Span, first: &DayRule, last_one: &DayRule) -> Period {
    let last = span.from.plus_days(SPAN_MAX_DAYS - 1).unwrap_or(span.from);
    let to = span.to.min(last).max(span.from);
    let after = to.plus_days(1).unwrap_or(to);
    Period {
        from: first.start_of(span.from),
        until: last_one.start_of(after),
    }
}

fn gather(db: &Connection, time: Period) -> Result<Gathered, LedgerError> {
    let (from, until) = (time.from.plus_ms(-MARGIN_MS), time.until.plus_ms(MARGIN_MS));
    let sql = format!(
        "SELECT {LINE_COLUMNS} FROM lines WHERE accepted_at >= ?1 AND accepted_at < ?2 AND test = 0
             AND state = 'counts' ORDER BY accepted_at, id"
    );
    let mut query = db.prepare_cached(&sql)?;
    let found = query.query_map(params![from.0, until.plus_ms(LATE_MS).0], line)?;
    let (mut heard, mut lines) = (Vec::new(), Vec::new());
    for one in found {
        let one = one?;
        let when = one.paid_at.unwrap_or(one.accepted_at);
        if when < from || when >= until || WITHOUT.contains(&one.platform.as_str()) {
            continue;
        }
        heard.push(heard_of(&one));
        lines.push(one);
    }
    Ok(Gathered {
        heard,
        lines,
        rows: imports::live_rows(db, from, until.plus_ms(LATE_MS))?,
        covered: covered(db)?,
        settled: super::settle::said(db)?,
    })
}

fn heard_of(line: &crate::Line) -> Heard {
    Heard {
        id: line.id.0,
        kind: line.kind,
        platform: line.platform.clone(),
        order: line.order.clone(),
        transaction: line.transaction.clone(),
        refund: None,
        amount: line.amount,
        at: line.accepted_at,
        paid_at: line.paid_at,
        trust: line.trust,
        test: line.test,
        day: line.day,
        announced: line.spoken_at.is_some() || line.shown_at.is_some(),
    }
}

/// What the statements that count cover.
fn covered(db: &Connection) -> Result<Vec<Covered>, LedgerError> {
    let sql = "SELECT platform, from_at, until_at, tells, kind, account FROM statements
               WHERE from_at IS NOT NULL AND until_at IS NOT NULL AND id NOT IN
                   (SELECT statement FROM statement_events WHERE statement IS NOT NULL AND what = 'taken_back')";
    let mut query = db.prepare_cached(sql)?;
    let found = query.query_map([], |row| {
        Ok(Covered {
            platform: read_word::<Platform>(row, 0)?,
            period: Period {
                from: Timestamp(row.get(1)?),
                until: Timestamp(row.get(2)?),
            },
            tells: read_word(row, 3)?,
            kind: read_word(row, 4)?,
            account: row.get(5)?,
        })
    })?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

fn compare(
    gathered: &Gathered,
    time: Period,
    rule: &DayRule,
    now: Timestamp,
    follow: &Follow,
) -> Option<Matches> {
    let rows: Vec<RowRef<'_>> = gathered
        .rows
        .iter()
        .map(|one| RowRef {
            id: one.id,
            statement: one.statement.0,
            kind: one.kind,
            platform: &one.platform,
            account: one.account.as_deref(),
            row: &one.row,
        })
        .collect();
    let rules = Rules {
        span: Some(time),
        covered: gathered.covered.clone(),
        bank_is_heard: gathered
            .heard
            .iter()
            .any(|one| one.platform.as_str().starts_with("bank")),
        ..Rules::usual(now, &rule.zone)
    };
    let going = |at: statements::matching::Progress| match follow.at(at.done.into(), at.of.into()) {
        true => Keep::Going,
        false => Keep::Stop,
    };
    match_up(&gathered.heard, &rows, &rules, going).ok()
}
