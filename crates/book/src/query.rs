//! What the book is asked: pages of payments, one payment with all its news, day totals.

use super::{LINE_COLUMNS, Ledger, LedgerError, Line, amount, line, read_word, search, word};
use crate::{HistoryQuery, LineId};
use domain::{BusinessDay, Currency, Money, SourceKind, Timestamp, Trust};
use rusqlite::{Connection, OptionalExtension, params};

/// A day's totals. Tests are in none of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DayTotals {
    /// How many payments.
    pub payments: u32,
    /// Per currency, in the order of codes.
    pub totals: Vec<Total>,
    /// Payments and refunds whose amount was not given.
    pub without_amount: u32,
    /// Payments and refunds that only a phone reported.
    pub unconfirmed: u32,
    /// Notices that were not understood.
    pub not_understood: u32,
}

/// A total in one currency, in minor units: a sum may be past what one payment can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Total {
    /// The currency.
    pub currency: Currency,
    /// How many payments.
    pub payments: u32,
    /// How many refunds.
    pub refunds: u32,
    /// What was paid.
    pub paid: i64,
    /// What was refunded.
    pub refunded: i64,
}

impl Total {
    /// Payments less refunds.
    pub fn net(&self) -> Money {
        bounded(self.paid.saturating_sub(self.refunded), self.currency)
    }

    /// What was refunded, negative.
    pub fn returned(&self) -> Money {
        bounded(self.refunded.saturating_neg(), self.currency)
    }
}

/// Pages hold amounts exactly up to [`Money::MAX_MINOR`]; no shop's day comes near.
pub fn bounded(minor: i64, currency: Currency) -> Money {
    Money::new(minor.clamp(-Money::MAX_MINOR, Money::MAX_MINOR), currency)
        .unwrap_or(Money::zero(currency))
}

/// One piece of news of a payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewsLine {
    /// When the hub accepted it.
    pub at: Timestamp,
    /// What it was to the payment: `accepted`, `joined`, `confirmed`.
    pub step: String,
    /// The kind of source.
    pub via: SourceKind,
    /// Signed or noticed.
    pub trust: Trust,
    /// The amount that it told.
    pub amount: Option<Money>,
    /// Who paid, as it told.
    pub payer: Option<String>,
    /// The note, as it told.
    pub note: Option<String>,
    /// The phone.
    pub device: Option<String>,
}

/// Days that are listed at most: five years.
const DAYS_MAX: u32 = 2_000;

impl Ledger {
    /// Payments, newest first; one more than asked for when there are more.
    pub async fn page(&self, query: HistoryQuery) -> Result<Vec<Line>, LedgerError> {
        self.call(move |db| page(db, &query)).await
    }

    /// One payment; `None` when there is no such row.
    pub async fn line(&self, id: LineId) -> Result<Option<Line>, LedgerError> {
        self.call(move |db| {
            let sql = format!("SELECT {LINE_COLUMNS} FROM lines WHERE id = ?1");
            Ok(db
                .prepare_cached(&sql)?
                .query_row([id.0], line)
                .optional()?)
        })
        .await
    }

    /// One payment with all its news, first heard first; `None` when there is no such row.
    pub async fn details(&self, id: LineId) -> Result<Option<(Line, Vec<NewsLine>)>, LedgerError> {
        self.call(move |db| {
            let sql = format!("SELECT {LINE_COLUMNS} FROM lines WHERE id = ?1");
            let Some(found) = db.prepare_cached(&sql)?.query_row([id.0], line).optional()? else {
                return Ok(None);
            };
            let sql = "SELECT at, step, via, trust, minor, currency, payer, note, device FROM news WHERE line = ?1
                       ORDER BY id LIMIT 200";
            let mut query = db.prepare_cached(sql)?;
            let news = query.query_map([id.0], |row| {
                Ok(NewsLine {
                    at: Timestamp(row.get(0)?),
                    step: row.get(1)?,
                    via: read_word(row, 2)?,
                    trust: read_word(row, 3)?,
                    amount: amount(row, 4, 5)?,
                    payer: row.get(6)?,
                    note: row.get(7)?,
                    device: row.get(8)?,
                })
            })?;
            Ok(Some((found, news.collect::<rusqlite::Result<_>>()?)))
        })
        .await
    }

    /// A day's totals, and its last payment.
    pub async fn day(&self, day: BusinessDay) -> Result<(DayTotals, Option<Line>), LedgerError> {
        self.call(move |db| {
            let name = word(&day);
            let sql = "SELECT payments, without_amount, unconfirmed, not_understood FROM days WHERE day = ?1";
            let counts = db.prepare_cached(sql)?.query_row([&name], |row| {
                Ok(DayTotals {
                    payments: row.get(0)?,
                    totals: Vec::new(),
                    without_amount: row.get(1)?,
                    unconfirmed: row.get(2)?,
                    not_understood: row.get(3)?,
                })
            });
            let Some(mut found) = counts.optional()? else { return Ok((DayTotals::default(), None)) };
            found.totals = totals(db, &name)?;
            let sql = format!(
                "SELECT {LINE_COLUMNS} FROM lines INDEXED BY lines_day
                 WHERE day = ?1 AND test = 0 AND kind = 'payment' ORDER BY id DESC LIMIT 1"
            );
            let last = db.prepare_cached(&sql)?.query_row([&name], line).optional()?;
            Ok((found, last))
        })
        .await
    }

    /// The days that have payments, newest first, each with its totals.
    pub async fn days(&self) -> Result<Vec<(BusinessDay, u32, Vec<Total>)>, LedgerError> {
        self.call(|db| {
            let sql = "SELECT day, payments FROM days WHERE lines > 0 ORDER BY day DESC LIMIT ?1";
            let mut query = db.prepare_cached(sql)?;
            let days = query
                .query_map([DAYS_MAX], |row| {
                    Ok((read_word::<BusinessDay>(row, 0)?, row.get(1)?))
                })?
                .collect::<rusqlite::Result<Vec<(BusinessDay, u32)>>>()?;
            days.into_iter()
                .map(|(day, payments)| Ok((day, payments, totals(db, &word(&day))?)))
                .collect()
        })
        .await
    }
}

fn totals(db: &Connection, day: &str) -> rusqlite::Result<Vec<Total>> {
    let sql = "SELECT currency, payments, refunds, paid, refunded FROM totals
               WHERE day = ?1 AND payments + refunds > 0 ORDER BY currency LIMIT 64";
    let mut query = db.prepare_cached(sql)?;
    let rows = query.query_map([day], |row| {
        let code: String = row.get(0)?;
        let total = Currency::new(&code).map(|currency| {
            Ok(Total {
                currency,
                payments: row.get(1)?,
                refunds: row.get(2)?,
                paid: row.get(3)?,
                refunded: row.get(4)?,
            })
        });
        total.transpose()
    })?;
    rows.filter_map(Result::transpose).collect()
}

fn page(db: &Connection, query: &HistoryQuery) -> Result<Vec<Line>, LedgerError> {
    let Some(span) = span(db, query)? else {
        return Ok(Vec::new());
    };
    let searched: String = query
        .search
        .as_deref()
        .unwrap_or("")
        .trim()
        .chars()
        .take(search::SEARCH_MAX)
        .collect();
    if !searched.is_empty() {
        let sql = format!("SELECT {LINE_COLUMNS} FROM lines WHERE id = ?1");
        let mut by_id = db.prepare_cached(&sql)?;
        let found = search::find(db, &searched, &span)?;
        return found
            .into_iter()
            .map(|id| Ok(by_id.query_row([id], line)?))
            .collect();
    }
    // The plus keeps the day's index out: rows are read from the newest back, and almost all of the span fit.
    let sql = format!(
        "SELECT {LINE_COLUMNS} FROM lines WHERE id BETWEEN ?1 AND ?2 AND +day BETWEEN ?3 AND ?4
         ORDER BY id DESC LIMIT ?5"
    );
    let mut rows = db.prepare_cached(&sql)?;
    let rows = rows.query_map(
        params![span.first, span.last, span.from, span.to, span.limit],
        line,
    )?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The rows among which the query looks; `None` when its days have no rows.
fn span(db: &Connection, query: &HistoryQuery) -> rusqlite::Result<Option<search::Span>> {
    let from = query
        .from
        .map_or_else(|| "0000".to_owned(), |day| word(&day));
    let to = query
        .to
        .map_or_else(|| "9999~".to_owned(), |day| word(&day));
    let before = query
        .before
        .map_or(i64::MAX, |line| line.0.saturating_sub(1));
    let (mut first, mut last) = (0, before);
    if query.from.is_some() || query.to.is_some() {
        let sql = "SELECT min(first_line), max(last_line) FROM days WHERE day BETWEEN ?1 AND ?2";
        let bounds: (Option<i64>, Option<i64>) = db
            .prepare_cached(sql)?
            .query_row((&from, &to), |row| Ok((row.get(0)?, row.get(1)?)))?;
        let (Some(low), Some(high)) = bounds else {
            return Ok(None);
        };
        (first, last) = (low, high.min(before));
    }
    let limit = i64::from(query.limit) + 1;
    Ok((first <= last).then_some(search::Span {
        first,
        last,
        from,
        to,
        limit,
    }))
}
