//! A closing that is being made: what stands in it by now, and the steps that change it.

use super::{
    Cash, CashCount, CashMove, CashMoveKind, ClosingDraft, ClosingSummary, DayEndError,
    DraftChange, DraftStep, ExpectedCash, Here, Pieces, Refusal, Sum, denominations,
    drawer::{self, Typed},
    due::{self, Span},
    late, shelf,
};
use crate::Ledger;
use domain::{BusinessDay, Money, Timestamp, payment::clean_text};
use rusqlite::Connection;

/// A person's name, in characters.
const WHO_MAX: usize = 60;
/// A reason or a note, in characters.
const TEXT_MAX: usize = 200;
/// Nobody has more notes of one kind than this.
const PIECES_MAX: u32 = 1_000_000;
/// The largest amount of one entry, in minor units.
const AMOUNT_MAX: i64 = 100_000_000_000;
/// A count that nobody has touched for so long is not in progress.
const COUNTING_MS: i64 = 12 * 3600 * 1000;

impl Ledger {
    /// The closing that is being made: of that day, or of the one that is to be closed next.
    pub async fn closing_draft(
        &self,
        day: Option<BusinessDay>,
        here: Here,
    ) -> Result<ClosingDraft, DayEndError> {
        self.db.call(move |db| draft(db, day, &here)).await
    }

    /// Changes it; what is answered is kept already.
    pub async fn change_closing_draft(
        &self,
        change: DraftChange,
        here: Here,
    ) -> Result<ClosingDraft, DayEndError> {
        self.db
            .call(move |db| {
                let transaction = sqlite::begin(db)?;
                apply(&transaction, &change, &here)?;
                let draft = draft(&transaction, Some(change.day), &here)?;
                transaction.commit()?;
                Ok(draft)
            })
            .await
    }

    /// Somebody is counting the drawer.
    pub async fn counting(&self, now: Timestamp) -> Result<bool, crate::LedgerError> {
        self.call(move |db| {
            let sql = "SELECT state, touched_at FROM closing_draft WHERE id = 1";
            let mut query = db.prepare_cached(sql)?;
            let mut found = query.query([])?;
            let Some(row) = found.next()? else {
                return Ok(false);
            };
            let typed: Option<Typed> = serde_json::from_str(&row.get::<_, String>(0)?).ok();
            // Told by the distance on both sides: the clock may have been set back since.
            let near = now.since(Timestamp(row.get(1)?)).abs() < COUNTING_MS;
            Ok(near && typed.is_some_and(|typed| typed.counted().is_some()))
        })
        .await
    }
}

/// The drawer, as far as the book knows it.
pub(super) struct Drawer {
    pub(super) typed: Typed,
    pub(super) moves: Vec<CashMove>,
    pub(super) counts: Vec<CashCount>,
    /// The closing before.
    last: Option<ClosingSummary>,
    float: i64,
    carried: bool,
    float_before: Option<i64>,
    sales: i64,
    refunds: i64,
}

impl Drawer {
    pub(super) fn read(db: &Connection, span: &Span, here: &Here) -> rusqlite::Result<Self> {
        let typed = typed(db, here)?;
        let moves = drawer::moves(db, span, here)?;
        let counts = drawer::counts(db, span, here)?;
        let (last, was) = shelf::before(db)?.unzip();
        let was = was
            .flatten()
            .filter(|cash| cash.float.currency == here.currency);
        let left = was.as_ref().and_then(|cash| {
            let handed_over = cash.counted.as_ref().filter(|_| span.before.shift);
            cash.left.as_ref().or(handed_over).map(|sum| sum.minor)
        });
        let (float, carried) = drawer::float(&moves, left, here.currency);
        let (sales, refunds) = drawer::in_cash(db, span, here)?;
        Ok(Self {
            typed,
            moves,
            counts,
            last,
            float,
            carried,
            float_before: was.map(|cash| cash.float.minor),
            sales,
            refunds,
        })
    }

    fn moved(&self, kind: CashMoveKind) -> i64 {
        drawer::sum_of(&self.moves, kind, self.typed.currency)
    }

    fn expected(&self) -> i64 {
        self.float + self.sales - self.refunds
            + self.moved(CashMoveKind::Takings)
            + self.moved(CashMoveKind::PaidIn)
            - self.moved(CashMoveKind::PaidOut)
            - self.moved(CashMoveKind::Drop)
    }

    /// Nobody is to know yet what the drawer should hold.
    pub(super) fn hidden(&self) -> bool {
        self.typed.blind && self.counts.is_empty()
    }

    /// What was counted last: handed in, or typed where that is allowed.
    pub(super) fn counted(&self) -> Option<i64> {
        match self.typed.fixed {
            true => self.counts.last().map(|count| count.total.minor),
            false => self.typed.counted(),
        }
    }

    /// Nothing says that there is a drawer.
    fn unused(&self) -> bool {
        let of_book = self.sales == 0 && self.refunds == 0;
        let carried = self.carried && self.float != 0;
        self.moves.is_empty()
            && self.counts.is_empty()
            && self.typed.counted().is_none()
            && of_book
            && !carried
    }

    /// It is used and has to be counted: somebody put something in, or counted before.
    pub(super) fn to_be_counted(&self) -> bool {
        let holds = |one: &CashMove| one.taken_back.is_none();
        self.float != 0
            || self.moves.iter().any(holds)
            || !self.counts.is_empty()
            || self.typed.counted().is_some()
    }

    /// As it stands in a closing; `None`: there is no drawer.
    pub(super) fn closed(&self) -> Option<Cash> {
        if self.unused() {
            return None;
        }
        let currency = self.typed.currency;
        let sum = |minor| Sum::new(minor, currency);
        let (expected, counted) = (self.expected(), self.counted());
        Some(Cash {
            currency,
            float: sum(self.float),
            float_carried: self.carried,
            sales: sum(self.sales),
            refunds: sum(self.refunds),
            takings: sum(self.moved(CashMoveKind::Takings)),
            paid_in: sum(self.moved(CashMoveKind::PaidIn)),
            paid_out: sum(self.moved(CashMoveKind::PaidOut)),
            drops: sum(self.moved(CashMoveKind::Drop)),
            expected: sum(expected),
            counted: counted.map(sum),
            variance: counted.map(|counted| sum(counted - expected)),
            reason: self.typed.reason.clone(),
            blind: self.counts.first().is_some_and(|count| count.blind),
            left: self.typed.left.map(sum),
            counts: self.counts.clone(),
            moves: self.moves.clone(),
        })
    }

    fn shown(&self) -> Option<ExpectedCash> {
        if self.hidden() {
            return None;
        }
        let sum = |minor| Sum::new(minor, self.typed.currency);
        let expected = self.expected();
        Some(ExpectedCash {
            sales: sum(self.sales),
            refunds: sum(self.refunds),
            takings: sum(self.moved(CashMoveKind::Takings)),
            paid_in: sum(self.moved(CashMoveKind::PaidIn)),
            paid_out: sum(self.moved(CashMoveKind::PaidOut)),
            drops: sum(self.moved(CashMoveKind::Drop)),
            total: sum(expected),
            variance: self.counted().map(|counted| sum(counted - expected)),
        })
    }
}

/// What is typed of the closing; once a count was begun blind it stays so.
fn typed(db: &Connection, here: &Here) -> rusqlite::Result<Typed> {
    let (mut typed, _) = drawer::typed(db, here)?;
    typed.blind |= here.blind;
    Ok(typed)
}

pub(super) fn draft(
    db: &Connection,
    day: Option<BusinessDay>,
    here: &Here,
) -> Result<ClosingDraft, DayEndError> {
    let today = here.today();
    let day = match day {
        Some(day) => day,
        None => due::next_day(db, today)?,
    };
    let span = due::span(db, day)?;
    let drawer = Drawer::read(db, &span, here)?;
    let without_cash = drawer::hides_cash(db, day, here)?;
    let came_late = late::late(db, &span, &here.rule, without_cash)?;
    let sum = |minor| Sum::new(minor, here.currency);
    let typed = &drawer.typed;
    Ok(ClosingDraft {
        day,
        today,
        begun: day <= today,
        forgotten: due::due(db, today)?.forgotten,
        number: shelf::next_number(db)?,
        takes: late::open_totals(db, &span, without_cash)?.shown(here.currency),
        late: came_late.lines,
        late_count: came_late.count,
        blind: typed.blind,
        currency: here.currency,
        float: sum(drawer.float),
        float_carried: drawer.carried,
        float_before: drawer.float_before.map(sum),
        pieces: pieces(typed),
        other: typed.other.map(sum),
        counted: typed.counted().map(sum),
        fixed: typed.fixed,
        expected: drawer.shown(),
        reason: typed.reason.clone(),
        note: typed.note.clone(),
        left: typed.left.map(sum),
        last: drawer.last,
        moves: drawer.moves,
        handed_in: drawer.counts,
    })
}

/// Every note and coin there is, with how many were typed.
fn pieces(typed: &Typed) -> Vec<Pieces> {
    let worths = denominations(typed.currency).iter();
    let count = |worth| typed.pieces.get(worth).copied().unwrap_or(0);
    worths
        .map(|worth| drawer::some_pieces(*worth, count(worth), typed.currency))
        .collect()
}

fn apply(db: &Connection, change: &DraftChange, here: &Here) -> Result<(), DayEndError> {
    // What is written down for a day that is closed would be in no drawer.
    if let Err(error) = due::check(db, change.day, here)
        && matches!(error, DayEndError::Refused(Refusal::AlreadyClosed))
    {
        return Err(error);
    }
    let span = due::span(db, change.day)?;
    let mut typed = typed(db, here)?;
    let moves = drawer::moves(db, &span, here)?;
    let counts = drawer::counts(db, &span, here)?;
    let own = |amount: Money| own_money(amount, here);
    let typing = !typed.fixed;
    match &change.step {
        DraftStep::Pieces { .. } | DraftStep::Other { .. } | DraftStep::ClearCount if !typing => {
            return Err(Refusal::HandedIn.into());
        }
        DraftStep::Pieces { worth, count } => type_pieces(&mut typed, own(*worth)?, *count)?,
        DraftStep::Other { amount } => typed.other = amount.map(own).transpose()?,
        DraftStep::ClearCount => typed.clear_count(),
        DraftStep::HandIn if !typing => return Err(Refusal::HandedIn.into()),
        DraftStep::HandIn => {
            drawer::hand_in(db, &mut typed, &who(&change.who)?, counts.len(), here)?
        }
        DraftStep::CountAgain if typing => return Err(Refusal::NothingCounted.into()),
        DraftStep::CountAgain => {
            typed.fixed = false;
            typed.clear_count();
        }
        DraftStep::Move {
            kind,
            amount,
            reason,
        } => {
            let amount = own(*amount)?;
            if amount == 0 {
                return Err(Refusal::Amount.into());
            }
            drawer::room_for_move(&moves)?;
            let money = Money::new(amount, here.currency).ok_or(Refusal::Amount)?;
            let reason = reason.as_deref().map(text).transpose()?.flatten();
            drawer::put_move(
                db,
                change.day,
                &who(&change.who)?,
                (*kind, money, reason),
                here,
            )?;
        }
        DraftStep::TakeBack { id } => {
            let there = moves
                .iter()
                .any(|one| one.id == *id && one.taken_back.is_none());
            if !there {
                return Err(Refusal::Move.into());
            }
            drawer::take_back(db, *id, &who(&change.who)?, here)?;
        }
        DraftStep::Reason { text: reason } => typed.reason = text(reason)?,
        DraftStep::Note { text: note } => typed.note = text(note)?,
        DraftStep::Left { amount } => typed.left = amount.map(own).transpose()?,
    }
    Ok(drawer::keep(db, &typed, here.now)?)
}

fn type_pieces(typed: &mut Typed, worth: i64, count: Option<u32>) -> Result<(), Refusal> {
    if !denominations(typed.currency).contains(&worth) {
        return Err(Refusal::Denomination);
    }
    match count {
        Some(count) if count > PIECES_MAX => return Err(Refusal::Amount),
        Some(count) => _ = typed.pieces.insert(worth, count),
        None => _ = typed.pieces.remove(&worth),
    }
    Ok(())
}

/// Minor units of the drawer's currency, not negative.
pub(super) fn own_money(amount: Money, here: &Here) -> Result<i64, Refusal> {
    match amount.currency() == here.currency {
        true => amount_of(amount),
        false => Err(Refusal::Currency),
    }
}

/// Minor units, not negative.
pub(super) fn amount_of(amount: Money) -> Result<i64, Refusal> {
    match (0..=AMOUNT_MAX).contains(&amount.minor()) {
        true => Ok(amount.minor()),
        false => Err(Refusal::Amount),
    }
}

/// A person's name as it is stored.
pub(super) fn who(name: &str) -> Result<String, Refusal> {
    let clean = clean_text(name).ok_or(Refusal::Who)?;
    match clean.chars().count() <= WHO_MAX {
        true => Ok(clean),
        false => Err(Refusal::Who),
    }
}

/// A reason or a note as it is stored; `None`: nothing is said.
pub(super) fn text(text: &str) -> Result<Option<String>, Refusal> {
    match text.chars().count() <= TEXT_MAX {
        true => Ok(clean_text(text)),
        false => Err(Refusal::Text),
    }
}
