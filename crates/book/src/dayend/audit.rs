//! Whether closings are what they say and follow one on another, and whether what is noted as closed is what they took
//! in. For the check of the book: what is wrong is told, nothing is mended.

use super::{
    ClosingKind, CurrencyTotal, Moment, NumberGap,
    due::{self, Mark},
    late,
    shares::{self, Shares},
};
use crate::{LineId, verify::sense, word};
use domain::{BusinessDay, DayRule};
use rusqlite::{Connection, OptionalExtension, params};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// Closings that are looked at in one go: some ten milliseconds.
const STEP: i64 = 20;
/// Missing numbers that are told one by one.
const MISSING_MAX: u32 = 100;

/// What is not as it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wrong {
    /// No closing has this number, and nothing explains it.
    Missing(u32),
    /// Its day, or the rows up to which it goes, lie before those of the closing before.
    Order(i64),
    /// Its row is not what it says, or its sums are not the sum of their parts.
    Differs(i64),
    /// What is noted as closed, of that day or of all, is not what closings took in.
    Closed(Option<BusinessDay>),
}

/// A closing's sums, and what its row has to agree with.
#[derive(Deserialize)]
struct Said {
    number: u32,
    #[serde(default)]
    gap: Option<NumberGap>,
    kind: ClosingKind,
    day: BusinessDay,
    closed: Moment,
    closed_by: String,
    through: LineId,
    report: SaidReport,
    late_totals: Vec<CurrencyTotal>,
    changes_totals: Vec<CurrencyTotal>,
    taken: Vec<CurrencyTotal>,
    grand_total: Vec<CurrencyTotal>,
}

#[derive(Deserialize)]
struct SaidReport {
    rule: DayRule,
    totals: Vec<CurrencyTotal>,
}

/// A closing's row.
struct Row {
    kind: String,
    corrects: Option<u32>,
    day: String,
    rule: (String, u8),
    closed: (i64, String),
    /// The last rows of payments, news, corrections, notices, entries of cash, counts.
    upto: [i64; 6],
    said: Option<Said>,
}

/// The tables of `upto`, in the same order.
const TABLES: [&str; 6] = [
    "lines",
    "news",
    "corrections",
    "unread",
    "cash_moves",
    "cash_counts",
];

/// What the last closing of a day or a shift left behind.
struct Before {
    id: i64,
    shift: bool,
    day: String,
    upto: [i64; 6],
    /// `None`: it could not be read.
    grand: Option<Shares>,
}

/// A walk over all closings.
#[derive(Default)]
pub(crate) struct Audit {
    last: i64,
    before: Option<Before>,
    /// So many were looked at.
    pub(crate) seen: u64,
}

impl Audit {
    /// Looks at the next closings, and after the last one at what is noted as closed. Whether there are more.
    pub(crate) fn step(mut self, db: &Connection) -> rusqlite::Result<(Self, Vec<Wrong>, bool)> {
        let sql = "SELECT id FROM closings WHERE id > ?1 ORDER BY id LIMIT ?2";
        let ids = db
            .prepare_cached(sql)?
            .query_map((self.last, STEP), |row| row.get(0))?
            .collect::<rusqlite::Result<Vec<i64>>>()?;
        let mut wrong = Vec::new();
        for &id in &ids {
            let gap = self.numbered(db, id, &mut wrong)?;
            let read = sense(row(db, id))?.flatten();
            self.seen += 1;
            self.last = id;
            match read {
                Some(row) if row.kind == "correction" => {
                    wrong.extend((!corrects(db, id, gap, &row)?).then_some(Wrong::Differs(id)));
                }
                Some(row) => self.closes(id, gap, row, &mut wrong),
                None => wrong.push(Wrong::Differs(id)),
            }
        }
        let more = !ids.is_empty();
        if !more {
            self.ends(db, &mut wrong)?;
        }
        Ok((self, wrong, more))
    }

    /// Its number follows on the one before; answers which numbers are missing between, where a copy that took the
    /// book's place explains it.
    fn numbered(
        &self,
        db: &Connection,
        id: i64,
        wrong: &mut Vec<Wrong>,
    ) -> rusqlite::Result<Option<(u32, u32)>> {
        let number = |id: i64| u32::try_from(id).unwrap_or(u32::MAX);
        let (first, last) = (number(self.last + 1), number(id - 1));
        if self.last + 1 == id {
            return Ok(None);
        }
        let sql = "SELECT 1 FROM restores WHERE replaced_closing = ?1";
        if db.prepare_cached(sql)?.exists([id - 1])? {
            return Ok(Some((first, last)));
        }
        let told = first.saturating_add(MISSING_MAX - 1).min(last);
        wrong.extend((first..=told).map(Wrong::Missing));
        Ok(None)
    }

    /// A closing of a day or a shift, after the one before.
    fn closes(&mut self, id: i64, gap: Option<(u32, u32)>, row: Row, wrong: &mut Vec<Wrong>) {
        let grand = row
            .said
            .as_ref()
            .map(|said| plain(Shares::of_totals(&said.grand_total)));
        let before = self.before.as_ref();
        if before.is_some_and(|before| !before.leads_to(&row)) {
            wrong.push(Wrong::Order(id));
        }
        let was = before.and_then(|before| before.grand.as_ref());
        let adds_up = row.said.as_ref().is_some_and(|said| {
            let taken = Shares::of_totals(&said.taken);
            let parts = Shares::of_totals(&said.report.totals)
                .plus(&Shares::of_totals(&said.late_totals), 1)
                .plus(&Shares::of_totals(&said.changes_totals), 1);
            let follows =
                |was: &Shares| grand.as_ref() == Some(&plain(was.clone().plus(&taken, 1)));
            plain(parts) == plain(taken.clone()) && was.is_none_or(follows)
        });
        if !adds_up || !row.agrees(id, gap) {
            wrong.push(Wrong::Differs(id));
        }
        self.before = Some(Before {
            id,
            shift: row.kind == "shift",
            day: row.day,
            upto: row.upto,
            grand,
        });
    }

    /// What is noted as closed is what all closings took in, day by day as far as that can be told.
    fn ends(&self, db: &Connection, wrong: &mut Vec<Wrong>) -> rusqlite::Result<()> {
        let Some(before) = &self.before else {
            let noted = db
                .prepare_cached("SELECT 1 FROM closed_totals LIMIT 1")?
                .exists([])?;
            wrong.extend(noted.then_some(Wrong::Closed(None)));
            return Ok(());
        };
        for (table, upto) in TABLES.iter().zip(before.upto) {
            let sql = format!("SELECT ifnull(max(id), 0) FROM {table}");
            let newest: i64 = db.prepare_cached(&sql)?.query_row([], |row| row.get(0))?;
            if upto > newest {
                wrong.push(Wrong::Differs(before.id));
                break;
            }
        }
        let days = sense(days_not_closed_so(db))?;
        let named = days.as_ref().is_some_and(|days| !days.is_empty());
        wrong.extend(
            days.into_iter()
                .flatten()
                .map(|day| Wrong::Closed(Some(day))),
        );
        let sql = "SELECT currency, sum(payments), sum(refunds), sum(paid), sum(refunded) FROM closed_totals
                   GROUP BY currency";
        let noted = sense(shares::asked(db, sql, []))?.map(plain);
        // Where the last closing cannot be read, that is told already.
        let took = before.grand.as_ref();
        if !named && took.is_some_and(|took| noted.as_ref() != Some(took)) {
            wrong.push(Wrong::Closed(None));
        }
        Ok(())
    }
}

impl Before {
    /// Days and rows never go back; a day that is closed is not closed again.
    fn leads_to(&self, row: &Row) -> bool {
        let goes_on = self.upto.iter().zip(row.upto).all(|(was, is)| *was <= is);
        goes_on && (self.day < row.day || (self.shift && self.day == row.day))
    }
}

impl Row {
    /// Its columns are what its content says.
    fn agrees(&self, id: i64, gap: Option<(u32, u32)>) -> bool {
        self.said.as_ref().is_some_and(|said| {
            let of = match said.kind {
                ClosingKind::Correction { of } => Some(of),
                _ => None,
            };
            let rule = &said.report.rule;
            i64::from(said.number) == id
                && said.gap.as_ref().map(|gap| (gap.from, gap.to)) == gap
                && due::kind_word(said.kind) == self.kind
                && of == self.corrects
                && word(&said.day) == self.day
                && (rule.zone.as_str(), rule.cutover_hour) == (self.rule.0.as_str(), self.rule.1)
                && (said.closed.at.0, said.closed_by.as_str())
                    == (self.closed.0, self.closed.1.as_str())
                && said.through.0 == self.upto[0]
        })
    }
}

fn row(db: &Connection, id: i64) -> rusqlite::Result<Option<Row>> {
    let sql = "SELECT kind, corrects, day, zone, cutover, closed_at, closed_by, lines_upto, news_upto, corrections_upto,
                   unread_upto, moves_upto, counts_upto, content
               FROM closings WHERE id = ?1";
    let found = db.prepare_cached(sql)?.query_row([id], |row| {
        let mut upto = [0; 6];
        for (at, upto) in upto.iter_mut().enumerate() {
            *upto = row.get(7 + at)?;
        }
        Ok(Row {
            kind: row.get(0)?,
            corrects: row.get(1)?,
            day: row.get(2)?,
            rule: (row.get(3)?, row.get(4)?),
            closed: (row.get(5)?, row.get(6)?),
            upto,
            said: serde_json::from_str(&row.get::<_, String>(13)?).ok(),
        })
    });
    found.optional()
}

/// A correction takes in nothing, and belongs to a closing before it.
fn corrects(
    db: &Connection,
    id: i64,
    gap: Option<(u32, u32)>,
    row: &Row,
) -> rusqlite::Result<bool> {
    let sql = "SELECT 1 FROM closings WHERE id = ?1 AND id < ?2 AND kind <> 'correction' AND day = ?3 AND lines_upto = ?4";
    let asked = params![row.corrects, id, row.day, row.upto[0]];
    let there = db.prepare_cached(sql)?.exists(asked)?;
    let takes_nothing = row.upto[1..].iter().all(|upto| *upto == 0);
    let said_so = row.said.as_ref().is_some_and(|said| said.taken.is_empty());
    Ok(there && takes_nothing && said_so && row.agrees(id, gap))
}

/// What came after the last closing, of days up to its own. A day's last row tells whether it has any, as where one closes.
pub(super) const LATE: &str = "SELECT lines.day, currency, count(*) FILTER (WHERE kind = 'payment'),
        count(*) FILTER (WHERE kind = 'refund'), ifnull(sum(minor) FILTER (WHERE kind = 'payment'), 0),
        ifnull(sum(minor) FILTER (WHERE kind = 'refund'), 0)
    FROM days CROSS JOIN lines INDEXED BY lines_day ON lines.day = days.day
    WHERE days.day <= ?1 AND days.last_line > ?2
        AND lines.id > ?2 AND test = 0 AND state = 'counts' AND minor IS NOT NULL
    GROUP BY lines.day, currency";

/// Payments, refunds, paid, refunded, by day and currency.
type ByDay = BTreeMap<(String, String), [i64; 4]>;

/// Closed days of which something else is noted than closings took in. What the book counts of a day beyond that came late
/// or was changed since: where nothing of it was changed, late payments explain it to the last fen.
fn days_not_closed_so(db: &Connection) -> rusqlite::Result<BTreeSet<BusinessDay>> {
    let Some(last) = due::last(db)? else {
        return Ok(BTreeSet::new());
    };
    let day = word(&last.day);
    let beyond = "SELECT day, currency, ifnull(t.payments, 0) - ifnull(c.payments, 0),
                      ifnull(t.refunds, 0) - ifnull(c.refunds, 0), ifnull(t.paid, 0) - ifnull(c.paid, 0),
                      ifnull(t.refunded, 0) - ifnull(c.refunded, 0)
                  FROM (SELECT day, currency FROM totals WHERE day <= ?1 UNION SELECT day, currency FROM closed_totals)
                  LEFT JOIN totals AS t USING (day, currency) LEFT JOIN closed_totals AS c USING (day, currency)";
    let beyond = by_day(db, beyond, params![day])?;
    let late = by_day(db, LATE, params![day, last.upto.lines])?;
    let changed = changed_days(db, &last)?;
    let wrong = beyond.iter().filter(|((of, currency), more)| {
        let came_late = late.get(&(of.clone(), currency.clone())).unwrap_or(&[0; 4]);
        *of > day || (*more != came_late && !changed.contains(of))
    });
    Ok(wrong
        .filter_map(|((of, _), _)| BusinessDay::parse(of))
        .collect())
}

fn by_day(db: &Connection, sql: &str, asked: impl rusqlite::Params) -> rusqlite::Result<ByDay> {
    let mut query = db.prepare_cached(sql)?;
    let rows = query.query_map(asked, |row| {
        let sums = [row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?];
        Ok(((row.get(0)?, row.get(1)?), sums))
    })?;
    rows.collect()
}

pub(super) fn changed_days_sql() -> String {
    format!(
        "SELECT DISTINCT day FROM lines WHERE id IN ({})",
        late::CHANGED
    )
}

/// Days of which closed payments are known differently since the last closing.
fn changed_days(db: &Connection, last: &Mark) -> rusqlite::Result<BTreeSet<String>> {
    let mut query = db.prepare_cached(&changed_days_sql())?;
    let asked = params![
        last.upto.news,
        i64::MAX,
        last.upto.corrections,
        i64::MAX,
        last.upto.lines,
        word(&last.day)
    ];
    query.query_map(asked, |row| row.get(0))?.collect()
}

/// Without currencies of which there is nothing.
fn plain(mut shares: Shares) -> Shares {
    shares.0.retain(|_, share| !share.is_nothing());
    shares
}

/// A copy that was put in the book's place, as it is written down in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// When.
    pub at: domain::Timestamp,
    /// By whom.
    pub who: String,
    /// The end of the chain of the book that it replaced; `None`: that could not be read.
    pub replaced_head: Option<String>,
    /// The numbers of that book's closings which this one has not, first and last.
    pub gap: Option<(u32, u32)>,
}

/// Every copy that was put in the book's place, in order.
pub(crate) fn restores(db: &Connection) -> rusqlite::Result<Vec<Restored>> {
    let sql = "SELECT at, who, replaced_head, replaced_closing,
                   (SELECT ifnull(max(id), 0) + 1 FROM closings WHERE id <= replaced_closing) FROM restores ORDER BY id";
    let mut query = db.prepare_cached(sql)?;
    let rows = query.query_map([], |row| {
        let (last, first): (Option<u32>, u32) = (row.get(3)?, row.get(4)?);
        Ok(Restored {
            at: domain::Timestamp(row.get(0)?),
            who: row.get(1)?,
            replaced_head: row.get(2)?,
            gap: last.filter(|last| first <= *last).map(|last| (first, last)),
        })
    })?;
    rows.collect()
}
