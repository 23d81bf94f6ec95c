//! What the log knows of earlier payments: by number, by transaction, by the joining rule's window.

use super::{Log, Result, kind, number, seq};
use domain::joining::{Candidate, WINDOW_MS};
use domain::{Currency, Kind, Money, News, Seq, SourceKind, Timestamp, Trust};
use rusqlite::{Connection, OptionalExtension, Row, params};
use std::borrow::Cow;

/// How many earlier payments the joining rule is shown, oldest first: it takes the oldest that fits.
const CANDIDATES: usize = 16;

/// What the log knows of an earlier payment.
pub(super) struct Known {
    pub(super) seq: Seq,
    pub(super) trust: Trust,
    pub(super) amount: Option<Money>,
}

impl Log<'_> {
    pub(super) fn by_identity(&self, news: &News) -> Result<Option<Known>> {
        let Some(identity) = &news.identity else {
            return Ok(None);
        };
        self.db
            .prepare_cached(
                "SELECT seq, confirmed, minor, currency FROM payments
                 WHERE shop = ?1 AND platform = ?2 AND kind = ?3 AND identity = ?4",
            )?
            .query_row(
                params![self.shop, news.platform.as_str(), kind(news.kind), identity],
                known,
            )
            .optional()
    }

    pub(super) fn known(&self, seq: Seq) -> Result<Known> {
        self.db
            .prepare_cached(
                "SELECT seq, confirmed, minor, currency FROM payments WHERE shop = ?1 AND seq = ?2",
            )?
            .query_row(params![self.shop, number(seq)], known)
    }

    /// How much of this transaction went back before, and the latest of those refunds.
    pub(super) fn returned_so_far(&self, news: &News) -> Result<(i64, Option<Known>)> {
        let Some(transaction) = &news.transaction else {
            return Ok((0, None));
        };
        let mut statement = self.db.prepare_cached(
            "SELECT seq, confirmed, minor, currency FROM payments
             WHERE shop = ?1 AND platform = ?2 AND kind = ?3 AND transaction_no = ?4 ORDER BY seq",
        )?;
        let rows = statement.query_map(
            params![
                self.shop,
                news.platform.as_str(),
                kind(news.kind),
                transaction
            ],
            known,
        )?;
        let earlier = rows.collect::<Result<Vec<_>>>()?;
        let currency = news.amount.map(Money::currency);
        let same = |k: &&Known| k.amount.map(Money::currency) == currency;
        let sum = earlier
            .iter()
            .filter(same)
            .filter_map(|k| k.amount)
            .map(Money::minor)
            .fold(0, i64::saturating_add);
        Ok((sum, earlier.into_iter().last()))
    }

    /// For a single refund: one of the same transaction that only a running total told of. Stripe sends both, in any
    /// order, and the total does not say which refunds it is made of.
    pub(super) fn unnumbered_refund(&self, news: &News) -> Result<Option<Known>> {
        let (Some(transaction), Some(amount)) = (&news.transaction, news.amount) else {
            return Ok(None);
        };
        if news.kind != Kind::Refund || news.cumulative {
            return Ok(None);
        }
        self.db
            .prepare_cached(
                "SELECT seq, confirmed, minor, currency FROM payments
                 WHERE shop = ?1 AND platform = ?2 AND kind = 'refund' AND transaction_no = ?3 AND identity IS NULL
                   AND currency = ?4 AND minor >= ?5 ORDER BY minor, seq LIMIT 1",
            )?
            .query_row(
                params![self.shop, news.platform.as_str(), transaction, amount.currency().code(), amount.minor()],
                known,
            )
            .optional()
    }

    pub(super) fn candidates(&self, news: &News, at: Timestamp) -> Result<Vec<Candidate>> {
        let Some(amount) = news.amount else {
            return Ok(Vec::new());
        };
        // What the rule would leave out anyway is left out here already, so that a flood of equal payments costs
        // no more than one: those that have a number when the news has one, and those heard from this kind before.
        let numbers = if news.identity.is_some() {
            "AND identity IS NULL"
        } else {
            ""
        };
        let mut payments = self.db.prepare_cached(&format!(
            "SELECT seq, identity, at FROM payments AS p
             WHERE shop = ?1 AND platform = ?2 AND kind = ?3 AND minor = ?4 AND currency = ?5 AND at BETWEEN ?6 AND ?7
               {numbers} AND NOT EXISTS (SELECT 1 FROM heard AS h WHERE h.shop = p.shop AND h.seq = p.seq AND h.via = ?8)
             ORDER BY at, seq LIMIT {CANDIDATES}"
        ))?;
        let mut heard = self
            .db
            .prepare_cached("SELECT via FROM heard WHERE shop = ?1 AND seq = ?2")?;
        let found = payments.query_map(
            params![
                self.shop,
                news.platform.as_str(),
                kind(news.kind),
                amount.minor(),
                amount.currency().code(),
                at.plus_ms(-WINDOW_MS).0,
                at.plus_ms(WINDOW_MS).0,
                news.via.as_str()
            ],
            |row| Ok((seq(row, 0)?, row.get(1)?, Timestamp(row.get(2)?))),
        )?;
        found
            .map(|row| {
                let (payment, identity, at) = row?;
                let vias = heard.query_map(params![self.shop, number(payment)], |row| {
                    row.get::<_, String>(0)
                })?;
                let vias = vias.collect::<Result<Vec<_>>>()?;
                let heard_from = SourceKind::ALL
                    .into_iter()
                    .filter(|k| vias.iter().any(|v| v == k.as_str()))
                    .collect();
                let (platform, kind) = (news.platform.clone(), news.kind);
                Ok(Candidate {
                    payment,
                    platform,
                    kind,
                    amount: Some(amount),
                    identity,
                    at,
                    heard_from,
                })
            })
            .collect()
    }
}

/// A longer key is stored as its digest.
const KEY_MAX: usize = 120;

/// A key of news as it stands in the log.
pub(super) fn as_kept(key: &str) -> Cow<'_, str> {
    if key.len() <= KEY_MAX {
        return Cow::Borrowed(key);
    }
    let digest = ring::digest::digest(&ring::digest::SHA256, key.as_bytes());
    Cow::Owned(hex::encode(digest))
}

/// Whether this very news was taken before, however long ago; `None` where it has no key that is kept for ever.
pub(crate) fn taken_before(db: &Connection, news: &News) -> Result<Option<bool>> {
    let text = news.key.within_ms.is_none().then_some(&news.key.text);
    let mut lasting = news.key.exact.iter().chain(text).peekable();
    if lasting.peek().is_none() {
        return Ok(None);
    }
    let mut find = db.prepare_cached("SELECT 1 FROM news_keys WHERE source = ?1 AND key = ?2")?;
    for key in lasting {
        if find.exists(params![news.source.as_str(), as_kept(key)])? {
            return Ok(Some(true));
        }
    }
    Ok(Some(false))
}

fn known(row: &Row<'_>) -> Result<Known> {
    let trust = if row.get(1)? {
        Trust::Confirmed
    } else {
        Trust::Reported
    };
    let minor: Option<i64> = row.get(2)?;
    let currency: Option<String> = row.get(3)?;
    let amount = minor
        .zip(currency.as_deref().and_then(Currency::new))
        .and_then(|(minor, c)| Money::new(minor, c));
    Ok(Known {
        seq: seq(row, 0)?,
        trust,
        amount,
    })
}
