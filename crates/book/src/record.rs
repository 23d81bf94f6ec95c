//! Entries from the hub into the book: lines, news, totals, index and cursor in one transaction.

use super::{
    LINE_COLUMNS, Ledger, LedgerError, Line, LineId, Log, Standing, chain, current_log, events,
    fresh::{self, Loudness},
    heard::{self, Told},
    line, tally, unread, whole,
};
use domain::{BusinessDay, DayRule, Entry, Event, Joined, News, Payment, Seq, Timestamp};
use rusqlite::{Connection, OptionalExtension, params};

/// What became of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recorded {
    /// A payment that this book did not have. It is `told` already when it must not be announced.
    New(Line),
    /// A payment that is known differently now.
    Changed(Line),
    /// A notice that is no payment.
    Unread(BusinessDay),
    /// The book had it.
    Known,
}

/// The times that recording needs.
#[derive(Debug, Clone, Copy)]
pub struct Clocks {
    /// By this PC's clock: stands in the row.
    pub here: Timestamp,
    /// By the hub's clock: decides what is fresh.
    pub hub: Timestamp,
}

/// What somebody else keeps in the book beside a payment that is told of on its own (its receipts): written in the same
/// transaction, with the line as it was before, if it was there, and as it is now. An error takes the payment back too.
pub trait Beside: Send + 'static {
    /// A payment became known, or is known differently.
    fn recorded(
        &self,
        db: &Connection,
        before: Option<&Line>,
        line: &Line,
        at: Timestamp,
    ) -> rusqlite::Result<()>;
}

/// Nothing is kept beside.
impl Beside for () {
    fn recorded(
        &self,
        _: &Connection,
        _: Option<&Line>,
        _: &Line,
        _: Timestamp,
    ) -> rusqlite::Result<()> {
        Ok(())
    }
}

impl Ledger {
    /// Records entries in order and moves the cursor past them: all or nothing.
    pub async fn record(
        &self,
        entries: Vec<Entry>,
        rule: DayRule,
        clocks: Clocks,
    ) -> Result<Vec<Recorded>, LedgerError> {
        self.record_with(entries, rule, clocks, ()).await
    }

    /// The same; and of what is new and fresh, something is kept beside it.
    pub async fn record_with(
        &self,
        entries: Vec<Entry>,
        rule: DayRule,
        clocks: Clocks,
        beside: impl Beside,
    ) -> Result<Vec<Recorded>, LedgerError> {
        self.call(move |db| {
            let transaction = sqlite::begin(db)?;
            let Some(log) = current_log(&transaction)? else {
                tracing::warn!("entries came before the hub said who it is");
                return Ok(Vec::new());
            };
            let mut results = Vec::with_capacity(entries.len());
            let (mut after, mut after_at) = (log.after, log.after_at);
            let page = Page {
                db: &transaction,
                log: &log,
                clocks,
                beside: &beside,
            };
            for entry in &entries {
                if entry.seq <= after {
                    results.push(Recorded::Known);
                    continue;
                }
                results.push(one(&page, entry, &rule)?);
                (after, after_at) = (entry.seq, Some(entry.at));
            }
            transaction
                .prepare_cached("UPDATE logs SET after = ?2, after_at = ?3 WHERE id = ?1")?
                .execute((log.id, whole(after.0), after_at.map(|at| at.0)))?;
            transaction.commit()?;
            Ok(results)
        })
        .await
    }
}

/// What every entry is recorded with.
struct Page<'a> {
    db: &'a Connection,
    log: &'a Log,
    clocks: Clocks,
    beside: &'a dyn Beside,
}

fn one(page: &Page<'_>, entry: &Entry, rule: &DayRule) -> Result<Recorded, LedgerError> {
    let Page { db, log, .. } = *page;
    // Only a refill meets what the book may have under another number.
    let refilling = entry.seq <= log.filling_until && log.id > 1;
    match &entry.event {
        Event::Paid(payment) => {
            if refilling && rehome(db, log, entry, &payment.news)? {
                return Ok(Recorded::Known);
            }
            paid(page, entry, payment).map(Recorded::New)
        }
        Event::Confirmed(joined) => join(page, entry, joined, "confirmed", refilling),
        Event::Attached(joined) => join(page, entry, joined, "joined", refilling),
        Event::NotUnderstood(notice) => {
            let day = rule.day_of(entry.at);
            if refilling && unread::rehome(db, log, entry, notice)? {
                return Ok(Recorded::Known);
            }
            let row = unread::add(db, log, entry, notice, day)?;
            chain::append(db, "unread", row, page.clocks.here)?;
            tally::add_unread(db, day)?;
            Ok(Recorded::Unread(day))
        }
    }
}

/// The same entry under an older log: the hub was moved or restored. Its line gets its number in this log.
fn rehome(db: &Connection, log: &Log, entry: &Entry, news: &News) -> rusqlite::Result<bool> {
    let sql = "SELECT lines.id, news.id FROM lines JOIN news ON news.line = lines.id
               WHERE lines.accepted_at = ?1 AND lines.log < ?2 AND news.step = 'accepted' AND news.via = ?3
               AND news.source = ?4 AND news.news_key = ?5 ORDER BY lines.id LIMIT 1";
    let found: Option<(i64, i64)> = db
        .prepare_cached(sql)?
        .query_row(
            params![
                entry.at.0,
                log.id,
                news.via.as_str(),
                news.source.as_str(),
                news.key.text
            ],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .optional()?;
    let Some((line, first_news)) = found else {
        return Ok(false);
    };
    let seq = whole(entry.seq.0);
    db.prepare_cached("UPDATE lines SET log = ?2, seq = ?3 WHERE id = ?1")?
        .execute((line, log.id, seq))?;
    db.prepare_cached("UPDATE news SET log = ?2, seq = ?3 WHERE id = ?1")?
        .execute((first_news, log.id, seq))?;
    Ok(true)
}

fn paid(page: &Page<'_>, entry: &Entry, payment: &Payment) -> Result<Line, LedgerError> {
    let Page {
        db,
        log,
        clocks,
        beside,
    } = *page;
    let news = &payment.news;
    let stale = fresh::is_stale(entry.at, clocks.hub);
    let silent = entry.seq <= log.silent_until || (entry.seq <= log.filling_until && stale);
    let mut line = Line {
        id: LineId(0),
        seq: entry.seq,
        day: payment.day,
        number: payment.number,
        kind: news.kind,
        trust: news.trust,
        platform: news.platform.clone(),
        amount: payment.amount,
        payer: news.payer.clone(),
        note: news.note.clone(),
        order: news.order.clone(),
        transaction: news.transaction.clone(),
        refund: news.refund.clone(),
        test: payment.test,
        paid_at: news.paid_at,
        accepted_at: entry.at,
        received_at: clocks.here,
        shown_at: None,
        spoken_at: None,
        told: silent,
        collector: heard::collector(news),
        standing: Standing::Counts,
        joined_to: None,
        corrected: 0,
        remarks: None,
    };
    line::insert(db, log.id, &mut line, silent.then_some(clocks.here))?;
    write_news(page, entry, line.id, Told::First(payment), news)?;
    // What has a card and a sentence of its own has a receipt.
    if fresh::loudness(&line, clocks.hub) == Loudness::Alone {
        beside.recorded(db, None, &line, clocks.here)?;
    }
    Ok(line)
}

fn join(
    page: &Page<'_>,
    entry: &Entry,
    joined: &Joined,
    step: &'static str,
    refilling: bool,
) -> Result<Recorded, LedgerError> {
    let Page {
        db,
        log,
        clocks,
        beside,
    } = *page;
    let Some(before) = by_seq(db, log.id, joined.payment)? else {
        // The log is complete, so this is a fault of the hub; the rest of the log must not wait for it.
        tracing::warn!(
            entry.seq = entry.seq.0,
            "news of a payment that is not in the book"
        );
        return Ok(Recorded::Known);
    };
    let news = &joined.news;
    if refilling && heard::has(db, before.id, entry.at, news)? {
        return Ok(Recorded::Known);
    }
    let told = Told::More {
        news,
        step,
        trust: joined.trust,
        amount: joined.amount,
    };
    write_news(page, entry, before.id, told, news)?;
    let after = known_now(db, &before, joined)?;
    // Confirmed only now, it may be printed now; but not when the customer has long gone.
    let is_news = entry.seq > log.silent_until && !fresh::is_stale(entry.at, clocks.hub);
    if is_news && after.counts() && !fresh::is_long_ago(&after, clocks.hub) {
        beside.recorded(db, Some(&before), &after, clocks.here)?;
    }
    Ok(Recorded::Changed(after))
}

/// A piece of news and the number of its refund, for good.
fn write_news(
    page: &Page<'_>,
    entry: &Entry,
    line: LineId,
    told: Told<'_>,
    news: &News,
) -> rusqlite::Result<()> {
    let (db, at) = (page.db, page.clocks.here);
    let heard = heard::add(db, page.log, entry, line, told)?;
    chain::append(db, "news", heard, at)?;
    if let Some(row) = heard::add_refund_number(db, heard, news)? {
        chain::append(db, "refund_number", row, at)?;
    }
    Ok(())
}

/// The line of which there is more news, as it is now.
fn known_now(db: &Connection, before: &Line, joined: &Joined) -> Result<Line, LedgerError> {
    // Where people have put something right, news and corrections are read together.
    if before.corrected > 0 || !before.counts() {
        let all = events::derive(db, before.id)?;
        let own = all.into_iter().find(|(line, _)| line.id == before.id);
        return Ok(own.map_or_else(|| before.clone(), |(_, after)| after));
    }
    let news = &joined.news;
    let mut after = before.clone();
    after.trust = joined.trust;
    after.amount = joined.amount;
    after.payer = after.payer.or_else(|| news.payer.clone());
    after.note = after.note.or_else(|| news.note.clone());
    after.order = after.order.or_else(|| news.order.clone());
    after.transaction = after.transaction.or_else(|| news.transaction.clone());
    after.refund = after.refund.or_else(|| news.refund.clone());
    after.paid_at = after.paid_at.or(news.paid_at);
    line::change(db, before, &after)?;
    Ok(after)
}

fn by_seq(db: &Connection, log: i64, seq: Seq) -> rusqlite::Result<Option<Line>> {
    db.prepare_cached(&format!(
        "SELECT {LINE_COLUMNS} FROM lines WHERE log = ?1 AND seq = ?2"
    ))?
    .query_row((log, whole(seq.0)), line::line)
    .optional()
}
