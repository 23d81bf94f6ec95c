//! Gathers both sides of a span of days and compares them: read from one moment of the book, and matched where nobody
//! waits for it.

use super::{Comparing, Reconciliation, Span, outcome, progress::Telling};
use crate::{
    Follow, LINE_COLUMNS, Ledger, LedgerError, dayend,
    imports::{self, LiveRow},
    line, read_word, word,
};
use domain::{DayRule, Platform, Timestamp};
use rusqlite::{Connection, params};
use statements::{
    Period,
    matching::{Covered, Heard, Keep, Matches, Progress, RowRef, Rules, match_up},
};

const DAY_MS: i64 = 24 * 3_600_000;
/// So far before and after the span partners are looked for: WeChat dates a refund by its start, and the news of it comes
/// up to three days later.
const MARGIN_MS: i64 = 4 * DAY_MS;
/// A payment may be heard of so long after it was paid; a payout arrives at the bank within some days.
const LATE_MS: i64 = 4 * DAY_MS;
/// Payments, and rows, that are compared at once, at most: both are held in memory, some 2 KB for each pair.
pub const COMPARED_MAX: usize = 200_000;
/// A payment's business day may lie so far from the day that its time is of: its day was made by the rule of then.
const RULES_APART_DAYS: i32 = 2;
/// Whoever follows is told after so many payments or rows.
const TOLD_EACH: usize = 2_000;
/// Without tests, and without what is another row's payment: by the days of the hub, which believes a platform that a
/// payment was made a month ago, and by when it was heard of, for those whose time it did not believe.
const LINES: &str = "FROM lines WHERE test = 0 AND state = 'counts' AND id IN (
         SELECT id FROM lines INDEXED BY lines_day WHERE day BETWEEN ?1 AND ?2
         UNION SELECT id FROM lines INDEXED BY lines_accepted WHERE accepted_at >= ?3 AND accepted_at < ?4)";
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
    /// The book ever had a payment that came to the bank.
    bank_is_heard: bool,
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
        let told = follow.clone();
        let tell = move |at: Comparing| _ = told.at(at.percent.into(), 100);
        self.reconcile_telling(span, rule, now, follow, tell).await
    }

    /// The same, and tells what is being done, and how far it is.
    pub async fn reconcile_telling(
        &self,
        span: Span,
        rule: DayRule,
        now: Timestamp,
        follow: Follow,
        tell: impl Fn(Comparing) + Send + Sync + 'static,
    ) -> Result<Option<Reconciliation>, LedgerError> {
        let telling = Telling::new(follow, tell);
        let (in_force, reading) = (rule.clone(), telling.clone());
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
                Ok::<_, LedgerError>((gather(db, time, &rule, &reading)?, rule, time))
            })
            .await?;
        let Some(gathered) = gathered else {
            return Ok(None);
        };
        let compared = tokio::task::spawn_blocking(move || {
            let matches = compare(&gathered, time, &rule, now, &telling)?;
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

/// The span's time by the rules of its first and its last day.
fn time_of(span: Span, first: &DayRule, last_one: &DayRule) -> Period {
    let to = span.to.max(span.from);
    let after = to.plus_days(1).unwrap_or(to);
    Period {
        from: first.start_of(span.from),
        until: last_one.start_of(after),
    }
}

/// `None`: it was stopped.
fn gather(
    db: &Connection,
    time: Period,
    rule: &DayRule,
    telling: &Telling,
) -> Result<Option<Gathered>, LedgerError> {
    let (from, until) = (time.from.plus_ms(-MARGIN_MS), time.until.plus_ms(MARGIN_MS));
    let day = |at, days| {
        let day = rule.day_of(at);
        word(&day.plus_days(days).unwrap_or(day))
    };
    let days = (day(from, -RULES_APART_DAYS), day(until, RULES_APART_DAYS));
    let heard_until = until.plus_ms(LATE_MS);
    let of = about(db, &days, (from, heard_until))?;
    let mut query = db.prepare_cached(&format!("SELECT {LINE_COLUMNS} {LINES}"))?;
    let mut found = query.query(params![days.0, days.1, from.0, heard_until.0])?;
    let (mut heard, mut lines) = (Vec::new(), Vec::new());
    while let Some(row) = found.next()? {
        let one = line(row)?;
        let when = one.paid_at.unwrap_or(one.accepted_at);
        if when < from || when >= until || WITHOUT.contains(&one.platform.as_str()) {
            continue;
        }
        heard.push(heard_of(&one));
        lines.push(one);
        bounded(lines.len())?;
        if lines.len().is_multiple_of(TOLD_EACH) && !telling.read(lines.len(), 0, of) {
            return Ok(None);
        }
    }
    let mut rows = Vec::new();
    let whole = imports::live_rows(db, from, heard_until, |row| {
        rows.push(row);
        bounded(rows.len())?;
        Ok(!rows.len().is_multiple_of(TOLD_EACH) || telling.read(lines.len(), rows.len(), of))
    })?;
    if !whole || !telling.read(lines.len(), rows.len(), of) {
        return Ok(None);
    }
    Ok(Some(Gathered {
        heard,
        lines,
        rows,
        covered: covered(db)?,
        settled: super::settle::said(db)?,
        bank_is_heard: bank_is_heard(db)?,
    }))
}

/// About how many payments and rows there are to read.
fn about(
    db: &Connection,
    days: &(String, String),
    (from, until): (Timestamp, Timestamp),
) -> rusqlite::Result<u64> {
    let sql = "SELECT ifnull(sum(lines), 0) + (SELECT count(*) FROM statement_rows WHERE at >= ?3 AND at < ?4)
               FROM days WHERE day BETWEEN ?1 AND ?2";
    let values = params![days.0, days.1, from.0, until.0];
    let found: i64 = db
        .prepare_cached(sql)?
        .query_row(values, |row| row.get(0))?;
    Ok(u64::try_from(found).unwrap_or(0))
}

/// Refuses what would take too much memory.
fn bounded(count: usize) -> Result<(), LedgerError> {
    match count > COMPARED_MAX {
        true => Err(LedgerError::TooMany),
        false => Ok(()),
    }
}

/// Whether a payment ever came that arrives at the bank by itself: then one that nobody heard of is a difference, also
/// where the phone that tells of them has been dead for weeks.
fn bank_is_heard(db: &Connection) -> rusqlite::Result<bool> {
    let direct = Rules::usual(Timestamp(0), "UTC").direct;
    let mut platforms =
        db.prepare_cached("SELECT DISTINCT platform FROM classes WHERE test = 0")?;
    let mut found = platforms.query([])?;
    while let Some(row) = found.next()? {
        let platform: String = row.get(0)?;
        let by_name = platform == "bank" || platform.starts_with("bank_");
        if by_name || direct.iter().any(|one| one.as_str() == platform) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn heard_of(line: &crate::Line) -> Heard {
    Heard {
        id: line.id.0,
        kind: line.kind,
        platform: line.platform.clone(),
        order: line.order.clone(),
        transaction: line.transaction.clone(),
        refund: line.refund.clone(),
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
    telling: &Telling,
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
        bank_is_heard: gathered.bank_is_heard,
        ..Rules::usual(now, &rule.zone)
    };
    let sizes = (gathered.heard.len(), rows.len());
    let going = |at: Progress| match telling.matching(at.step, sizes.0, sizes.1) {
        true => Keep::Going,
        false => Keep::Stop,
    };
    match_up(&gathered.heard, &rows, &rules, going).ok()
}
