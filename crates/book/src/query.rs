//! What the book is asked: pages of payments, one payment with all its news, day totals.

use super::{LINE_COLUMNS, Ledger, LedgerError, Line, filter, line, read_word, word};
use crate::{HistoryQuery, LineId, events::NewsId};
use domain::{BusinessDay, Currency, Money, Platform, SourceKind, Timestamp, Trust};
use rusqlite::{Connection, OptionalExtension};

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
    /// Its row.
    pub id: NewsId,
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
    /// The source, by its id.
    pub source: String,
    /// The row that it was heard for.
    pub line: LineId,
}

/// What there is to choose from in a filter: what the book has, in the order of their names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FilterChoices {
    /// Platforms.
    pub platforms: Vec<Platform>,
    /// Collectors.
    pub collectors: Vec<String>,
    /// Terminals.
    pub terminals: Vec<String>,
    /// Tags that are in use, the first 200.
    pub tags: Vec<String>,
}

/// Days that are listed at most: five years.
const DAYS_MAX: u32 = 2_000;

impl Ledger {
    /// Payments, newest first; one more than asked for when there are more, at the end that was asked towards.
    pub async fn page(&self, query: HistoryQuery) -> Result<Vec<Line>, LedgerError> {
        self.call(move |db| Ok(filter::page(db, &query)?)).await
    }

    /// What there is to choose from in a filter.
    pub async fn choices(&self) -> Result<FilterChoices, LedgerError> {
        self.call(|db| Ok(filter::choices(db)?)).await
    }

    /// One payment; `None` when there is no such row.
    pub async fn line(&self, id: LineId) -> Result<Option<Line>, LedgerError> {
        self.call(move |db| Ok(line::by_id(db, id)?)).await
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
                 WHERE day = ?1 AND test = 0 AND kind = 'payment' AND state = 'counts' ORDER BY id DESC LIMIT 1"
            );
            let last = db.prepare_cached(&sql)?.query_row([&name], line::line).optional()?;
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
