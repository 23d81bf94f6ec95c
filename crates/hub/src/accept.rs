//! One piece of news into the shop's log: a repeat, news of a payment already known, or a new payment.
//!
//! Everything here runs inside the writer's transaction and reads no clock.

mod known;

use domain::event::UnreadReason;
use domain::joining;
use domain::{
    DayRule, Entry, Event, Joined, Kind, Money, News, Payment, Seq, SourceKind, Timestamp, Trust,
    Unread,
};
use known::Known;
pub(crate) use known::taken_before;
use rusqlite::{Connection, OptionalExtension, Row, params};
use sources::Outcome;

/// What became of a piece of news.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Accepted {
    /// A payment that nobody had heard of.
    New(Seq),
    /// It raised the payment `of` to confirmed.
    Confirmed {
        /// The payment.
        of: Seq,
    },
    /// Further news of the payment `of`.
    Attached {
        /// The payment.
        of: Seq,
    },
    /// The very same news had come before: nothing was written.
    AlreadyHad,
    /// Kept for the owner to judge.
    NotUnderstood,
}

/// A notice without money that comes again within this time is the same notice: phones post some twice.
const UNREAD_REPEAT_MS: i64 = 3_000;
/// A platform's time is believed for the business day when it lies within this of now; platforms repeat for a day,
/// and a shop's line may be down for longer.
const CONFIRMED_BACK_MS: i64 = 31 * 24 * 3_600_000;
/// A phone's time is believed this far back: it may have been out of reach over night.
const REPORTED_BACK_MS: i64 = 24 * 3_600_000;
/// Clocks differ; a time further ahead than this is not believed.
const AHEAD_MS: i64 = 10 * 60_000;

/// One shop's log, within a transaction.
pub(crate) struct Log<'a> {
    pub(crate) db: &'a Connection,
    pub(crate) shop: i64,
    pub(crate) rule: &'a DayRule,
    /// When the hub took the delivery.
    pub(crate) now: Timestamp,
    /// The sender's clock less ours, where the delivery tells.
    pub(crate) clock_ahead_ms: Option<i64>,
}

type Result<T> = rusqlite::Result<T>;

impl Log<'_> {
    /// Stores what a delivery said; one answer for each piece of news in it.
    pub(crate) fn take(&self, outcome: &Outcome) -> Result<Vec<Accepted>> {
        match outcome {
            Outcome::Money(all) => all.iter().map(|news| self.news(news)).collect(),
            Outcome::NotUnderstood(unread) => Ok(vec![self.unread(unread)?]),
            Outcome::Heartbeat | Outcome::Ignored(_) => Ok(Vec::new()),
        }
    }

    fn news(&self, news: &News) -> Result<Accepted> {
        let source = news.source.as_str();
        let sent_again = match &news.key.exact {
            Some(exact) => self.came_before(source, exact, None)?,
            None => false,
        };
        if sent_again || self.came_before(source, &news.key.text, news.key.within_ms)? {
            return Ok(Accepted::AlreadyHad);
        }
        if let Some(known) = self.by_identity(news)? {
            return self.join(&known, news, false);
        }
        if let Some(known) = self.unnumbered_refund(news)? {
            return self.join(&known, news, known.amount == news.amount);
        }
        let amount = if news.cumulative {
            let (before, latest) = self.returned_so_far(news)?;
            let rest = news
                .amount
                .and_then(|total| Money::new(total.minor() - before, total.currency()));
            match (rest.filter(|rest| rest.minor() > 0), latest) {
                (None, Some(latest)) => return self.join(&latest, news, false),
                (rest, _) => rest,
            }
        } else {
            news.amount
        };
        let at = self.happened(news);
        // The rule compares what this one payment or refund moved, not a running total.
        let own = News {
            amount,
            ..news.clone()
        };
        match joining::joins(&own, at, &self.candidates(&own, at)?) {
            Some(seq) => {
                let known = self.known(seq)?;
                self.join(&known, news, true)
            }
            None => self.add(news, amount, at),
        }
    }

    /// Whether this key came before (and still counts); notes it if not.
    fn came_before(&self, source: &str, key: &str, within_ms: Option<i64>) -> Result<bool> {
        let key = known::as_kept(key);
        let before: Option<i64> = self
            .db
            .prepare_cached("SELECT at FROM news_keys WHERE source = ?1 AND key = ?2")?
            .query_row(params![source, key], |row| row.get(0))
            .optional()?;
        let repeat = match (before, within_ms) {
            (Some(_), None) => true,
            (Some(at), Some(within)) => self.now.since(Timestamp(at)).abs() <= within,
            (None, _) => false,
        };
        if !repeat {
            self.db
                .prepare_cached(
                    "INSERT INTO news_keys (source, key, at, passing) VALUES (?1, ?2, ?3, ?4)
                     ON CONFLICT (source, key) DO UPDATE SET at = excluded.at",
                )?
                .execute(params![source, key, self.now.0, within_ms.is_some()])?;
        }
        Ok(repeat)
    }

    /// When it happened, as far as that can be believed. A phone's clock is set right by what the delivery told of it.
    fn happened(&self, news: &News) -> Timestamp {
        let Some(told) = news.paid_at else {
            return self.now;
        };
        let (time, back) = match news.trust {
            Trust::Confirmed => (told, CONFIRMED_BACK_MS),
            Trust::Reported => (
                told.plus_ms(-self.clock_ahead_ms.unwrap_or(0)),
                REPORTED_BACK_MS,
            ),
        };
        let ago = self.now.since(time);
        if (-AHEAD_MS..=back).contains(&ago) {
            time
        } else {
            self.now
        }
    }

    /// Adds `news` to a payment that is known; with `numbered` the payment takes the news's number.
    fn join(&self, known: &Known, news: &News, numbered: bool) -> Result<Accepted> {
        let trust = known.trust.max(news.trust);
        let rises = trust > known.trust;
        // A running total says nothing about this one refund's amount.
        let told = if news.cumulative { None } else { news.amount };
        let amount = match (known.amount, told) {
            (None, told) => told,
            (Some(_), Some(signed)) if rises => Some(signed),
            (had, _) => had,
        };
        self.db
            .prepare_cached(
                "UPDATE payments SET confirmed = ?3, minor = ?4, currency = ?5,
                   identity = coalesce(identity, ?6), transaction_no = coalesce(transaction_no, ?7)
                 WHERE shop = ?1 AND seq = ?2",
            )?
            .execute(params![
                self.shop,
                number(known.seq),
                trust == Trust::Confirmed,
                amount.map(Money::minor),
                amount.map(|a| a.currency().code().to_owned()),
                news.identity.as_deref().filter(|_| numbered),
                news.transaction
            ])?;
        self.heard(known.seq, news.via)?;
        let joined = Joined {
            payment: known.seq,
            news: news.clone(),
            trust,
            amount,
        };
        self.append(if rises {
            Event::Confirmed(joined)
        } else {
            Event::Attached(joined)
        })?;
        let of = known.seq;
        Ok(if rises {
            Accepted::Confirmed { of }
        } else {
            Accepted::Attached { of }
        })
    }

    /// Adds a payment that nobody had heard of.
    fn add(&self, news: &News, amount: Option<Money>, at: Timestamp) -> Result<Accepted> {
        let test = news.via == SourceKind::Test;
        let day = self.rule.day_of(at);
        let number_of_day: Option<u32> = if news.kind == Kind::Payment && !test {
            let mut next = self.db.prepare_cached(
                "INSERT INTO day_numbers (shop, day, last) VALUES (?1, ?2, 1)
                 ON CONFLICT (shop, day) DO UPDATE SET last = last + 1 RETURNING last",
            )?;
            Some(next.query_row(params![self.shop, day.to_string()], |row| row.get(0))?)
        } else {
            None
        };
        let payment = Payment {
            day,
            number: number_of_day,
            amount,
            test,
            news: news.clone(),
        };
        let seq = self.append(Event::Paid(payment))?;
        self.db
            .prepare_cached(
                "INSERT INTO payments
                   (shop, seq, platform, kind, identity, transaction_no, minor, currency, confirmed, at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            )?
            .execute(params![
                self.shop,
                number(seq),
                news.platform.as_str(),
                kind(news.kind),
                news.identity,
                news.transaction,
                amount.map(Money::minor),
                amount.map(|a| a.currency().code().to_owned()),
                news.trust == Trust::Confirmed,
                at.0
            ])?;
        self.heard(seq, news.via)?;
        Ok(Accepted::New(seq))
    }

    fn unread(&self, unread: &Unread) -> Result<Accepted> {
        let mut key = ring::digest::Context::new(&ring::digest::SHA256);
        for part in [&unread.app, &unread.title, &unread.text, &unread.device] {
            key.update(part.as_deref().unwrap_or("").as_bytes());
            key.update(&[0]);
        }
        key.update(&unread.posted_at.unwrap_or_default().0.to_be_bytes());
        // An unfilled template says the same every time and would bury everything else.
        let within = if unread.reason == UnreadReason::TemplateNotFilled {
            3_600_000
        } else {
            UNREAD_REPEAT_MS
        };
        let key = format!("unread:{}", hex::encode(key.finish()));
        if self.came_before(unread.source.as_str(), &key, Some(within))? {
            return Ok(Accepted::AlreadyHad);
        }
        self.append(Event::NotUnderstood(unread.clone()))?;
        Ok(Accepted::NotUnderstood)
    }

    fn heard(&self, payment: Seq, via: SourceKind) -> Result<()> {
        self.db
            .prepare_cached("INSERT OR IGNORE INTO heard (shop, seq, via) VALUES (?1, ?2, ?3)")?
            .execute(params![self.shop, number(payment), via.as_str()])
            .map(drop)
    }

    /// Takes the shop's next number and writes the entry under it.
    fn append(&self, event: Event) -> Result<Seq> {
        let seq = self
            .db
            .prepare_cached(
                "UPDATE shops SET last_seq = last_seq + 1 WHERE key = ?1 RETURNING last_seq",
            )?
            .query_row([self.shop], |row| seq(row, 0))?;
        let json = serde_json::to_string(&event)
            .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))?;
        self.db
            .prepare_cached("INSERT INTO entries (shop, seq, at, event) VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![self.shop, number(seq), self.now.0, json])?;
        Ok(seq)
    }
}

/// Entries after a number, in order: at most `count`, and about `bytes` of JSON.
pub(crate) fn after(
    db: &Connection,
    shop: i64,
    cursor: Seq,
    count: usize,
    bytes: usize,
) -> Result<Vec<Entry>> {
    let mut statement = db.prepare_cached(
        "SELECT seq, at, event FROM entries WHERE shop = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3",
    )?;
    let mut rows = statement.query(params![
        shop,
        number(cursor),
        i64::try_from(count).unwrap_or(i64::MAX)
    ])?;
    let (mut entries, mut size) = (Vec::new(), 0);
    while let Some(row) = rows.next()? {
        let json = row.get_ref(2)?.as_str()?;
        size += json.len() + 64;
        if size > bytes && !entries.is_empty() {
            break;
        }
        let event = serde_json::from_str(json).map_err(|error| {
            rusqlite::Error::FromSqlConversionFailure(
                2,
                rusqlite::types::Type::Text,
                Box::new(error),
            )
        })?;
        entries.push(Entry {
            seq: seq(row, 0)?,
            at: Timestamp(row.get(1)?),
            event,
        });
    }
    Ok(entries)
}

/// When the entry with this number was accepted.
pub(crate) fn accepted_at(db: &Connection, shop: i64, entry: Seq) -> Result<Option<Timestamp>> {
    db.prepare_cached("SELECT at FROM entries WHERE shop = ?1 AND seq = ?2")?
        .query_row(params![shop, number(entry)], |row| {
            row.get(0).map(Timestamp)
        })
        .optional()
}

/// Sweeps away keys that meant something for a few seconds only.
pub(crate) fn sweep(db: &Connection, now: Timestamp) -> Result<usize> {
    let day_ago = now.plus_ms(-24 * 3_600_000).0;
    db.execute(
        "DELETE FROM news_keys WHERE passing = 1 AND at < ?1",
        [day_ago],
    )
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Payment => "payment",
        Kind::Refund => "refund",
    }
}

/// A number as SQLite keeps it. Numbers start at 1 and rise by one, so they never leave the range.
pub(crate) fn number(seq: Seq) -> i64 {
    i64::try_from(seq.0).unwrap_or(i64::MAX)
}

/// A number as SQLite gave it.
pub(crate) fn seq(row: &Row<'_>, column: usize) -> Result<Seq> {
    let value: i64 = row.get(column)?;
    u64::try_from(value)
        .map(Seq)
        .map_err(|_| rusqlite::Error::IntegralValueOutOfRange(column, value))
}

#[cfg(test)]
mod tests;
