//! The record of what was done about terminals: only added to, each line with the hash of the one before it, its end
//! held by a seal under a key made from the master key.

use super::recorded::Told;
use crate::HubError;
use domain::terminals::{RECORD_PAGE_MAX, RecordLine, RecordPage, Recorded};
use domain::{ShopId, Timestamp};
use ring::{digest, hmac};
use rusqlite::{Connection, OptionalExtension, params};

/// Writes lines; to be used within the transaction that does what they tell of.
#[derive(Clone)]
pub(crate) struct Recorder {
    key: hmac::Key,
}

/// Whether the record is whole.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(tag = "record", rename_all = "snake_case")]
pub enum Verified {
    /// Every line follows from the one before it, and the last one is the last that was written.
    Whole {
        /// How many lines.
        lines: u64,
    },
    /// It was changed behind the hub's back.
    Broken {
        /// The first line that does not follow, or the one that is missing.
        at: u64,
        /// What is wrong with it, for people.
        why: &'static str,
    },
    /// Every line follows, and what the hub goes by is not what they tell.
    Differs {
        /// Of which terminal or invitation, or of the `network`.
        of: String,
        /// How it differs, for people.
        why: &'static str,
    },
}

/// What a line follows where the record does not end as it was left.
const BROKEN_OFF: [u8; 32] = [0xff; 32];

impl Recorder {
    pub(crate) fn new(key: &[u8; 32]) -> Self {
        Self {
            key: hmac::Key::new(hmac::HMAC_SHA256, key),
        }
    }

    /// Seals the end of a record that has no line yet.
    pub(crate) fn begin(&self, db: &Connection) -> Result<(), HubError> {
        let seal = hmac::sign(&self.key, &head(0, &[0; 32]));
        db.execute(
            "UPDATE record_head SET seal = ?1
             WHERE number = 0 AND length(seal) = 0 AND NOT EXISTS (SELECT 1 FROM record)",
            [seal.as_ref()],
        )?;
        Ok(())
    }

    /// Whether this is the end as it was left.
    fn is_end(&self, db: &Connection, number: i64, hash: &[u8]) -> Result<bool, HubError> {
        let sealed = db
            .query_row("SELECT number, seal FROM record_head", [], |row| {
                Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?))
            })
            .optional()?;
        Ok(sealed.is_some_and(|(last, seal)| {
            last == number && hmac::verify(&self.key, &head(number, hash), &seal).is_ok()
        }))
    }

    /// Adds a line about terminals of a shop.
    pub(crate) fn add(
        &self,
        db: &Connection,
        shop: &ShopId,
        at: Timestamp,
        by: &str,
        what: &Recorded,
    ) -> Result<(), HubError> {
        self.line(db, shop.as_str(), at, by, what)
    }

    /// Adds a line about anything, of a shop or an account.
    pub(crate) fn line(
        &self,
        db: &Connection,
        whose: &str,
        at: Timestamp,
        by: &str,
        what: &impl serde::Serialize,
    ) -> Result<(), HubError> {
        let last = db
            .query_row(
                "SELECT number, hash FROM record ORDER BY number DESC LIMIT 1",
                [],
                |row| Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?)),
            )
            .optional()?;
        let (last, mut previous) = last.unwrap_or_else(|| (0, vec![0; 32]));
        if !self.is_end(db, last, &previous)? {
            // What is done now must be on record all the same; that something is missing before it is to be seen for ever.
            tracing::error!(line = last, "the record does not end as it was left");
            previous = BROKEN_OFF.to_vec();
        }
        let number = last + 1;
        let what =
            serde_json::to_string(what).map_err(|error| HubError::Storage(error.to_string()))?;
        let hash = line_hash(&previous, number, whose, at, by, &what);
        db.execute(
            "INSERT INTO record (number, shop, at, by, what, previous, hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![number, whose, at.0, by, what, previous, hash],
        )?;
        let seal = hmac::sign(&self.key, &head(number, &hash));
        db.execute(
            "INSERT INTO record_head (one, number, seal) VALUES (1, ?1, ?2)
             ON CONFLICT (one) DO UPDATE SET number = excluded.number, seal = excluded.seal",
            params![number, seal.as_ref()],
        )?;
        Ok(())
    }

    /// Reads it from the first line to the last, and compares what the hub goes by with what it tells.
    pub(crate) fn verify(&self, db: &Connection) -> Result<Verified, HubError> {
        let broken = |at: i64, why| Verified::Broken {
            at: at.unsigned_abs(),
            why,
        };
        let mut statement = db.prepare(
            "SELECT number, shop, at, by, what, previous, hash FROM record ORDER BY number",
        )?;
        let mut rows = statement.query([])?;
        let mut owners = crate::accounts::Told::default();
        let (mut lines, mut last, mut told) = (0_i64, vec![0; 32], Told::default());
        while let Some(row) = rows.next()? {
            let number: i64 = row.get(0)?;
            let previous: Vec<u8> = row.get(5)?;
            let hash: Vec<u8> = row.get(6)?;
            if number != lines + 1 {
                return Ok(broken(lines + 1, "this line is missing"));
            }
            if previous != last {
                return Ok(broken(number, "it does not follow from the line before it"));
            }
            let (shop, by, what): (String, String, String) =
                (row.get(1)?, row.get(3)?, row.get(4)?);
            let expected = line_hash(&previous, number, &shop, Timestamp(row.get(2)?), &by, &what);
            if expected != hash {
                return Ok(broken(number, "it was changed"));
            }
            match serde_json::from_str(&what) {
                Ok(what) => told.take(shop, what),
                Err(_) if owners.take(&shop, &what) => {}
                Err(_) => return Ok(broken(number, "it cannot be read")),
            }
            (lines, last) = (number, hash);
        }
        let end: Option<i64> = db
            .query_row("SELECT number FROM record_head", [], |row| row.get(0))
            .optional()?;
        match end {
            None => return Ok(broken(lines, "nothing says that this is the last line")),
            Some(end) if end > lines => return Ok(broken(lines + 1, "this line is missing")),
            Some(_) => {}
        }
        if !self.is_end(db, lines, &last)? {
            return Ok(broken(lines, "it was not written by this hub"));
        }
        let lines = lines.unsigned_abs();
        let differs = told.differs(db)?;
        let differs = differs.map_or_else(|| owners.differs(db), |differs| Ok(Some(differs)))?;
        Ok(
            differs.map_or(Verified::Whole { lines }, |(of, why)| Verified::Differs {
                of,
                why,
            }),
        )
    }
}

/// A page of one shop's lines, newest first.
pub(crate) fn page(
    db: &Connection,
    shop: &ShopId,
    before: Option<u64>,
    limit: u32,
) -> Result<RecordPage, HubError> {
    let before = before.and_then(|before| i64::try_from(before).ok());
    let limit = i64::from(limit.clamp(1, RECORD_PAGE_MAX));
    let mut statement = db.prepare_cached(
        "SELECT number, at, by, what FROM record WHERE shop = ?1 AND number < ?2 ORDER BY number DESC LIMIT ?3",
    )?;
    let rows = statement.query_map(
        params![shop.as_str(), before.unwrap_or(i64::MAX), limit + 1],
        |row| {
            Ok((
                row.get::<_, i64>(0)?,
                row.get(1)?,
                row.get(2)?,
                row.get::<_, String>(3)?,
            ))
        },
    )?;
    let (mut lines, mut read) = (Vec::new(), 0);
    for row in rows {
        read += 1;
        if read > limit {
            break;
        }
        let (number, at, by, what) = row?;
        match serde_json::from_str(&what) {
            Ok(what) => lines.push(RecordLine {
                number: number.unsigned_abs(),
                at: Timestamp(at),
                by,
                what,
            }),
            // The others can be read all the same; that this one was changed, checking the record tells.
            Err(_) => tracing::error!(number, "a line of the record cannot be read"),
        }
    }
    let more = read > limit;
    Ok(RecordPage { lines, more })
}

/// Every part with its length before it, so that no two lines are the same bytes.
fn line_hash(
    previous: &[u8],
    number: i64,
    shop: &str,
    at: Timestamp,
    by: &str,
    what: &str,
) -> Vec<u8> {
    let mut hash = digest::Context::new(&digest::SHA256);
    hash.update(b"tillbell-record-1\n");
    hash.update(previous);
    hash.update(&number.to_be_bytes());
    hash.update(&at.0.to_be_bytes());
    for part in [shop, by, what] {
        hash.update(&(part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    hash.finish().as_ref().to_vec()
}

fn head(number: i64, hash: &[u8]) -> Vec<u8> {
    [b"tillbell-record-head-1\n", &number.to_be_bytes()[..], hash].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::MIGRATIONS;

    fn recorder() -> Recorder {
        Recorder::new(&[9; 32])
    }

    fn new() -> Connection {
        let db = Connection::open_in_memory().unwrap();
        for step in MIGRATIONS {
            db.execute_batch(step).unwrap();
        }
        db.execute(
            "INSERT INTO hub (one, id, seal_check) VALUES (1, 'h', x'')",
            [],
        )
        .unwrap();
        recorder().begin(&db).unwrap();
        db
    }

    /// A record of five lines, as a plain connection that anybody with the file has.
    fn with_lines() -> Connection {
        let db = new();
        let shop = ShopId::new("shop_1").unwrap();
        for n in 0..5 {
            let what = Recorded::Reach { lan: n % 2 == 1 };
            recorder()
                .add(&db, &shop, Timestamp(n), "run_0", &what)
                .unwrap();
        }
        db
    }

    const NO_TRIGGERS: &str =
        "DROP TRIGGER record_is_not_changed; DROP TRIGGER record_is_not_shortened";

    #[test]
    fn whatever_is_done_to_it_shows_and_where() {
        let whole = Verified::Whole { lines: 5 };
        assert_eq!(recorder().verify(&with_lines()).unwrap(), whole);
        for (what, sql, at) in [
            (
                "changed",
                "UPDATE record SET by = 'run_1' WHERE number = 3",
                3,
            ),
            (
                "another time",
                "UPDATE record SET at = 77 WHERE number = 2",
                2,
            ),
            (
                "another shop",
                "UPDATE record SET shop = 'shop_2' WHERE number = 2",
                2,
            ),
            ("taken out", "DELETE FROM record WHERE number = 2", 2),
            (
                "the first taken out",
                "DELETE FROM record WHERE number = 1",
                1,
            ),
            ("the end cut off", "DELETE FROM record WHERE number > 3", 4),
            ("all of it", "DELETE FROM record", 1),
            (
                "the head too",
                "DELETE FROM record; DELETE FROM record_head",
                0,
            ),
            (
                "the end cut off, the head set back",
                "DELETE FROM record WHERE number > 3; UPDATE record_head SET number = 3",
                3,
            ),
            ("no head", "DELETE FROM record_head", 5),
            (
                "a hash",
                "UPDATE record SET hash = previous WHERE number = 4",
                4,
            ),
        ] {
            let db = with_lines();
            // Whoever has the file can drop the triggers; the chain is what tells.
            db.execute_batch(NO_TRIGGERS).unwrap();
            db.execute_batch(sql).unwrap();
            let broken_at = |db: &Connection| match recorder().verify(db).unwrap() {
                Verified::Broken { at, .. } => at,
                other => panic!("{what}: {other:?}"),
            };
            assert_eq!(broken_at(&db), at, "{what}");
            // The hub goes on writing, and the hole stays.
            let (shop, lan) = (
                ShopId::new("shop_1").unwrap(),
                Recorded::Reach { lan: false },
            );
            recorder()
                .add(&db, &shop, Timestamp(9), "run_0", &lan)
                .unwrap();
            recorder().begin(&db).unwrap();
            assert!(broken_at(&db) >= 1, "{what}: a line later");
        }
        let other = Recorder::new(&[8; 32]);
        assert!(matches!(
            other.verify(&with_lines()).unwrap(),
            Verified::Broken { at: 5, .. }
        ));
    }

    #[test]
    fn a_record_without_lines_has_an_end_as_well() {
        let whole = Verified::Whole { lines: 0 };
        let db = new();
        assert_eq!(recorder().verify(&db).unwrap(), whole);
        recorder().begin(&db).unwrap();
        assert_eq!(recorder().verify(&db).unwrap(), whole);
        db.execute("DELETE FROM record_head", []).unwrap();
        recorder().begin(&db).unwrap();
        assert!(matches!(
            recorder().verify(&db).unwrap(),
            Verified::Broken { at: 0, .. }
        ));
    }

    #[test]
    fn the_database_itself_only_adds() {
        let db = with_lines();
        for sql in [
            "UPDATE record SET by = 'x'",
            "DELETE FROM record WHERE number = 5",
        ] {
            let refused = db.execute(sql, []).unwrap_err();
            assert!(refused.to_string().contains("only added to"), "{refused}");
        }
        let shop = ShopId::new("shop_1").unwrap();
        let newest = page(&db, &shop, None, 2).unwrap();
        let numbers: Vec<_> = newest.lines.iter().map(|line| line.number).collect();
        assert_eq!((numbers, newest.more), (vec![5, 4], true));
        let rest = page(&db, &shop, Some(4), 100).unwrap();
        assert_eq!((rest.lines.len(), rest.more), (3, false));
        let other = ShopId::new("shop_2").unwrap();
        assert_eq!(page(&db, &other, None, 9).unwrap().lines, []);
    }
}
