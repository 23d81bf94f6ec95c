//! Day totals, kept in the same transaction as the lines: what a line counts for is taken out and put in again.

use super::{Line, word};
use crate::LineId;
use domain::{BusinessDay, Currency, Kind, Money, Trust};
use rusqlite::Connection;

/// What a line counts for in its day. Tests count for nothing, and neither does what is another row's payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Share {
    payments: i64,
    without_amount: i64,
    unconfirmed: i64,
    money: Option<(Currency, i64, i64, i64, i64)>,
}

impl Share {
    pub(super) fn of(line: &Line) -> Self {
        if line.test || !line.counts() {
            return Self {
                payments: 0,
                without_amount: 0,
                unconfirmed: 0,
                money: None,
            };
        }
        let refund = line.kind == Kind::Refund;
        let money = line.amount.map(|amount: Money| match refund {
            false => (amount.currency(), 1, 0, amount.minor(), 0),
            true => (amount.currency(), 0, 1, 0, amount.minor()),
        });
        Self {
            payments: i64::from(!refund),
            without_amount: i64::from(line.amount.is_none()),
            unconfirmed: i64::from(line.trust == Trust::Reported),
            money,
        }
    }
}

/// A new line counts.
pub(super) fn add(db: &Connection, line: &Line) -> rusqlite::Result<()> {
    open_day(db, line.day)?;
    let sql = "UPDATE days SET lines = lines + 1, first_line = min(ifnull(first_line, ?2), ?2),
               last_line = max(ifnull(last_line, ?2), ?2) WHERE day = ?1";
    let LineId(id) = line.id;
    db.prepare_cached(sql)?.execute((word(&line.day), id))?;
    count(db, line.day, Share::of(line), 1)
}

/// A line counts differently from before.
pub(super) fn change(db: &Connection, before: &Line, after: &Line) -> rusqlite::Result<()> {
    let (old, new) = (Share::of(before), Share::of(after));
    if old != new {
        count(db, before.day, old, -1)?;
        count(db, after.day, new, 1)?;
    }
    Ok(())
}

/// A notice that was not understood counts.
pub(super) fn add_unread(db: &Connection, day: BusinessDay) -> rusqlite::Result<()> {
    open_day(db, day)?;
    let sql = "UPDATE days SET not_understood = not_understood + 1 WHERE day = ?1";
    db.prepare_cached(sql)?.execute([word(&day)])?;
    Ok(())
}

fn open_day(db: &Connection, day: BusinessDay) -> rusqlite::Result<()> {
    let sql = "INSERT INTO days (day, lines, payments, without_amount, unconfirmed, not_understood)
               VALUES (?1, 0, 0, 0, 0, 0) ON CONFLICT (day) DO NOTHING";
    db.prepare_cached(sql)?.execute([word(&day)])?;
    Ok(())
}

fn count(db: &Connection, day: BusinessDay, share: Share, times: i64) -> rusqlite::Result<()> {
    let sql = "UPDATE days SET payments = payments + ?2, without_amount = without_amount + ?3,
               unconfirmed = unconfirmed + ?4 WHERE day = ?1";
    let day = word(&day);
    db.prepare_cached(sql)?.execute((
        &day,
        share.payments * times,
        share.without_amount * times,
        share.unconfirmed * times,
    ))?;
    let Some((currency, payments, refunds, paid, refunded)) = share.money else {
        return Ok(());
    };
    let sql = "INSERT INTO totals (day, currency, payments, refunds, paid, refunded) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
               ON CONFLICT (day, currency) DO UPDATE SET payments = payments + excluded.payments,
               refunds = refunds + excluded.refunds, paid = paid + excluded.paid,
               refunded = refunded + excluded.refunded";
    db.prepare_cached(sql)?.execute((
        &day,
        currency.code(),
        payments * times,
        refunds * times,
        paid * times,
        refunded * times,
    ))?;
    Ok(())
}
