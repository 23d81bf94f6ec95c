//! What was heard of a payment: its pieces of news, each written once and never changed, and what they make of it.

use crate::{LineId, Log, amount, events::NewsId, read_word, whole, word};
use domain::{Entry, Money, News, Payment, Platform, Timestamp, Trust};
use rusqlite::{Connection, Row, params};

/// What an entry makes of the payment that it tells of.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Told<'a> {
    /// It is the first news.
    First(&'a Payment),
    /// It is more news; the payment is known like this now.
    More {
        news: &'a News,
        step: &'static str,
        trust: Trust,
        amount: Option<Money>,
    },
}

/// What is known of a payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Known {
    pub trust: Trust,
    pub amount: Option<Money>,
    pub payer: Option<String>,
    pub note: Option<String>,
    pub order: Option<String>,
    pub transaction: Option<String>,
    pub refund: Option<String>,
    pub paid_at: Option<Timestamp>,
}

impl Known {
    /// Later news, or another row of the same payment: surer news corrects the amount, nothing else does.
    pub(crate) fn hear(&mut self, later: &Self) {
        self.amount = match (self.amount, later.amount) {
            (None, told) => told,
            (Some(_), Some(told)) if later.trust > self.trust => Some(told),
            (had, _) => had,
        };
        self.trust = self.trust.max(later.trust);
        self.payer = self.payer.take().or_else(|| later.payer.clone());
        self.note = self.note.take().or_else(|| later.note.clone());
        self.order = self.order.take().or_else(|| later.order.clone());
        self.transaction = self
            .transaction
            .take()
            .or_else(|| later.transaction.clone());
        self.refund = self.refund.take().or_else(|| later.refund.clone());
        self.paid_at = self.paid_at.or(later.paid_at);
    }
}

/// A piece of news as it stands in the book.
#[derive(Debug, Clone)]
pub(crate) struct Heard {
    pub id: NewsId,
    pub at: Timestamp,
    pub platform: Platform,
    /// The phone by its own name, else the source by its id.
    pub by: String,
    /// What it told by itself.
    pub own: Known,
    /// What the hub made of the payment with it.
    pub trust: Trust,
    pub amount: Option<Money>,
}

/// Who collected a payment, as far as its first news says.
pub(crate) fn collector(news: &News) -> String {
    let device = news.device.clone();
    device.unwrap_or_else(|| news.source.as_str().to_owned())
}

/// Writes a piece of news down. Answers its row.
pub(crate) fn add(
    db: &Connection,
    log: &Log,
    entry: &Entry,
    line: LineId,
    told: Told<'_>,
) -> rusqlite::Result<i64> {
    let (news, step, trust, amount) = match told {
        Told::First(payment) => (
            &payment.news,
            "accepted",
            payment.news.trust,
            payment.amount,
        ),
        Told::More {
            news,
            step,
            trust,
            amount,
        } => (news, step, trust, amount),
    };
    let first = match told {
        Told::First(payment) => Some(payment),
        Told::More { .. } => None,
    };
    let code = |amount: Option<Money>| amount.map(|amount| amount.currency().code().to_owned());
    let sql = "INSERT INTO news (line, log, seq, at, step, via, source, news_key, trust, minor, currency, payer, note,
                   device, day, number, kind, platform, ord, trade, test, paid_at, cumulative, line_trust, line_minor,
                   line_currency)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21,
                   ?22, ?23, ?24, ?25, ?26)";
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
        news.amount.map(Money::minor),
        code(news.amount),
        news.payer,
        news.note,
        news.device,
        first.map(|payment| word(&payment.day)),
        first.and_then(|payment| payment.number),
        word(&news.kind),
        news.platform.as_str(),
        news.order,
        news.transaction,
        first.map(|payment| payment.test),
        news.paid_at.map(|at| at.0),
        news.cumulative,
        word(&trust),
        amount.map(Money::minor),
        code(amount),
    ])?;
    Ok(db.last_insert_rowid())
}

/// Writes down which refund a piece of news told of, where it says so. Answers its row.
pub(crate) fn add_refund_number(
    db: &Connection,
    heard: i64,
    news: &News,
) -> rusqlite::Result<Option<i64>> {
    let Some(number) = &news.refund else {
        return Ok(None);
    };
    db.prepare_cached("INSERT INTO refund_numbers (news, number) VALUES (?1, ?2)")?
        .execute(params![heard, number])?;
    Ok(Some(db.last_insert_rowid()))
}

/// Whether a line has that piece of news already.
pub(crate) fn has(
    db: &Connection,
    line: LineId,
    at: Timestamp,
    news: &News,
) -> rusqlite::Result<bool> {
    let sql = "SELECT 1 FROM news WHERE line = ?1 AND at = ?2 AND via = ?3 AND source = ?4 AND news_key = ?5";
    db.prepare_cached(sql)?.exists(params![
        line.0,
        at.0,
        news.via.as_str(),
        news.source.as_str(),
        news.key.text
    ])
}

const COLUMNS: &str = "id, at, platform, ifnull(device, source), trust, minor, currency, payer, note, ord, trade, paid_at, \
     cumulative, line_trust, line_minor, line_currency, (SELECT number FROM refund_numbers WHERE news = news.id)";

/// The news that a line was made of, first heard first.
pub(crate) fn of_line(db: &Connection, line: LineId) -> rusqlite::Result<Vec<Heard>> {
    let sql = format!("SELECT {COLUMNS} FROM news WHERE line = ?1 ORDER BY id");
    let mut query = db.prepare_cached(&sql)?;
    query.query_map([line.0], read)?.collect()
}

fn read(row: &Row<'_>) -> rusqlite::Result<Heard> {
    let cumulative = row.get::<_, Option<bool>>(12)?.unwrap_or(false);
    Ok(Heard {
        id: NewsId(row.get(0)?),
        at: Timestamp(row.get(1)?),
        platform: read_word(row, 2)?,
        by: row.get(3)?,
        own: Known {
            trust: read_word(row, 4)?,
            // A running total says nothing about this one refund.
            amount: amount(row, 5, 6)?.filter(|_| !cumulative),
            payer: row.get(7)?,
            note: row.get(8)?,
            order: row.get(9)?,
            transaction: row.get(10)?,
            refund: row.get(16)?,
            paid_at: row.get::<_, Option<i64>>(11)?.map(Timestamp),
        },
        trust: read_word(row, 13)?,
        amount: amount(row, 14, 15)?,
    })
}

/// What the news of a line make of it, but for those that were split off; `None` where nothing is left.
pub(crate) fn known(all: &[Heard], split_off: &[NewsId]) -> Option<Known> {
    let mut known: Option<Known> = None;
    let mut whole = true;
    for heard in all {
        if split_off.contains(&heard.id) {
            whole = false;
            continue;
        }
        match &mut known {
            None => {
                known = Some(Known {
                    trust: heard.trust,
                    amount: heard.amount,
                    ..heard.own.clone()
                });
            }
            Some(known) => {
                known.hear(&heard.own);
                // As long as nothing is left out, the hub's word holds; without it, its rule.
                if whole {
                    (known.trust, known.amount) = (heard.trust, heard.amount);
                }
            }
        }
    }
    known
}
