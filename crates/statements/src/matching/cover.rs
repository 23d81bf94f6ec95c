//! What a payment without a row waits for: the platform's hour of release, a statement of its time, or nothing more.

use super::{
    Heard, Rules, Waiting,
    entries::{BANK, Classes},
    work::{Work, next_banking_day},
};
use crate::{StatementKind, Tells};
use domain::{Kind, Timestamp};
use jiff::{
    Span,
    tz::{Offset, TimeZone},
};
use std::collections::BTreeMap;

const HOUR_MS: i64 = 3_600_000;
/// Two files that leave out so little between them lie side by side: some say 23:59:59 where others say midnight.
const SEAM_MS: i64 = 1000;
/// WeChat dates a refund by its start; the news of it comes when it is done, by then up to this much later.
const REFUND_TAKES_MS: i64 = 3 * 24 * HOUR_MS;

/// An account counts so long before its first statement and after its last: one that was given up long ago makes nobody
/// wait for statements that do not come.
const NEAR_MS: i64 = 62 * 24 * HOUR_MS;

/// Spans that lie apart, in order.
type Spans = Vec<(i64, i64)>;

/// The spans that statements cover, by class and whether they tell of refunds. A payment does not say to which of the
/// shop's accounts it came: where statements of one sort name several, all of these have to cover its time.
#[derive(Debug)]
pub(super) struct Cover {
    /// Of statements that name no account.
    all: BTreeMap<(u16, bool), Spans>,
    accounts: BTreeMap<(u16, bool), BTreeMap<StatementKind, BTreeMap<String, Spans>>>,
}

impl Cover {
    pub(super) fn of(rules: &Rules, classes: &mut Classes<'_>) -> Self {
        let (mut all, mut accounts) = (BTreeMap::new(), BTreeMap::new());
        for covered in &rules.covered {
            let class = classes.of(&covered.platform);
            let span = (covered.period.from.millis(), covered.period.until.millis());
            for refund in [false, true] {
                let tells = match covered.tells {
                    Tells::All => true,
                    Tells::Payments => !refund,
                    Tells::Refunds => refund,
                };
                if !tells || span.0 >= span.1 {
                    continue;
                }
                let key = (class, refund);
                let list: &mut Spans = match &covered.account {
                    None => all.entry(key).or_default(),
                    Some(account) => {
                        let of_kind: &mut BTreeMap<StatementKind, BTreeMap<String, Spans>> =
                            accounts.entry(key).or_default();
                        let of_kind = of_kind.entry(covered.kind).or_default();
                        of_kind.entry(account.clone()).or_default()
                    }
                };
                list.push(span);
            }
        }
        let named = accounts.values_mut().flat_map(BTreeMap::values_mut);
        let lists = named.flat_map(BTreeMap::values_mut).chain(all.values_mut());
        lists.for_each(join);
        Self { all, accounts }
    }

    fn covers(&self, class: u16, refund: bool, from: Timestamp, until: Timestamp) -> bool {
        let (key, from, until) = ((class, refund), from.millis(), until.millis());
        let within = |list: &Spans| {
            let after = list.partition_point(|span| span.0 <= from);
            after > 0 && until <= list[after - 1].1.saturating_add(SEAM_MS)
        };
        let is_near = |list: &&Spans| {
            let ends = list.first().zip(list.last());
            ends.is_some_and(|(first, last)| {
                first.0.saturating_sub(NEAR_MS) <= until && from <= last.1.saturating_add(NEAR_MS)
            })
        };
        let all = self.all.get(&key);
        let mut kinds = self
            .accounts
            .get(&key)
            .into_iter()
            .flat_map(BTreeMap::values);
        all.is_some_and(within)
            || kinds.any(|accounts| {
                let mut near = accounts.values().filter(is_near).peekable();
                near.peek().is_some() && near.all(within)
            })
    }

    /// What a payment waits for; `None`: it should be on a statement that is loaded.
    pub(super) fn waiting(&self, work: &Work<'_>, heard: &Heard, class: u16) -> Option<Waiting> {
        let (at, limit) = (heard.when(), work.rules.limit_ms);
        let refund = heard.kind == Kind::Refund;
        let release = released_at(work, heard, class);
        let from = match heard.platform.as_str() {
            "wechat" | "wechat_work" if refund => at.plus_ms(-REFUND_TAKES_MS),
            _ => at.plus_ms(-limit),
        };
        let until = if class == BANK {
            release.at
        } else {
            at.plus_ms(limit)
        };
        let covered = self.covers(class, refund, from, until);
        let too_early = work.rules.now < release.at;
        match (covered, too_early) {
            (true, true) if release.lags => Some(Waiting::Release { until: release.at }),
            (true, _) => None,
            (false, true) => Some(Waiting::Release { until: release.at }),
            (false, false) => Some(Waiting::Statement),
        }
    }
}

/// When a statement with a payment can be had.
struct Release {
    at: Timestamp,
    /// A statement may be taken earlier and then lack what is newest.
    lags: bool,
}

fn released_at(work: &Work<'_>, heard: &Heard, class: u16) -> Release {
    let at = heard.when();
    let morning_after = |zone: &TimeZone| {
        let next = local(at, zone).date().tomorrow().ok()?;
        let time = next.at(10, 0, 0, 0).to_zoned(zone.clone()).ok()?;
        Some(Timestamp(time.timestamp().as_millisecond()))
    };
    let a_day_on = at.plus_ms(24 * HOUR_MS);
    if class == BANK {
        // Booked on the next banking day at the latest; that day has to be over.
        let booked = next_banking_day(work.date(at));
        let over = booked
            .checked_add(Span::new().days(1))
            .ok()
            .and_then(|day| day.to_zoned(work.zone.clone()).ok())
            .map(|day| Timestamp(day.timestamp().as_millisecond()));
        return Release {
            at: over.unwrap_or(a_day_on),
            lags: true,
        };
    }
    match heard.platform.as_str() {
        "wechat" | "wechat_work" | "alipay" | "unionpay" => Release {
            at: morning_after(&TimeZone::fixed(Offset::constant(8))).unwrap_or(a_day_on),
            lags: false,
        },
        "stripe" | "paypal" => Release {
            at: a_day_on,
            lags: true,
        },
        _ => Release {
            at: morning_after(&work.zone).unwrap_or(a_day_on),
            lags: false,
        },
    }
}

/// Puts spans in order, those that touch as one.
fn join(list: &mut Spans) {
    list.sort_unstable();
    let mut joined = Spans::new();
    for (from, until) in list.drain(..) {
        match joined.last_mut() {
            Some(last) if from <= last.1.saturating_add(SEAM_MS) => last.1 = last.1.max(until),
            _ => joined.push((from, until)),
        }
    }
    *list = joined;
}

fn local(at: Timestamp, zone: &TimeZone) -> jiff::Zoned {
    jiff::Timestamp::from_millisecond(at.millis())
        .unwrap_or(jiff::Timestamp::UNIX_EPOCH)
        .to_zoned(zone.clone())
}
