//! Writing a correction down: whether it can be, its row, what it makes, and the lines that follow from it, all in one
//! transaction.

use super::{
    CORRECTIONS_MAX, Correction, CorrectionEvent, CorrectionId, JOINED_MAX, NAME_MAX, NOTE_MAX,
    NewsId, Refused, derive, read,
};
use crate::{
    Ledger, LedgerError, Line, LineId, Standing, chain, heard,
    line::{self, CASH},
    word,
};
use domain::{BusinessDay, DayRule, Kind, Money, Seq, Timestamp, Trust, payment::is_hidden};
use rusqlite::{Connection, params};

/// The log of rows that this desk makes by itself.
const OWN_LOG: i64 = 0;

type Asked<T> = Result<Result<T, Refused>, LedgerError>;

/// Ends a function with what was refused.
macro_rules! refuse_unless {
    ($holds:expr, $why:expr) => {
        if !$holds {
            return Ok(Err($why));
        }
    };
}

/// Whose word it is.
struct Said<'a> {
    who: &'a str,
    at: Timestamp,
    day: BusinessDay,
}

impl Ledger {
    /// Puts something right about a payment. The lines, the day's totals and the search follow in the same transaction.
    /// `rule` says in which business day it is made.
    pub async fn correct(
        &self,
        line: LineId,
        what: Correction,
        who: &str,
        at: Timestamp,
        rule: &DayRule,
    ) -> Asked<CorrectionEvent> {
        let (who, day) = (clean_name(who), rule.day_of(at));
        self.call(move |db| {
            let Some(who) = who else {
                return Ok(Err(Refused::Who));
            };
            let said = Said { who: &who, at, day };
            let transaction = sqlite::begin(db)?;
            let done = correct(&transaction, line, &what, &said)?;
            // What was refused has written nothing that stays.
            if done.is_ok() {
                transaction.commit()?;
            }
            Ok(done)
        })
        .await
    }

    /// Takes a correction back. An undoing is not undone: the correction is made again.
    pub async fn undo(
        &self,
        correction: CorrectionId,
        who: &str,
        at: Timestamp,
        rule: &DayRule,
    ) -> Asked<CorrectionEvent> {
        let (who, day) = (clean_name(who), rule.day_of(at));
        self.call(move |db| {
            let Some(who) = who else {
                return Ok(Err(Refused::Who));
            };
            let said = Said { who: &who, at, day };
            let transaction = sqlite::begin(db)?;
            let done = undo(&transaction, correction, &said)?;
            if done.is_ok() {
                transaction.commit()?;
            }
            Ok(done)
        })
        .await
    }
}

fn correct(
    db: &Connection,
    id: LineId,
    what: &Correction,
    said: &Said<'_>,
) -> Asked<CorrectionEvent> {
    let Some(line) = line::by_id(db, id)? else {
        return Ok(Err(Refused::NotFound));
    };
    refuse_unless!(line.standing == Standing::Counts, Refused::Gone);
    let sql = "SELECT count(*) FROM corrections WHERE line = ?1";
    let many: u32 = db
        .prepare_cached(sql)?
        .query_row([id.0], |row| row.get(0))?;
    refuse_unless!(many < CORRECTIONS_MAX, Refused::TooMany);
    let next = next_id(db)?;
    let moved = moved(id, what);
    let beyond = derive::beyond_paid(db, &moved)?;
    let mut row = Row::default();
    match what {
        Correction::Note { text } => {
            let Some(text) = clean(text, NOTE_MAX) else {
                return Ok(Err(Refused::Text));
            };
            row.text = Some(text);
        }
        Correction::Tag { tag } => {
            let Some(tag) = clean_name(tag) else {
                return Ok(Err(Refused::Text));
            };
            let sql = "SELECT 1 FROM line_tags WHERE tag = ?1 AND line = ?2";
            let has = db.prepare_cached(sql)?.exists((&tag, id.0))?;
            refuse_unless!(!has, Refused::Already);
            row.text = Some(tag);
        }
        Correction::Cash => refuse_unless!(line.platform != CASH, Refused::Already),
        Correction::CollectedBy { name } => {
            let Some(name) = clean_name(name) else {
                return Ok(Err(Refused::Text));
            };
            refuse_unless!(name != line.collector, Refused::Already);
            row.text = Some(name);
        }
        Correction::RefundedInCash { amount } => {
            match refund_in_cash(db, &line, *amount, next, said)? {
                Ok(made) => row.made = Some(made),
                Err(why) => return Ok(Err(why)),
            }
            row.amount = Some(*amount);
        }
        Correction::Split { news } => {
            match split(db, &line, *news, next, said)? {
                Ok(made) => row.made = Some(made),
                Err(why) => return Ok(Err(why)),
            }
            row.news = Some(*news);
        }
        Correction::Join { other } => {
            if let Err(why) = may_join(db, &line, *other)? {
                return Ok(Err(why));
            }
            row.other = Some(*other);
        }
    }
    write(db, next, id, name(what), &row, said)?;
    derive(db, id)?;
    let now = derive::beyond_paid(db, &moved)?;
    refuse_unless!(now <= beyond, Refused::Refunds);
    written(db, next)
}

/// The rows whose money goes elsewhere: where one payment is made of two, or two of one, so does what went back of it.
fn moved(id: LineId, what: &Correction) -> Vec<LineId> {
    match what {
        Correction::Join { other } => vec![id, *other],
        Correction::Split { .. } => vec![id],
        _ => Vec::new(),
    }
}

fn undo(db: &Connection, id: CorrectionId, said: &Said<'_>) -> Asked<CorrectionEvent> {
    let Some(event) = read::one(db, id)? else {
        return Ok(Err(Refused::NotFound));
    };
    refuse_unless!(event.holds(), Refused::Already);
    let next = next_id(db)?;
    let row = Row {
        undoes: Some(id),
        ..Row::default()
    };
    let beyond = derive::beyond_paid(db, &[event.line])?;
    write(db, next, event.line, "undo", &row, said)?;
    derive(db, event.line)?;
    let now = derive::beyond_paid(db, &[event.line])?;
    refuse_unless!(now <= beyond, Refused::Refunds);
    written(db, next)
}

/// What stands in a correction's row beside who and when.
#[derive(Default)]
struct Row {
    text: Option<String>,
    amount: Option<Money>,
    news: Option<NewsId>,
    other: Option<LineId>,
    made: Option<LineId>,
    undoes: Option<CorrectionId>,
}

fn name(what: &Correction) -> &'static str {
    match what {
        Correction::Note { .. } => "note",
        Correction::Tag { .. } => "tag",
        Correction::Cash => "cash",
        Correction::CollectedBy { .. } => "collected_by",
        Correction::RefundedInCash { .. } => "refunded_in_cash",
        Correction::Split { .. } => "split",
        Correction::Join { .. } => "join",
    }
}

fn next_id(db: &Connection) -> rusqlite::Result<CorrectionId> {
    let sql = "SELECT ifnull(max(id), 0) + 1 FROM corrections";
    db.prepare_cached(sql)?
        .query_row([], |row| Ok(CorrectionId(row.get(0)?)))
}

fn write(
    db: &Connection,
    id: CorrectionId,
    line: LineId,
    what: &str,
    row: &Row,
    said: &Said<'_>,
) -> rusqlite::Result<()> {
    let sql = "INSERT INTO corrections (id, line, at, day, who, what, text, minor, currency, news, other, made, undoes)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)";
    db.prepare_cached(sql)?.execute(params![
        id.0,
        line.0,
        said.at.0,
        word(&said.day),
        said.who,
        what,
        row.text,
        row.amount.map(Money::minor),
        row.amount.map(|amount| amount.currency().code().to_owned()),
        row.news.map(|news| news.0),
        row.other.map(|line| line.0),
        row.made.map(|line| line.0),
        row.undoes.map(|correction| correction.0),
    ])?;
    chain::append(db, "correction", id.0, said.at).map(|_| ())
}

fn written(db: &Connection, id: CorrectionId) -> Asked<CorrectionEvent> {
    let event = read::one(db, id)?;
    Ok(Ok(event.ok_or(rusqlite::Error::QueryReturnedNoRows)?))
}

/// A row that a correction makes: nobody announces it.
fn made(id: CorrectionId, of: &Line, said: &Said<'_>) -> Line {
    Line {
        id: LineId(0),
        seq: Seq(u64::try_from(id.0).unwrap_or(0)),
        number: None,
        shown_at: None,
        spoken_at: None,
        told: true,
        joined_to: None,
        corrected: 0,
        remarks: None,
        refund: None,
        received_at: said.at,
        ..of.clone()
    }
}

/// The refund that becomes of money given back in cash, in the day in which that was.
fn refund_in_cash(
    db: &Connection,
    line: &Line,
    amount: Money,
    id: CorrectionId,
    said: &Said<'_>,
) -> Result<Result<LineId, Refused>, LedgerError> {
    let same = line
        .amount
        .is_none_or(|paid| paid.currency() == amount.currency());
    refuse_unless!(
        line.kind == Kind::Payment && same && amount.minor() > 0,
        Refused::Amount
    );
    let before = derive::refunded_in_cash(db, line.id)?;
    let all = before.saturating_add(amount.minor());
    refuse_unless!(
        line.amount.is_none_or(|paid| all <= paid.minor()),
        Refused::Amount
    );
    let mut refund = Line {
        day: said.day,
        kind: Kind::Refund,
        trust: Trust::Confirmed,
        platform: CASH,
        amount: Some(amount),
        note: None,
        paid_at: Some(said.at),
        accepted_at: said.at,
        collector: said.who.to_owned(),
        ..made(id, line, said)
    };
    line::insert(db, OWN_LOG, &mut refund, Some(said.at))?;
    Ok(Ok(refund.id))
}

/// The row of a piece of news that is a payment of its own.
fn split(
    db: &Connection,
    line: &Line,
    news: NewsId,
    id: CorrectionId,
    said: &Said<'_>,
) -> Result<Result<LineId, Refused>, LedgerError> {
    let all = heard::of_line(db, line.id)?;
    let Some(at) = all.iter().position(|heard| heard.id == news) else {
        return Ok(Err(Refused::NotFound));
    };
    let sql = "SELECT 1 FROM corrections AS c WHERE line = ?1 AND news = ?2 AND what = 'split'
               AND NOT EXISTS (SELECT 1 FROM corrections AS u WHERE u.undoes = c.id)";
    let split_off = db.prepare_cached(sql)?.exists((line.id.0, news.0))?;
    refuse_unless!(at > 0 && !split_off, Refused::News);
    let heard = &all[at];
    let mut own = Line {
        trust: heard.own.trust,
        platform: heard.platform.clone(),
        amount: heard.own.amount,
        payer: heard.own.payer.clone(),
        note: heard.own.note.clone(),
        order: heard.own.order.clone(),
        transaction: heard.own.transaction.clone(),
        refund: heard.own.refund.clone(),
        paid_at: heard.own.paid_at,
        accepted_at: heard.at,
        collector: heard.by.clone(),
        ..made(id, line, said)
    };
    line::insert(db, OWN_LOG, &mut own, Some(said.at))?;
    Ok(Ok(own.id))
}

fn may_join(
    db: &Connection,
    line: &Line,
    other: LineId,
) -> Result<Result<(), Refused>, LedgerError> {
    refuse_unless!(line.id != other, Refused::Other);
    let Some(other) = line::by_id(db, other)? else {
        return Ok(Err(Refused::NotFound));
    };
    refuse_unless!(other.standing == Standing::Counts, Refused::Gone);
    let currency = |line: &Line| line.amount.map(|amount| amount.currency());
    let alike = line.kind == other.kind
        && line.test == other.test
        && (currency(line).is_none()
            || currency(&other).is_none()
            || currency(line) == currency(&other));
    refuse_unless!(alike, Refused::Other);
    let joins = derive::joins(db, [line.id, other.id], JOINED_MAX)?;
    refuse_unless!(joins < JOINED_MAX, Refused::TooMany);
    Ok(Ok(()))
}

/// A text as it is kept: nothing hidden in it, white space folded but for lines, not empty, not longer than allowed.
fn clean(text: &str, most: usize) -> Option<String> {
    let seen: String = text.chars().filter(|c| !is_hidden(*c)).collect();
    let lines = seen
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    let text = lines
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join("\n");
    let length = text.chars().count();
    (1..=most).contains(&length).then_some(text)
}

/// A name or a word: one line.
fn clean_name(text: &str) -> Option<String> {
    clean(&text.replace(['\n', '\r'], " "), NAME_MAX)
}
