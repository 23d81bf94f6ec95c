//! Whether the shop is in the middle of business, as the book tells it: the last payment, what is being announced, and
//! the times of day at which payments come.

use super::{Ledger, LedgerError};
use domain::Timestamp;
use rusqlite::{OptionalExtension, params};

/// Times are counted in quarters of an hour: every zone's clock agrees with those.
const QUARTER_MS: i64 = 15 * 60 * 1000;
/// So far back the shop's hours are learnt from.
const LEARNT_FROM_MS: i64 = 14 * 24 * 3600 * 1000;
/// A row that is younger and untold will be announced; an older one waits for a voice that does not come.
const TO_BE_SPOKEN_MS: i64 = 3 * 60 * 1000;
/// So long at most a sentence sounds after it began.
const SPEAKING_MS: i64 = 20 * 1000;

/// What is going on, by the book.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GoingOn {
    /// When the last row came in.
    pub last_payment: Option<Timestamp>,
    /// Something is being spoken, or is about to be.
    pub announcing: bool,
}

impl Ledger {
    /// What is going on now.
    pub async fn going_on(&self, now: Timestamp) -> Result<GoingOn, LedgerError> {
        self.call(move |db| {
            let last = db
                .prepare_cached("SELECT received_at FROM lines ORDER BY id DESC LIMIT 1")?
                .query_row([], |row| row.get(0))
                .optional()?;
            // Told by the distance on both sides: what is marked far later than now was marked before the clock was set
            // back, and would hold an update until the clock has caught up.
            let sql =
                "SELECT EXISTS (SELECT 1 FROM (SELECT * FROM lines ORDER BY id DESC LIMIT 100)
                       WHERE (told_at IS NULL AND received_at BETWEEN ?1 - ?2 AND ?1 + ?2)
                          OR spoken_at BETWEEN ?1 - ?3 AND ?1 + ?3)";
            let about = params![now.millis(), TO_BE_SPOKEN_MS, SPEAKING_MS];
            Ok(GoingOn {
                last_payment: last.map(Timestamp),
                announcing: db.prepare_cached(sql)?.query_row(about, |row| row.get(0))?,
            })
        })
        .await
    }

    /// The quarters of an hour of the last two weeks in which somebody paid, oldest first. Tests do not count.
    pub async fn busy_quarters(&self, now: Timestamp) -> Result<Vec<Timestamp>, LedgerError> {
        self.call(move |db| {
            let sql = "SELECT DISTINCT accepted_at / ?1 FROM lines
                       WHERE accepted_at BETWEEN ?2 AND ?3 AND test = 0 ORDER BY 1";
            let from = now.plus_ms(-LEARNT_FROM_MS).millis();
            let mut found = db.prepare_cached(sql)?;
            let quarters = found.query_map(params![QUARTER_MS, from, now.millis()], |row| {
                row.get::<_, i64>(0)
            })?;
            quarters
                .map(|quarter| Ok(Timestamp(quarter?.saturating_mul(QUARTER_MS))))
                .collect()
        })
        .await
    }
}
