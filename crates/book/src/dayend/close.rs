//! Closes a day or a shift, and puts a closing right: each in one transaction, so that a number is used once and a
//! closing is there whole or not at all.

use super::{
    Cash, CashCount, CashFigures, CashMoveKind, CloseWish, Closing, ClosingCorrection, ClosingKind,
    DayEndError, DayReport, Here, Moment, Refusal, Sum, drawer,
    due::{self, Span, Upto},
    gather::{self, Part},
    late,
    make::{self, Drawer},
    shares::Shares,
    shelf,
};
use crate::{Ledger, LineId};
use domain::{BusinessDay, Money};
use rusqlite::Connection;

impl Ledger {
    /// What came in on a day: of an open one, by now. Without cash while the drawer is counted blind.
    pub async fn day_report(&self, day: BusinessDay, here: Here) -> Result<DayReport, DayEndError> {
        self.db
            .call(move |db| {
                let rule = due::rule_of(db, day)?.unwrap_or_else(|| here.rule.clone());
                // What nobody understood of closed days is asked where it will be closed.
                let next = due::next_day(db, here.today())? == day;
                let part = Part {
                    without_cash: drawer::hides_cash(db, day, &here)?,
                    notices_late: match next {
                        true => Some(due::span(db, day)?.notices_late()),
                        false => None,
                    },
                    ..Part::whole(day, &rule, here.currency, here.now)
                };
                Ok(gather::report(db, &part)?)
            })
            .await
    }

    /// The closing as it would be if that day were closed now: nothing is closed, and the number is not used. What the
    /// drawer should hold, and the cash sales that it would follow from, are left out for as long as it is not to be known.
    pub async fn look(&self, day: BusinessDay, here: Here) -> Result<Closing, DayEndError> {
        self.db
            .call(move |db| {
                let span = due::span(db, day)?;
                let drawer = Drawer::read(db, &span, &here)?;
                let wish = CloseWish {
                    day,
                    number: shelf::next_number(db)?,
                    who: String::new(),
                    year: None,
                };
                let hides_cash = drawer::hides_cash(db, day, &here)?;
                let kind = ClosingKind::Day;
                let mut closing = write(db, &wish, kind, (&span, &drawer), &here, hides_cash)?;
                closing.cash = closing.cash.filter(|_| !drawer.hidden());
                Ok(closing)
            })
            .await
    }

    /// Closes the day.
    pub async fn close_day(&self, wish: CloseWish, here: Here) -> Result<Closing, DayEndError> {
        self.closed(wish, ClosingKind::Day, here).await
    }

    /// Hands the drawer over: the shift is closed, the day goes on.
    pub async fn hand_over_shift(
        &self,
        wish: CloseWish,
        here: Here,
    ) -> Result<Closing, DayEndError> {
        self.closed(wish, ClosingKind::Shift, here).await
    }

    async fn closed(
        &self,
        wish: CloseWish,
        kind: ClosingKind,
        here: Here,
    ) -> Result<Closing, DayEndError> {
        self.db
            .call(move |db| {
                let transaction = sqlite::begin(db)?;
                let number = close(&transaction, wish, kind, &here)?;
                let closing = shelf::closing(&transaction, number)?.ok_or(Refusal::Unknown)?;
                transaction.commit()?;
                Ok(closing)
            })
            .await
    }

    /// Puts a closing right by a correction with a number of its own; the closing stays as it is.
    pub async fn correct_closing(
        &self,
        wish: ClosingCorrection,
        here: Here,
    ) -> Result<Closing, DayEndError> {
        self.db
            .call(move |db| {
                let transaction = sqlite::begin(db)?;
                let number = correct(&transaction, &wish, &here)?;
                let closing = shelf::closing(&transaction, number)?.ok_or(Refusal::Unknown)?;
                transaction.commit()?;
                Ok(closing)
            })
            .await
    }
}

fn close(
    db: &Connection,
    mut wish: CloseWish,
    kind: ClosingKind,
    here: &Here,
) -> Result<u32, DayEndError> {
    wish.who = make::who(&wish.who)?;
    // Twice the same click is one closing: the second finds its number taken.
    if wish.number != shelf::next_number(db)? {
        return Err(Refusal::Number.into());
    }
    due::check(db, wish.day, here)?;
    if !wish.is_sure() && !due::is_sure(db, wish.day, here)? {
        return Err(Refusal::Year.into());
    }
    let span = due::span(db, wish.day)?;
    let mut drawer = Drawer::read(db, &span, here)?;
    hand_in_the_rest(db, &mut drawer, &wish.who, here)?;
    let span = due::span(db, wish.day)?;
    let drawer = Drawer::read(db, &span, here)?;
    let closing = write(db, &wish, kind, (&span, &drawer), here, false)?;
    explained(closing.cash.as_ref())?;
    shelf::put(db, &closing, None, &span.upto)?;
    late::take_in(db, wish.day)?;
    drawer::forget(db)?;
    Ok(closing.number)
}

/// A drawer that holds more or less than it should has a reason with it.
fn explained(cash: Option<&Cash>) -> Result<(), Refusal> {
    let variance = cash.and_then(|cash| cash.variance.as_ref());
    let differs = variance.is_some_and(|sum| sum.minor != 0);
    match differs && cash.is_some_and(|cash| cash.reason.is_none()) {
        true => Err(Refusal::Reason),
        false => Ok(()),
    }
}

/// What was counted and not handed in is handed in with the closing, where the count is not blind.
fn hand_in_the_rest(
    db: &Connection,
    drawer: &mut Drawer,
    who: &str,
    here: &Here,
) -> Result<(), DayEndError> {
    let typed = &drawer.typed;
    if typed.fixed || !drawer.to_be_counted() {
        return Ok(());
    }
    if typed.blind {
        return Err(Refusal::NotHandedIn.into());
    }
    if typed.counted().is_none() {
        return Err(Refusal::NotCounted.into());
    }
    let counts = drawer.counts.len();
    drawer::hand_in(db, &mut drawer.typed, who, counts, here)?;
    Ok(drawer::keep(db, &drawer.typed, here.now)?)
}

/// What the closing says. The grand total and what it takes in are those from after it.
fn write(
    db: &Connection,
    wish: &CloseWish,
    kind: ClosingKind,
    (span, drawer): (&Span, &Drawer),
    here: &Here,
    without_cash: bool,
) -> Result<Closing, DayEndError> {
    let own = here.currency;
    let rule = due::rule_of(db, wish.day)?.unwrap_or_else(|| here.rule.clone());
    let part = Part {
        without_cash,
        ..Part::of(span, &rule, own, here.now)
    };
    let report = gather::report(db, &part)?;
    let shifts = due::numbers(db, wish.day, true)?;
    let whole_day = match kind {
        ClosingKind::Day if !shifts.is_empty() => {
            let part = Part {
                without_cash,
                ..Part::whole(wish.day, &rule, own, here.now)
            };
            Some(Box::new(gather::report(db, &part)?))
        }
        _ => None,
    };
    let came_late = late::late(db, span, &rule, without_cash)?;
    let (changes_count, changes) = late::changed(db, span, &rule)?;
    let taken = late::open_totals(db, span, without_cash)?;
    let own_rows = Shares::of_totals(&report.totals);
    let floats =
        |one: &&super::CashMove| one.kind == CashMoveKind::Float && one.taken_back.is_none();
    let float = drawer.moves.iter().find(floats);
    Ok(Closing {
        number: wish.number,
        gap: shelf::gap(db, wish.number, &rule)?,
        kind,
        day: wish.day,
        shop: here.shop.clone(),
        terminal: here.terminal.clone(),
        opened: float
            .map(|one| one.at.clone())
            .or_else(|| report.first.clone()),
        opened_by: float.map(|one| one.who.clone()),
        closed: Moment::new(here.now, &rule),
        closed_by: wish.who.clone(),
        note: drawer.typed.note.clone(),
        software: here.software.clone(),
        through: LineId(span.upto.lines),
        shifts,
        whole_day,
        late: came_late.lines,
        late_count: came_late.count,
        late_totals: came_late.totals.shown(own),
        changes,
        changes_count,
        changes_totals: late::rest(&taken, &own_rows, &came_late.totals, own),
        taken: taken.shown(own),
        grand_total: report.grand_total.clone(),
        report,
        cash: drawer.closed(),
        statements: None,
        corrected_by: Vec::new(),
        head: None,
    })
}

fn correct(db: &Connection, wish: &ClosingCorrection, here: &Here) -> Result<u32, DayEndError> {
    let who = make::who(&wish.who)?;
    let why = make::text(&wish.why)?.ok_or(Refusal::Reason)?;
    if wish.number != shelf::next_number(db)? {
        return Err(Refusal::Number.into());
    }
    let named = shelf::closing(db, wish.of)?.ok_or(Refusal::Unknown)?;
    let root = match named.kind {
        ClosingKind::Correction { of } => shelf::closing(db, of)?.ok_or(Refusal::Unknown)?,
        _ => named,
    };
    // What was put right before stays right.
    let newest = match root.corrected_by.last() {
        Some(last) => shelf::closing(db, *last)?.and_then(|closing| closing.cash),
        None => root.cash.clone(),
    };
    let cash = put_right(newest, &wish.cash, &who, here)?;
    explained(cash.as_ref())?;
    let of = root.number;
    let upto = Upto::of_correction(root.through);
    let correction = Closing {
        number: wish.number,
        gap: shelf::gap(db, wish.number, &here.rule)?,
        kind: ClosingKind::Correction { of },
        closed: Moment::new(here.now, &here.rule),
        closed_by: who,
        note: Some(why),
        software: here.software.clone(),
        late: Vec::new(),
        late_count: 0,
        late_totals: Vec::new(),
        changes: Vec::new(),
        changes_count: 0,
        changes_totals: Vec::new(),
        taken: Vec::new(),
        cash,
        statements: None,
        corrected_by: Vec::new(),
        head: None,
        ..root
    };
    shelf::put(db, &correction, Some(of), &upto)?;
    Ok(correction.number)
}

/// The drawer with the figures that were put right.
fn put_right(
    was: Option<Cash>,
    figures: &CashFigures,
    who: &str,
    here: &Here,
) -> Result<Option<Cash>, DayEndError> {
    let nothing = CashFigures {
        reason: None,
        ..figures.clone()
    } == CashFigures::default();
    let Some(was) = was.or_else(|| (!nothing).then(|| empty(here))) else {
        return Ok(None);
    };
    let put = |new: Option<Money>, old: &Sum| -> Result<Sum, Refusal> {
        match new {
            Some(new) if new.currency() != was.currency => Err(Refusal::Currency),
            Some(new) => Ok(Sum::new(make::amount_of(new)?, was.currency)),
            None => Ok(old.clone()),
        }
    };
    let (float, takings) = (
        put(figures.float, &was.float)?,
        put(figures.takings, &was.takings)?,
    );
    let (paid_in, paid_out) = (
        put(figures.paid_in, &was.paid_in)?,
        put(figures.paid_out, &was.paid_out)?,
    );
    let drops = put(figures.drops, &was.drops)?;
    let none = Sum::new(0, was.currency);
    let left = match figures.left {
        Some(new) => Some(put(Some(new), &none)?),
        None => was.left.clone(),
    };
    let mut counts = was.counts.clone();
    let mut counted = was.counted.clone();
    if let Some(new) = figures.counted {
        let total = put(Some(new), &none)?;
        counts.push(CashCount {
            pieces: Vec::new(),
            other: Some(total.clone()),
            total: total.clone(),
            who: who.to_owned(),
            at: Moment::new(here.now, &here.rule),
            blind: false,
        });
        counted = Some(total);
    }
    let expected =
        float.minor + was.sales.minor - was.refunds.minor + takings.minor + paid_in.minor
            - paid_out.minor
            - drops.minor;
    let reason = figures.reason.as_deref().map(make::text).transpose()?;
    let reason = reason.flatten().or_else(|| was.reason.clone());
    Ok(Some(Cash {
        float_carried: was.float_carried && figures.float.is_none(),
        float,
        takings,
        paid_in,
        paid_out,
        drops,
        expected: Sum::new(expected, was.currency),
        variance: counted
            .as_ref()
            .map(|sum| Sum::new(sum.minor - expected, was.currency)),
        counted,
        counts,
        reason,
        left,
        ..was
    }))
}

/// A drawer with nothing in it.
fn empty(here: &Here) -> Cash {
    let none = Sum::new(0, here.currency);
    Cash {
        currency: here.currency,
        float: none.clone(),
        float_carried: false,
        sales: none.clone(),
        refunds: none.clone(),
        takings: none.clone(),
        paid_in: none.clone(),
        paid_out: none.clone(),
        drops: none.clone(),
        expected: none,
        counted: None,
        variance: None,
        reason: None,
        blind: false,
        left: None,
        counts: Vec::new(),
        moves: Vec::new(),
    }
}
