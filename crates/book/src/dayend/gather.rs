//! Counts a day, or the part of it that a closing takes in, in one pass over its rows.

use super::{
    DayReport, HourTotals, Latency, Moment, Question, QuestionCount, QuestionKind, Questions,
    TotalGroup, WeekdayBefore, due,
    due::Span,
    rows::{self, Row},
    shares::{self, Shares},
};
use crate::{LineId, fresh::STALE_MS, word};
use domain::{BusinessDay, Currency, DayRule, Timestamp, Trust};
use rusqlite::{Connection, Params, params};
use std::collections::BTreeMap;

/// So many questions of each kind are listed; all are counted.
const QUESTIONS_MAX: usize = 200;
/// Minutes of a day.
const DAY_MINUTES: u16 = 24 * 60;

/// Which rows of a day are counted, and how they are shown.
pub(super) struct Part<'a> {
    pub(super) day: BusinessDay,
    /// Rows after this one …
    pub(super) after: i64,
    /// … up to this one.
    pub(super) upto: i64,
    /// Notices of that day after this one …
    pub(super) notices_after: i64,
    /// … up to this one …
    pub(super) notices_upto: i64,
    /// … and of days before, which are in no closing yet: those after that day, or after that one. `None`: none of them.
    pub(super) notices_late: Option<(BusinessDay, i64)>,
    pub(super) rule: &'a DayRule,
    pub(super) own: Currency,
    pub(super) now: Timestamp,
    /// Somebody counts the drawer blind: nothing from which its cash follows is told.
    pub(super) without_cash: bool,
}

impl<'a> Part<'a> {
    /// The whole day.
    pub(super) fn whole(
        day: BusinessDay,
        rule: &'a DayRule,
        own: Currency,
        now: Timestamp,
    ) -> Self {
        Self {
            day,
            after: 0,
            upto: i64::MAX,
            notices_after: 0,
            notices_upto: i64::MAX,
            notices_late: None,
            rule,
            own,
            now,
            without_cash: false,
        }
    }

    /// What a closing takes in of its own day.
    pub(super) fn of(span: &Span, rule: &'a DayRule, own: Currency, now: Timestamp) -> Self {
        Self {
            after: span.own_after(),
            upto: span.upto.lines,
            notices_after: match span.before.day < span.day {
                true => 0,
                false => span.before.upto.unread,
            },
            notices_upto: span.upto.unread,
            notices_late: Some(span.notices_late()),
            ..Self::whole(span.day, rule, own, now)
        }
    }
}

/// Counts that part of a day.
pub(super) fn report(db: &Connection, part: &Part<'_>) -> rusqlite::Result<DayReport> {
    let mut counting = Counting::default();
    rows::of_day(db, part.day, (part.after, part.upto), |row| {
        if !(part.without_cash && row.is_cash()) {
            counting.take(part, &row);
        }
    })?;
    notices(db, part, &mut counting.asking)?;
    let rule = part.rule;
    let (begins, ends) = (
        rule.start_of(part.day),
        rule.start_of(part.day.plus_days(1).unwrap_or(part.day)),
    );
    let running = part.now < ends;
    Ok(DayReport {
        day: part.day,
        rule: rule.clone(),
        begins: Moment::new(begins, rule),
        ends: Moment::new(ends, rule),
        running,
        first: counting.first.map(|at| Moment::new(at, rule)),
        last: counting.last.map(|at| Moment::new(at, rule)),
        totals: counting.totals.shown(part.own),
        platforms: groups(counting.platforms, part.own),
        collectors: groups(counting.collectors, part.own),
        terminals: groups(counting.terminals, part.own),
        hours: hours(&counting.hours, part),
        // Cash is in both: one cannot be compared, from the other it would follow.
        weekday_before: match part.without_cash {
            true => None,
            false => weekday_before(db, part, running)?,
        },
        grand_total: match part.without_cash {
            true => Vec::new(),
            false => shares::up_to(db, part.day)?.shown(part.own),
        },
        latency: latency(counting.waits),
        questions: counting.asking.questions(),
        closings: due::numbers(db, part.day, false)?,
    })
}

#[derive(Default)]
struct Counting {
    totals: Shares,
    platforms: BTreeMap<String, InGroup>,
    collectors: BTreeMap<String, InGroup>,
    terminals: BTreeMap<String, InGroup>,
    hours: BTreeMap<u8, Shares>,
    first: Option<Timestamp>,
    last: Option<Timestamp>,
    waits: Vec<i64>,
    asking: Asking,
}

#[derive(Default)]
struct InGroup {
    totals: Shares,
    lines: u32,
    without_amount: u32,
}

impl Counting {
    fn take(&mut self, part: &Part<'_>, row: &Row) {
        let at = row.at();
        self.first = Some(self.first.map_or(at, |first| first.min(at)));
        self.last = Some(self.last.map_or(at, |last| last.max(at)));
        self.totals.add(row);
        for (groups, key) in [
            (&mut self.platforms, row.platform.as_str()),
            (&mut self.collectors, &row.collector),
            (&mut self.terminals, &row.terminal),
        ] {
            // Almost always the group is there, and its name need not be copied.
            let group = match groups.get_mut(key) {
                Some(group) => group,
                None => groups.entry(key.to_owned()).or_default(),
            };
            group.totals.add(row);
            group.lines += 1;
            group.without_amount += u32::from(row.amount.is_none());
        }
        let (_, minute) = part.rule.weekday_and_minute(at);
        let hour = u8::try_from(minute / 60).unwrap_or(0);
        self.hours.entry(hour).or_default().add(row);
        self.waits.extend(row.waited());
        self.asking.take(part, row);
    }
}

fn groups(found: BTreeMap<String, InGroup>, own: Currency) -> Vec<TotalGroup> {
    let mut found: Vec<_> = found.into_iter().collect();
    found.sort_by_key(|(key, group)| {
        let share = group.totals.of(own);
        (
            -(share.paid - share.refunded),
            -i64::from(group.lines),
            key.clone(),
        )
    });
    let shown = |(key, group): (String, InGroup)| TotalGroup {
        key,
        totals: group.totals.shown(own),
        without_amount: group.without_amount,
    };
    found.into_iter().map(shown).collect()
}

fn hours(found: &BTreeMap<u8, Shares>, part: &Part<'_>) -> Vec<HourTotals> {
    let all = (0..24).map(|step| (part.rule.cutover_hour + step) % 24);
    let shown = |hour| HourTotals {
        hour,
        totals: found
            .get(&hour)
            .map(|totals| totals.shown(part.own))
            .unwrap_or_default(),
    };
    all.map(shown).collect()
}

fn weekday_before(
    db: &Connection,
    part: &Part<'_>,
    running: bool,
) -> rusqlite::Result<Option<WeekdayBefore>> {
    let Some(day) = part.day.plus_days(-7) else {
        return Ok(None);
    };
    let totals = shares::of_day(db, day)?.shown(part.own);
    if totals.is_empty() {
        return Ok(None);
    }
    let mut so_far = None;
    if running {
        let until = minute_of_business(part.rule, part.now);
        let mut by_now = Shares::default();
        rows::of_day(db, day, (0, i64::MAX), |row| {
            if minute_of_business(part.rule, row.at()) <= until {
                by_now.add(&row);
            }
        })?;
        so_far = Some(by_now.shown(part.own));
    }
    Ok(Some(WeekdayBefore {
        day,
        totals,
        so_far,
    }))
}

/// How many minutes of the business day the shop's clock has gone through.
fn minute_of_business(rule: &DayRule, at: Timestamp) -> u16 {
    let (_, minute) = rule.weekday_and_minute(at);
    (minute + DAY_MINUTES - u16::from(rule.cutover_hour) * 60) % DAY_MINUTES
}

fn latency(mut waits: Vec<i64>) -> Option<Latency> {
    waits.sort_unstable();
    Some(Latency {
        count: u32::try_from(waits.len()).unwrap_or(u32::MAX),
        median_ms: *waits.get(waits.len() / 2)?,
        worst_ms: *waits.last()?,
    })
}

/// What somebody should look at, as it is found.
#[derive(Default)]
struct Asking(BTreeMap<QuestionKind, (u32, Vec<Question>)>);

impl Asking {
    fn ask(&mut self, what: QuestionKind, question: impl FnOnce() -> Question) {
        let (count, rows) = self.0.entry(what).or_default();
        *count += 1;
        if rows.len() < QUESTIONS_MAX {
            rows.push(question());
        }
    }

    fn take(&mut self, part: &Part<'_>, row: &Row) {
        let late_ms = row.late_ms();
        let question = |what| {
            move || Question {
                what,
                line: Some(row.id),
                notice: None,
                at: Moment::new(row.at(), part.rule),
                platform: Some(row.platform.clone()),
                kind: Some(row.kind),
                number: row.number,
                amount: row.signed(),
                late_ms: late_ms.filter(|_| what == QuestionKind::AnnouncedLate),
            }
        };
        if row.trust == Trust::Reported {
            self.ask(
                QuestionKind::ReportedOnly,
                question(QuestionKind::ReportedOnly),
            );
        }
        if row.amount.is_none() {
            self.ask(
                QuestionKind::WithoutAmount,
                question(QuestionKind::WithoutAmount),
            );
        }
        // What somebody here wrote down by hand is not announced.
        if row.by_hand {
            return;
        }
        match late_ms {
            Some(late) if late > STALE_MS => {
                self.ask(
                    QuestionKind::AnnouncedLate,
                    question(QuestionKind::AnnouncedLate),
                );
            }
            Some(_) => {}
            None if part.now.since(row.received_at) > STALE_MS => {
                self.ask(
                    QuestionKind::NotAnnounced,
                    question(QuestionKind::NotAnnounced),
                );
            }
            // It is being announced now.
            None => {}
        }
    }

    fn questions(self) -> Questions {
        let counts = self.0.iter().map(|(what, (count, _))| QuestionCount {
            what: *what,
            count: *count,
        });
        Questions {
            counts: counts.collect(),
            rows: self.0.into_values().flat_map(|(_, rows)| rows).collect(),
        }
    }
}

fn notices(db: &Connection, part: &Part<'_>, asking: &mut Asking) -> rusqlite::Result<()> {
    let of_day = "SELECT id, at FROM unread WHERE day = ?1 AND id > ?2 AND id <= ?3 ORDER BY id";
    let day = word(&part.day);
    if let Some((closed, after)) = part.notices_late {
        // The plus keeps the day's index out where few notices came since, and many days went before.
        let late = "SELECT id, at FROM unread WHERE id > ?2 AND id <= ?3 AND +day < ?1
                    UNION ALL SELECT id, at FROM unread WHERE day > ?4 AND day < ?1 AND id <= ?2
                    ORDER BY id";
        let asked = params![day, after, part.notices_upto, word(&closed)];
        ask_of_each(db, late, asked, part, asking)?;
    }
    let asked = params![day, part.notices_after, part.notices_upto];
    ask_of_each(db, of_day, asked, part, asking)
}

fn ask_of_each(
    db: &Connection,
    sql: &str,
    asked: impl Params,
    part: &Part<'_>,
    asking: &mut Asking,
) -> rusqlite::Result<()> {
    let mut query = db.prepare_cached(sql)?;
    let mut found = query.query(asked)?;
    while let Some(row) = found.next()? {
        let (id, at) = (LineId(row.get(0)?), Timestamp(row.get(1)?));
        asking.ask(QuestionKind::NotUnderstood, || Question {
            what: QuestionKind::NotUnderstood,
            line: None,
            notice: Some(id),
            at: Moment::new(at, part.rule),
            platform: None,
            kind: None,
            number: None,
            amount: None,
            late_ms: None,
        });
    }
    Ok(())
}
