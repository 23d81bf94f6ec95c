//! The chain against the rows that it was made over.

use super::{Fault, Findings, Found, sense};
use crate::chain::{self, Head, KINDS, RowKind};
use domain::Timestamp;
use rusqlite::{Connection, params};
use std::collections::BTreeMap;

/// Links that are looked at in one go: some ten milliseconds.
const STEP: i64 = 1_000;

/// How far the chain was followed.
#[derive(Debug)]
pub(super) struct Walk {
    head: Head,
    /// The last link that was looked at; more than `head` counts where links are missing.
    link: i64,
    /// The last row of each kind that was met: rows are chained in their order.
    last: BTreeMap<&'static str, i64>,
}

impl Default for Walk {
    fn default() -> Self {
        Self {
            head: Head::EMPTY,
            link: 0,
            last: BTreeMap::new(),
        }
    }
}

struct Link {
    id: i64,
    kind: String,
    row: i64,
    at: Timestamp,
    hash: Vec<u8>,
}

impl Walk {
    pub(super) fn head(&self) -> Head {
        self.head
    }

    pub(super) fn link(&self) -> i64 {
        self.link
    }

    /// Follows the next links up to the last that was there when the check began; whether there are more.
    pub(super) fn step(
        mut self,
        db: &Connection,
        mut findings: Findings,
        last: i64,
    ) -> rusqlite::Result<(Self, Findings, bool)> {
        let sql = "SELECT id, kind, row, at, hash FROM chain WHERE id > ?1 AND id <= ?2 ORDER BY id LIMIT ?3";
        let links = db
            .prepare_cached(sql)?
            .query_map(params![self.link, last, STEP], |row| {
                Ok(Link {
                    id: row.get(0)?,
                    // A word that is no text is no kind that there is.
                    kind: sense(row.get(1))?.unwrap_or_default(),
                    row: row.get(2)?,
                    at: Timestamp(row.get(3)?),
                    hash: row.get(4)?,
                })
            })?
            .collect::<rusqlite::Result<Vec<Link>>>()?;
        let more = links.len() == usize::try_from(STEP).unwrap_or(usize::MAX);
        for link in links {
            self.follow(db, &mut findings, &link)?;
        }
        if !more {
            for kind in KINDS {
                self.unchained(db, &mut findings, kind)?;
            }
        }
        Ok((self, findings, more))
    }

    fn follow(
        &mut self,
        db: &Connection,
        findings: &mut Findings,
        link: &Link,
    ) -> rusqlite::Result<()> {
        let found = |fault| Found {
            kind: Some(link.kind.clone()),
            row: Some(link.row),
            link: Some(link.id),
            at: Some(link.at),
            ..Found::new(fault)
        };
        if link.id != self.link + 1 {
            findings.add(found(Fault::LinkMissing));
        }
        self.link = link.id;
        let text = match kind_named(&link.kind) {
            Some(kind) => {
                self.between(db, findings, kind, link)?;
                chain::row_text(db, kind, link.row, link.at)?
            }
            None => None,
        };
        let hash = chain::Hash::try_from(link.hash.as_slice());
        match (text, hash) {
            (None, _) => findings.add(found(Fault::RowGone)),
            (Some(text), Ok(hash)) if chain::next(&self.head.hash, &text) == hash => {}
            (Some(_), _) => findings.add(found(Fault::RowChanged)),
        }
        // Go on from what stands there: a fault is told once, where it is.
        self.head = Head {
            rows: self.head.rows + 1,
            hash: hash.unwrap_or(self.head.hash),
        };
        Ok(())
    }

    /// Rows of a kind are chained in the order of their numbers, so that one between two of them was put there later.
    fn between(
        &mut self,
        db: &Connection,
        findings: &mut Findings,
        kind: &'static RowKind,
        link: &Link,
    ) -> rusqlite::Result<()> {
        let before = self.last.insert(kind.name, link.row).unwrap_or(0);
        if link.row <= before {
            findings.add(Found {
                kind: Some(link.kind.clone()),
                row: Some(link.row),
                link: Some(link.id),
                ..Found::new(Fault::LinkMissing)
            });
            return Ok(());
        }
        if link.row == before + 1 {
            return Ok(());
        }
        let sql = format!(
            "SELECT id FROM {} WHERE id > ?1 AND id < ?2 ORDER BY id LIMIT 100",
            kind.table
        );
        let rows = db
            .prepare_cached(&sql)?
            .query_map((before, link.row), |row| row.get(0))?
            .collect::<rusqlite::Result<Vec<i64>>>()?;
        for row in rows {
            findings.add(added(kind, row));
        }
        Ok(())
    }

    /// Rows after the last that is in the chain. What came since the check began is chained by now.
    fn unchained(
        &self,
        db: &Connection,
        findings: &mut Findings,
        kind: &RowKind,
    ) -> rusqlite::Result<()> {
        if chain::has_backlog(db)? {
            return Ok(());
        }
        let last = self.last.get(kind.name).copied().unwrap_or(0);
        let sql = "SELECT ifnull(max(row), ?2) FROM chain WHERE kind = ?1 AND id > ?3";
        let chained: i64 = db
            .prepare_cached(sql)?
            .query_row(params![kind.name, last, self.link], |row| row.get(0))?;
        let sql = format!(
            "SELECT id FROM {} WHERE id > ?1 ORDER BY id LIMIT 100",
            kind.table
        );
        let rows = db
            .prepare_cached(&sql)?
            .query_map([chained.max(last)], |row| row.get(0))?
            .collect::<rusqlite::Result<Vec<i64>>>()?;
        for row in rows {
            findings.add(added(kind, row));
        }
        Ok(())
    }
}

fn added(kind: &RowKind, row: i64) -> Found {
    Found {
        kind: Some(kind.name.to_owned()),
        row: Some(row),
        ..Found::new(Fault::RowAdded)
    }
}

fn kind_named(name: &str) -> Option<&'static RowKind> {
    KINDS.iter().find(|kind| kind.name == name)
}
