//! A shop's payments of today, kept in memory once for all of its linked terminals: a hundred phones that link at once
//! cost the disk one reading.

use super::opaque::Place;
use crate::HubError;
use crate::accept::{number, seq};
use crate::shop::Shop;
use crate::store::Store;
use domain::permission::{Permission, Seen, TerminalTotals};
use domain::{BusinessDay, DayRule, Event, Joined, Payment, Seq, Timestamp};
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A phone's clock may be ahead: a payment of today may have been accepted a little before the day began.
const BEFORE_MS: i64 = 3_600_000;
/// How many entries are read from the disk at once, so that news of money gets its turn between.
const READ_AT_ONCE: usize = 500;
/// How many permissions' totals are kept; a shop has a handful.
const TOTALS_KEPT: usize = 64;

/// A payment as it is known by now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Known {
    /// The number of its first entry.
    pub(crate) seq: Seq,
    /// When that was accepted.
    pub(crate) at: Timestamp,
    pub(crate) payment: Payment,
}

impl Known {
    fn joined_by(&self, joined: &Joined) -> Self {
        let mut after = self.clone();
        after.payment.amount = joined.amount;
        let (news, more) = (&mut after.payment.news, &joined.news);
        news.trust = joined.trust;
        let fill = |had: &mut Option<String>, more: &Option<String>| {
            if had.is_none() {
                had.clone_from(more);
            }
        };
        fill(&mut news.payer, &more.payer);
        fill(&mut news.note, &more.note);
        fill(&mut news.order, &more.order);
        after
    }
}

/// What one entry changed.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    pub(crate) seq: Seq,
    pub(crate) at: Timestamp,
    pub(crate) before: Option<Arc<Known>>,
    pub(crate) after: Arc<Known>,
}

/// What happened lately in one shop.
#[derive(Default)]
pub(crate) struct Recent {
    reading: tokio::sync::Mutex<()>,
    inside: Mutex<Option<Inside>>,
}

struct Inside {
    /// Everything after this place is here …
    after: Place,
    /// … up to this one.
    upto: Place,
    steps: VecDeque<Arc<Step>>,
    payments: BTreeMap<Seq, Arc<Known>>,
    /// By permission and the time from which; for the day and number that they were summed at.
    totals: HashMap<(Arc<Permission>, Timestamp), (BusinessDay, Seq, TerminalTotals)>,
}

impl Recent {
    fn inside(&self) -> MutexGuard<'_, Option<Inside>> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes sure that everything up to `newest` is here.
    pub(crate) async fn read_to(
        &self,
        store: &Store,
        shop: &Shop,
        newest: Seq,
        now: Timestamp,
    ) -> Result<(), HubError> {
        let behind = |inside: &Option<Inside>| {
            let upto = inside.as_ref().map(|inside| inside.upto.seq);
            upto.is_none_or(|upto| upto < newest)
        };
        if !behind(&self.inside()) {
            return Ok(());
        }
        let _one_at_a_time = self.reading.lock().await;
        let start = kept_since(&shop.face().day_rule, now);
        let (key, begun) = (shop.key, self.inside().is_some());
        if !begun {
            let after = store
                .call(move |db| Ok(last_before(db, key, start)?))
                .await?;
            *self.inside() = Some(Inside::new(after));
        }
        while behind(&self.inside()) {
            let upto = self.inside().as_ref().map(|inside| inside.upto.seq);
            let after = upto.unwrap_or_default();
            let read = store
                .call(move |db| {
                    let entries = crate::accept::after(db, key, after, READ_AT_ONCE, usize::MAX)?;
                    let mut older = BTreeMap::new();
                    for joined in entries.iter().filter_map(|entry| joined(&entry.event)) {
                        // Of a payment from before what is kept here, or of these very entries: then it is found there.
                        if joined.payment <= after
                            && let Some(known) = known(db, key, joined.payment, after)?
                        {
                            older.insert(joined.payment, Arc::new(known));
                        }
                    }
                    Ok((entries, older))
                })
                .await?;
            let (entries, older) = read;
            if entries.is_empty() {
                return Err(HubError::Storage("the log has a gap".to_owned()));
            }
            if let Some(inside) = self.inside().as_mut() {
                inside.take(entries, &older);
                inside.forget_before(start);
            }
        }
        Ok(())
    }

    /// What happened after a number, at most `count` steps, and the place up to which that is all. `None`: that number
    /// is from before what is kept here.
    pub(crate) fn after(&self, cursor: Seq, count: usize) -> Option<(Vec<Arc<Step>>, Place)> {
        let inside = self.inside();
        let inside = inside
            .as_ref()
            .filter(|inside| cursor >= inside.after.seq)?;
        let from = inside.steps.partition_point(|step| step.seq <= cursor);
        let steps: Vec<_> = inside.steps.range(from..).take(count).cloned().collect();
        let (upto, full) = (inside.upto, steps.len() == count);
        let last = steps.last().filter(|_| full);
        let place = last.map_or(upto, |last| Place {
            seq: last.seq,
            at: last.at,
        });
        Some((steps, place))
    }

    /// The newest place; `None`: nothing is kept now.
    pub(crate) fn upto(&self) -> Option<Place> {
        self.inside().as_ref().map(|inside| inside.upto)
    }

    /// Where a terminal goes on that was told up to a place of this log at that time; `None`: from the start. Only what
    /// was told since `since` is kept here: what counts is that time, and not which entries there are.
    pub(crate) fn resumes(&self, place: Place, told: Timestamp, since: Timestamp) -> Option<Place> {
        let inside = self.inside();
        let inside = inside.as_ref()?;
        let known = told >= since && place.seq <= inside.upto.seq;
        known.then(|| match place.seq < inside.after.seq {
            true => inside.after,
            false => place,
        })
    }

    /// The payments of a day, newest first.
    pub(crate) fn of_day(&self, day: BusinessDay) -> Vec<Arc<Known>> {
        let inside = self.inside();
        let Some(inside) = inside.as_ref() else {
            return Vec::new();
        };
        let newest_first = inside.payments.values().rev();
        newest_first
            .filter(|known| known.payment.day == day)
            .cloned()
            .collect()
    }

    /// The day's totals of what was accepted from a time on, under a permission; summed once for all that have it.
    pub(crate) fn totals(
        &self,
        permission: &Arc<Permission>,
        from: Timestamp,
        face: &domain::wire::Shop,
        day: BusinessDay,
    ) -> TerminalTotals {
        let of = (Arc::clone(permission), from);
        let upto = self.upto().map(|upto| upto.seq).unwrap_or_default();
        if let Some(inside) = self.inside().as_ref()
            && let Some((summed, at, totals)) = inside.totals.get(&of)
            && (*summed, *at) == (day, upto)
        {
            return totals.clone();
        }
        let told: Vec<_> = self
            .of_day(day)
            .iter()
            .filter(|known| known.at >= from)
            .filter_map(|known| {
                let seen = Seen {
                    at: known.at,
                    collector: None,
                    shop: face,
                };
                permission.cut(&known.payment, seen)
            })
            .collect();
        let totals = TerminalTotals::of(permission, day, &told);
        if let Some(inside) = self.inside().as_mut() {
            if inside.totals.len() >= TOTALS_KEPT {
                inside.totals.clear();
            }
            let kept = (day, upto, totals.clone());
            inside.totals.insert(of, kept);
        }
        totals
    }

    /// With a log that began with these entries.
    #[cfg(test)]
    pub(crate) fn with(entries: Vec<domain::Entry>) -> Self {
        let recent = Self::default();
        let mut inside = Inside::new(Place::default());
        inside.take(entries, &BTreeMap::new());
        *recent.inside() = Some(inside);
        recent
    }

    /// The same, read when the kept span had begun at that time.
    #[cfg(test)]
    pub(crate) fn with_kept_since(entries: Vec<domain::Entry>, since: Timestamp) -> Self {
        let recent = Self::with(entries);
        if let Some(inside) = recent.inside().as_mut() {
            inside.forget_before(since);
        }
        recent
    }

    /// The shop has another currency or day: what was summed or kept by the old ones is not good any more.
    pub(crate) async fn forget(&self) {
        let _one_at_a_time = self.reading.lock().await;
        *self.inside() = None;
    }
}

impl Inside {
    fn new(after: Place) -> Self {
        Self {
            after,
            upto: after,
            steps: VecDeque::new(),
            payments: BTreeMap::new(),
            totals: HashMap::new(),
        }
    }

    fn take(&mut self, entries: Vec<domain::Entry>, older: &BTreeMap<Seq, Arc<Known>>) {
        for entry in entries {
            self.upto = Place {
                seq: entry.seq,
                at: entry.at,
            };
            let (before, after) = match entry.event {
                Event::Paid(payment) => {
                    let known = Known {
                        seq: entry.seq,
                        at: entry.at,
                        payment,
                    };
                    (None, known)
                }
                Event::Confirmed(joined) | Event::Attached(joined) => {
                    let had = self.payments.get(&joined.payment);
                    let Some(before) = had.or_else(|| older.get(&joined.payment)).cloned() else {
                        continue;
                    };
                    let after = before.joined_by(&joined);
                    (Some(before), after)
                }
                Event::NotUnderstood(_) => continue,
            };
            let after = Arc::new(after);
            self.payments.insert(after.seq, Arc::clone(&after));
            self.steps.push_back(Arc::new(Step {
                seq: entry.seq,
                at: entry.at,
                before,
                after,
            }));
        }
    }

    fn forget_before(&mut self, start: Timestamp) {
        while let Some(step) = self.steps.pop_front_if(|step| step.at < start) {
            self.after = Place {
                seq: step.seq,
                at: step.at,
            };
        }
        let kept = self.after.seq;
        let touched: std::collections::HashSet<_> =
            self.steps.iter().map(|step| step.after.seq).collect();
        if self
            .payments
            .first_key_value()
            .is_some_and(|(seq, _)| *seq <= kept)
        {
            self.payments
                .retain(|seq, _| *seq > kept || touched.contains(seq));
        }
    }
}

fn joined(event: &Event) -> Option<&Joined> {
    match event {
        Event::Confirmed(joined) | Event::Attached(joined) => Some(joined),
        Event::Paid(_) | Event::NotUnderstood(_) => None,
    }
}

/// Since when what happened is kept here: this business day's, and a little of what came before it.
pub(crate) fn kept_since(rule: &DayRule, now: Timestamp) -> Timestamp {
    rule.start_of(rule.day_of(now)).plus_ms(-BEFORE_MS)
}

/// The last entry that was accepted before a time.
fn last_before(db: &Connection, shop: i64, time: Timestamp) -> rusqlite::Result<Place> {
    let last = db
        .prepare_cached(
            "SELECT seq, at FROM entries WHERE shop = ?1 AND at < ?2 ORDER BY seq DESC LIMIT 1",
        )?
        .query_row(params![shop, time.0], |row| {
            Ok(Place {
                seq: seq(row, 0)?,
                at: Timestamp(row.get(1)?),
            })
        })
        .optional()?;
    Ok(last.unwrap_or_default())
}

/// A payment as it was known up to a number.
pub(crate) fn known(
    db: &Connection,
    shop: i64,
    payment: Seq,
    upto: Seq,
) -> rusqlite::Result<Option<Known>> {
    let first = db
        .prepare_cached("SELECT seq, at, event FROM entries WHERE shop = ?1 AND seq = ?2")?
        .query_row(params![shop, number(payment)], |row| {
            Ok((
                seq(row, 0)?,
                Timestamp(row.get(1)?),
                row.get::<_, String>(2)?,
            ))
        })
        .optional()?;
    let Some((seq, at, Ok(Event::Paid(payment)))) =
        first.map(|(seq, at, json)| (seq, at, serde_json::from_str(&json)))
    else {
        return Ok(None);
    };
    let mut known = Known { seq, at, payment };
    // The expression is the index's own; left to choose, SQLite would read the shop's whole log.
    let mut statement = db.prepare_cached(
        "SELECT event FROM entries INDEXED BY entries_joined
         WHERE shop = ?1 AND CASE WHEN json_valid(event) THEN json_extract(event, '$.payment') END = ?2
           AND seq <= ?3 ORDER BY seq",
    )?;
    let mut rows = statement.query(params![shop, number(seq), number(upto)])?;
    while let Some(row) = rows.next()? {
        let event = serde_json::from_str(row.get_ref(0)?.as_str()?);
        if let Ok(Event::Confirmed(joined) | Event::Attached(joined)) = event {
            known = known.joined_by(&joined);
        }
    }
    Ok(Some(known))
}
