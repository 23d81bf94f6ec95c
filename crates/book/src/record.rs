//! Entries from the hub into the book: lines, news, totals, index and cursor in one transaction.

use super::{
    LINE_COLUMNS, Ledger, LedgerError, Line, LineId, Log, current_log,
    fresh::{self, Loudness},
    line, search, tally, unread, whole, word,
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
            unread::add(db, log, entry, notice, day)?;
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
        test: payment.test,
        paid_at: news.paid_at,
        accepted_at: entry.at,
        received_at: clocks.here,
        shown_at: None,
        spoken_at: None,
        told: silent,
    };
    let sql = "INSERT INTO lines (log, seq, day, number, kind, trust, platform, minor, currency, payer, note, ord,
                   trade, test, paid_at, accepted_at, received_at, told_at)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)";
    db.prepare_cached(sql)?.execute(params![
        log.id,
        whole(line.seq.0),
        word(&line.day),
        line.number,
        word(&line.kind),
        word(&line.trust),
        line.platform.as_str(),
        line.amount.map(domain::Money::minor),
        line.amount
            .map(|amount| amount.currency().code().to_owned()),
        line.payer,
        line.note,
        line.order,
        line.transaction,
        line.test,
        line.paid_at.map(|at| at.0),
        line.accepted_at.0,
        line.received_at.0,
        silent.then_some(clocks.here.0),
    ])?;
    line.id = LineId(db.last_insert_rowid());
    add_news(db, log, entry, line.id, news, "accepted")?;
    tally::add(db, &line)?;
    search::index(db, &line, false)?;
    // What has a card and a sentence of its own has a receipt.
    if fresh::loudness(&line, clocks.hub) == Loudness::Alone {
        beside.recorded(db, None, &line, clocks.here)?;
    }
    Ok(line)
}

fn add_news(
    db: &Connection,
    log: &Log,
    entry: &Entry,
    line: LineId,
    news: &News,
    step: &str,
) -> rusqlite::Result<()> {
    let sql = "INSERT INTO news (line, log, seq, at, step, via, source, news_key, trust, minor, currency, payer, note,
                   device)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)";
    db.prepare_cached(sql)?.execute(params![
        line.0,
        log.id,
        whole(entry.seq.0),
        entry.at.0,
        step,
        news.via.as_str(),
        news.source.as_str(),
        news.key.text,
        word(&news.trust),
        news.amount.map(domain::Money::minor),
        news.amount
            .map(|amount| amount.currency().code().to_owned()),
        news.payer,
        news.note,
        news.device,
    ])?;
    Ok(())
}

fn join(
    page: &Page<'_>,
    entry: &Entry,
    joined: &Joined,
    step: &str,
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
    if refilling && has_news(db, before.id, entry.at, news)? {
        return Ok(Recorded::Known);
    }
    add_news(db, log, entry, before.id, news, step)?;
    let mut after = before.clone();
    after.trust = joined.trust;
    after.amount = joined.amount;
    after.payer = after.payer.or_else(|| news.payer.clone());
    after.note = after.note.or_else(|| news.note.clone());
    after.order = after.order.or_else(|| news.order.clone());
    after.transaction = after.transaction.or_else(|| news.transaction.clone());
    after.paid_at = after.paid_at.or(news.paid_at);
    let sql = "UPDATE lines SET trust = ?2, minor = ?3, currency = ?4, payer = ?5, note = ?6, ord = ?7, trade = ?8,
                   paid_at = ?9 WHERE id = ?1";
    db.prepare_cached(sql)?.execute(params![
        after.id.0,
        word(&after.trust),
        after.amount.map(domain::Money::minor),
        after
            .amount
            .map(|amount| amount.currency().code().to_owned()),
        after.payer,
        after.note,
        after.order,
        after.transaction,
        after.paid_at.map(|at| at.0),
    ])?;
    tally::change(db, &before, &after)?;
    let texts = |line: &Line| {
        (
            line.payer.clone(),
            line.note.clone(),
            line.order.clone(),
            line.transaction.clone(),
        )
    };
    if texts(&before) != texts(&after) {
        search::index(db, &after, true)?;
    }
    // Confirmed only now, it may be printed now; but not when the customer has long gone.
    let is_news = entry.seq > log.silent_until && !fresh::is_stale(entry.at, clocks.hub);
    if is_news && !fresh::is_long_ago(&after, clocks.hub) {
        beside.recorded(db, Some(&before), &after, clocks.here)?;
    }
    Ok(Recorded::Changed(after))
}

fn has_news(db: &Connection, line: LineId, at: Timestamp, news: &News) -> rusqlite::Result<bool> {
    let sql = "SELECT 1 FROM news WHERE line = ?1 AND at = ?2 AND via = ?3 AND source = ?4 AND news_key = ?5";
    db.prepare_cached(sql)?.exists(params![
        line.0,
        at.0,
        news.via.as_str(),
        news.source.as_str(),
        news.key.text
    ])
}

fn by_seq(db: &Connection, log: i64, seq: Seq) -> rusqlite::Result<Option<Line>> {
    db.prepare_cached(&format!(
        "SELECT {LINE_COLUMNS} FROM lines WHERE log = ?1 AND seq = ?2"
    ))?
    .query_row((log, whole(seq.0)), line)
    .optional()
}
