//! What pages are shown of the book: made here and nowhere else, so that a clock or a minus looks the same everywhere.

use crate::{
    history,
    ledger::{DayTotals, Details, Line, Total, UnreadLine, events::CorrectionEvent},
    views::*,
};
use domain::{BusinessDay, Currency, DayRule, Kind, Money, Timestamp};
use jiff::{Zoned, tz::TimeZone};

/// The shop's clock.
#[derive(Debug, Clone)]
pub(crate) struct Clock {
    zone: TimeZone,
    rule: DayRule,
}

impl Clock {
    pub(crate) fn new(rule: &DayRule) -> Self {
        Self {
            zone: TimeZone::get(&rule.zone).unwrap_or(TimeZone::UTC),
            rule: rule.clone(),
        }
    }

    fn zoned(&self, at: Timestamp) -> Zoned {
        jiff::Timestamp::from_millisecond(at.millis())
            .unwrap_or(jiff::Timestamp::UNIX_EPOCH)
            .to_zoned(self.zone.clone())
    }

    /// `14:03`
    pub(crate) fn minutes(&self, at: Timestamp) -> String {
        self.zoned(at).strftime("%H:%M").to_string()
    }

    /// `14:03:21`
    pub(crate) fn seconds(&self, at: Timestamp) -> String {
        self.zoned(at).strftime("%H:%M:%S").to_string()
    }

    /// `14:03:21.4`
    pub(crate) fn tenths(&self, at: Timestamp) -> String {
        format!(
            "{}.{}",
            self.seconds(at),
            at.millis().rem_euclid(1000) / 100
        )
    }

    /// `14:03:21`, with the date where it was not today.
    pub(crate) fn dated(&self, at: Timestamp, now: Timestamp) -> String {
        if self.zoned(at).date() == self.zoned(now).date() {
            return self.seconds(at);
        }
        self.in_full(at)
    }

    /// `2026-03-15 14:03:21`
    pub(crate) fn in_full(&self, at: Timestamp) -> String {
        self.zoned(at).strftime("%Y-%m-%d %H:%M:%S").to_string()
    }

    /// 0 to 1439.
    pub(crate) fn minute_of_day(&self, at: Timestamp) -> u16 {
        let local = self.zoned(at);
        u16::try_from(i32::from(local.hour()) * 60 + i32::from(local.minute())).unwrap_or(0)
    }

    /// The business day of a time.
    pub(crate) fn day_of(&self, at: Timestamp) -> BusinessDay {
        self.rule.day_of(at)
    }
}

/// The amount for people; refunds with a minus.
fn signed(kind: Kind, amount: Money) -> String {
    match kind {
        Kind::Payment => amount.display(),
        Kind::Refund => Money::new(-amount.minor(), amount.currency())
            .unwrap_or(amount)
            .display(),
    }
}

/// A line as a row.
pub(crate) fn payment(line: &Line, clock: &Clock) -> PaymentView {
    let at = line.paid_at.unwrap_or(line.accepted_at);
    PaymentView {
        line: line.id,
        seq: line.seq,
        day: line.day,
        number: line.number,
        kind: line.kind,
        trust: line.trust,
        platform: line.platform.clone(),
        amount: line.amount,
        amount_text: line.amount.map(|amount| signed(line.kind, amount)),
        payer: line.payer.clone(),
        note: line.note.clone(),
        order: line.order.clone().or_else(|| line.transaction.clone()),
        test: line.test,
        collector: line.collector.clone(),
        standing: line.standing,
        joined_to: line.joined_to,
        corrected: line.corrected > 0,
        remarks: line.remarks.clone(),
        at,
        clock: clock.seconds(at),
    }
}

/// A line with everything that happened to it, but for its receipts.
pub(crate) fn details(found: &Details, clock: &Clock, now: Timestamp) -> PaymentDetails {
    let Details { line, news, .. } = found;
    let can_split = history::can_split(line.id, line.counts(), news);
    PaymentDetails {
        payment: payment(line, clock),
        transaction: line.transaction.clone(),
        steps: steps(found, clock),
        news: news
            .iter()
            .map(|heard| NewsView {
                id: heard.id,
                can_split: can_split(heard.id, heard.line),
                via: heard.via,
                trust: heard.trust,
                at: heard.at,
                clock: clock.seconds(heard.at),
                amount_text: heard.amount.map(|amount| signed(line.kind, amount)),
                payer: heard.payer.clone(),
                note: heard.note.clone(),
                device: heard.device.clone(),
            })
            .collect(),
        as_heard: found.as_heard.as_ref().map(|heard| AsHeard {
            platform: heard.platform.clone(),
            trust: heard.trust,
            amount_text: heard.amount.map(|amount| signed(heard.kind, amount)),
            collector: heard.collector.clone(),
        }),
        corrections: found
            .corrections
            .iter()
            .map(|event| correction(event, clock, now))
            .collect(),
        joined: payments(&found.joined, clock),
        related: payments(&found.related, clock),
        prints: Vec::new(),
    }
}

fn payments(lines: &[Line], clock: &Clock) -> Vec<PaymentView> {
    lines.iter().map(|line| payment(line, clock)).collect()
}

fn correction(event: &CorrectionEvent, clock: &Clock, now: Timestamp) -> CorrectionView {
    let (amount, joined) = match &event.what {
        Correction::RefundedInCash { amount } => (Some(*amount), None),
        Correction::Join { other } => (None, Some(*other)),
        _ => (None, None),
    };
    CorrectionView {
        id: event.id,
        line: event.line,
        what: event.what.clone(),
        amount_text: amount.map(Money::display),
        at: event.at,
        clock: clock.dated(event.at, now),
        day: event.day,
        who: event.who.clone(),
        undoes: event.undoes,
        undone: event.undone_by.is_some(),
        can_undo: event.holds(),
        other: event.made.or(joined),
    }
}

fn steps(found: &Details, clock: &Clock) -> Vec<Step> {
    let Details { line, news, .. } = found;
    let mut steps: Vec<(StepKind, Option<domain::SourceKind>, Timestamp)> = Vec::new();
    let mut step = |what, via, at: Option<Timestamp>| steps.extend(at.map(|at| (what, via, at)));
    step(StepKind::Paid, None, line.paid_at);
    step(
        StepKind::Accepted,
        news.first().map(|first| first.via),
        Some(line.accepted_at),
    );
    step(StepKind::Received, None, Some(line.received_at));
    step(StepKind::Shown, None, line.shown_at);
    step(StepKind::Spoken, None, line.spoken_at);
    for heard in news {
        match heard.step.as_str() {
            "joined" => step(StepKind::Joined, Some(heard.via), Some(heard.at)),
            "confirmed" => step(StepKind::Confirmed, Some(heard.via), Some(heard.at)),
            _ => {}
        }
    }
    // A stable sort: where clocks show the same millisecond, the order above is the order of the path.
    steps.sort_by_key(|(_, _, at)| *at);
    let start = line
        .paid_at
        .or(steps.first().map(|(_, _, at)| *at))
        .unwrap_or(line.accepted_at);
    steps
        .into_iter()
        .map(|(what, via, at)| Step {
            what,
            via,
            at,
            clock: clock.tenths(at),
            after_ms: at.since(start),
        })
        .collect()
}

/// A day, the shop's own currency first, also when nothing was taken in it.
pub(crate) fn day(
    day: BusinessDay,
    is_today: bool,
    found: &DayTotals,
    last: Option<&Line>,
    own: Option<Currency>,
    clock: &Clock,
) -> DayView {
    let none = |currency| Total {
        currency,
        payments: 0,
        refunds: 0,
        paid: 0,
        refunded: 0,
    };
    let mut totals = ordered(&found.totals, own);
    if let Some(own) = own.filter(|own| totals.first().is_none_or(|first| first.currency != *own)) {
        totals.insert(0, none(own));
    }
    DayView {
        day,
        is_today,
        totals: totals
            .iter()
            .map(|total| TotalView {
                net: total.net(),
                net_text: total.net().display(),
                payments: total.payments,
                refunds: total.refunds,
                refunds_text: total.returned().display(),
            })
            .collect(),
        without_amount: found.without_amount,
        unconfirmed: found.unconfirmed,
        not_understood: found.not_understood,
        last: last.map(|line| payment(line, clock)),
    }
}

/// The shop's own currency first.
fn ordered(totals: &[Total], own: Option<Currency>) -> Vec<Total> {
    let mut totals = totals.to_vec();
    totals.sort_by_key(|total| (Some(total.currency) != own, total.currency));
    totals
}

/// A day in the list of days.
pub(crate) fn day_summary(
    day: BusinessDay,
    payments: u32,
    totals: &[Total],
    own: Option<Currency>,
) -> DaySummary {
    DaySummary {
        day,
        payments,
        totals: ordered(totals, own)
            .iter()
            .map(|total| total.net().display())
            .collect(),
    }
}

/// A notice.
pub(crate) fn unread(line: UnreadLine, clock: &Clock, now: Timestamp) -> UnreadView {
    UnreadView {
        line: line.id,
        at: line.at,
        clock: clock.dated(line.at, now),
        via: line.via,
        app: line.app,
        title: line.title,
        text: line.text,
        reason: line.reason,
    }
}
