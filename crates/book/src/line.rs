//! One payment in the book, as it is known now: read from its row, and written back where news or corrections made
//! something else of it.

use crate::{LineId, amount, classes, read_word, search, seq, tally, whole, word};
use domain::{BusinessDay, Kind, Money, Platform, Seq, Timestamp, Trust};
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

/// Whether a row stands for money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// It is a payment or refund of its own. Only these count, anywhere.
    Counts,
    /// It is the same payment as another row.
    Joined,
    /// The correction that made it was undone.
    Undone,
}

/// One payment in the book, as it is known now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its row.
    pub id: LineId,
    /// The hub's number; of a row that a correction made, the correction's.
    pub seq: Seq,
    /// Its business day.
    pub day: BusinessDay,
    /// The day's running number.
    pub number: Option<u32>,
    /// Payment or refund.
    pub kind: Kind,
    /// How sure we are.
    pub trust: Trust,
    /// The platform; `cash` where somebody said so.
    pub platform: Platform,
    /// The amount; `None`: not given.
    pub amount: Option<Money>,
    /// Who paid.
    pub payer: Option<String>,
    /// The note.
    pub note: Option<String>,
    /// The shop's order number.
    pub order: Option<String>,
    /// The platform's number.
    pub transaction: Option<String>,
    /// The number of a refund itself, as the platform's statements have it.
    pub refund: Option<String>,
    /// A test by the shop.
    pub test: bool,
    /// When the customer paid, by the platform's clock.
    pub paid_at: Option<Timestamp>,
    /// When the hub accepted it.
    pub accepted_at: Timestamp,
    /// When it stood here.
    pub received_at: Timestamp,
    /// When its card was on the screen.
    pub shown_at: Option<Timestamp>,
    /// When the voice began.
    pub spoken_at: Option<Timestamp>,
    /// Nothing more is to be announced of it.
    pub told: bool,
    /// Who collected it: the phone (by its own name) or source (by its id) that first told of it, or whom a correction
    /// names.
    pub collector: String,
    /// Whether it stands for money.
    pub standing: Standing,
    /// The row that it is the same payment as.
    pub joined_to: Option<LineId>,
    /// So many corrections hold.
    pub corrected: u32,
    /// Notes and tags that people added, one to a line.
    pub remarks: Option<String>,
}

impl Line {
    /// It is in sums, lists and exports.
    pub fn counts(&self) -> bool {
        self.standing == Standing::Counts
    }
}

/// Money that went from hand to hand.
pub const CASH: Platform = Platform::named("cash");

/// The columns of `lines` that [`line`] reads, in its order.
pub const LINE_COLUMNS: &str = "id, seq, day, number, kind, trust, platform, minor, currency, payer, note, ord, trade, test, \
     paid_at, accepted_at, received_at, shown_at, spoken_at, told_at, collector, state, joined_to, corrected, remarks, refund";

/// One row of `lines`, selected by [`LINE_COLUMNS`].
pub fn line(row: &Row<'_>) -> rusqlite::Result<Line> {
    Ok(Line {
        id: LineId(row.get(0)?),
        seq: seq(row, 1)?,
        day: read_word(row, 2)?,
        number: row.get(3)?,
        kind: read_word(row, 4)?,
        trust: read_word(row, 5)?,
        platform: read_word(row, 6)?,
        amount: amount(row, 7, 8)?,
        payer: row.get(9)?,
        note: row.get(10)?,
        order: row.get(11)?,
        transaction: row.get(12)?,
        test: row.get(13)?,
        paid_at: row.get::<_, Option<i64>>(14)?.map(Timestamp),
        accepted_at: Timestamp(row.get(15)?),
        received_at: Timestamp(row.get(16)?),
        shown_at: row.get::<_, Option<i64>>(17)?.map(Timestamp),
        spoken_at: row.get::<_, Option<i64>>(18)?.map(Timestamp),
        told: row.get::<_, Option<i64>>(19)?.is_some(),
        collector: row.get(20)?,
        standing: read_word(row, 21)?,
        joined_to: row.get::<_, Option<i64>>(22)?.map(LineId),
        corrected: row.get(23)?,
        remarks: row.get(24)?,
        refund: row.get(25)?,
    })
}

/// One row by its id.
pub(crate) fn by_id(db: &Connection, id: LineId) -> rusqlite::Result<Option<Line>> {
    let sql = format!("SELECT {LINE_COLUMNS} FROM lines WHERE id = ?1");
    db.prepare_cached(&sql)?.query_row([id.0], line).optional()
}

/// A new row, with its share of its day and in the search. Answers its id.
pub(crate) fn insert(
    db: &Connection,
    log: i64,
    line: &mut Line,
    told_at: Option<Timestamp>,
) -> rusqlite::Result<()> {
    let sql = "INSERT INTO lines (log, seq, day, number, kind, trust, platform, minor, currency, payer, note, ord,
                   trade, refund, test, paid_at, accepted_at, received_at, told_at, collector, class)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21)";
    db.prepare_cached(sql)?.execute(params![
        log,
        whole(line.seq.0),
        word(&line.day),
        line.number,
        word(&line.kind),
        word(&line.trust),
        line.platform.as_str(),
        line.amount.map(Money::minor),
        line.amount
            .map(|amount| amount.currency().code().to_owned()),
        line.payer,
        line.note,
        line.order,
        line.transaction,
        line.refund,
        line.test,
        line.paid_at.map(|at| at.0),
        line.accepted_at.0,
        line.received_at.0,
        told_at.map(|at| at.0),
        line.collector,
        classes::class_of(db, line)?,
    ])?;
    line.id = LineId(db.last_insert_rowid());
    tally::add(db, line)?;
    search::index(db, line, false)
}

/// A row is known differently: what can change is written, its day's totals and the search follow.
pub(crate) fn change(db: &Connection, before: &Line, after: &Line) -> rusqlite::Result<()> {
    if before == after {
        return Ok(());
    }
    let sql = "UPDATE lines SET trust = ?2, minor = ?3, currency = ?4, payer = ?5, note = ?6, ord = ?7, trade = ?8,
                   paid_at = ?9, platform = ?10, collector = ?11, state = ?12, joined_to = ?13, corrected = ?14,
                   remarks = ?15, class = ?16, refund = ?17 WHERE id = ?1";
    db.prepare_cached(sql)?.execute(params![
        after.id.0,
        word(&after.trust),
        after.amount.map(Money::minor),
        after
            .amount
            .map(|amount| amount.currency().code().to_owned()),
        after.payer,
        after.note,
        after.order,
        after.transaction,
        after.paid_at.map(|at| at.0),
        after.platform.as_str(),
        after.collector,
        word(&after.standing),
        after.joined_to.map(|line| line.0),
        after.corrected,
        after.remarks,
        classes::class_of(db, after)?,
        after.refund,
    ])?;
    tally::change(db, before, after)?;
    if texts(before) != texts(after) {
        search::index(db, after, true)?;
    }
    Ok(())
}

/// What the search looks in.
pub(crate) fn texts(line: &Line) -> [Option<&str>; 5] {
    [
        line.payer.as_deref(),
        line.note.as_deref(),
        line.remarks.as_deref(),
        line.order.as_deref(),
        line.transaction.as_deref(),
    ]
}
