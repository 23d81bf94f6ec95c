//! What lines are, by their news and the corrections that hold. Whatever happened in whatever order: the same news and
//! the same corrections make the same lines.

use super::{Correction, CorrectionEvent, CorrectionId, NewsId, read};
use crate::{
    Line, LineId, Standing,
    heard::{self, Heard, Known},
    line::{self, CASH},
};
use domain::{Platform, Trust};
use rusqlite::Connection;
use std::collections::{BTreeMap, BTreeSet};

/// A line with all that was said of it.
struct Node {
    before: Line,
    /// What it is made of by itself.
    known: Known,
    platform: Platform,
    collector: String,
    /// The correction that made it was undone.
    undone: bool,
    /// The row that it was split off.
    split_from: Option<LineId>,
    /// The row that it goes into, as far as corrections say.
    into: Option<LineId>,
    /// What was said about it, in order.
    said: Vec<CorrectionEvent>,
}

/// Brings a line, and every line that corrections ever tied to it, to what news and corrections make of them. Answers
/// each as it was and as it is.
pub(crate) fn derive(db: &Connection, id: LineId) -> rusqlite::Result<Vec<(Line, Line)>> {
    let changed = known_of(db, id)?;
    for (before, after) in &changed {
        line::change(db, before, after)?;
    }
    for (before, after) in &changed {
        if before.remarks != after.remarks {
            let into = |other: &&Line| other.joined_to == Some(after.id);
            let members = changed.iter().map(|(_, other)| other).filter(into);
            retag(db, after.id, members.map(|other| other.id))?;
        }
    }
    Ok(changed)
}

/// The same without writing anything: each line as it stands and as it should.
pub(crate) fn known_of(db: &Connection, id: LineId) -> rusqlite::Result<Vec<(Line, Line)>> {
    let nodes = nodes(db, id)?;
    let mut members: BTreeMap<LineId, Vec<LineId>> = BTreeMap::new();
    for &id in nodes.keys() {
        let root = root(&nodes, id);
        if root != id {
            members.entry(root).or_default().push(id);
        }
    }
    let none = Vec::new();
    Ok(nodes
        .iter()
        .map(|(id, node)| {
            let root = root(&nodes, *id);
            let after = after(&nodes, node, root, members.get(id).unwrap_or(&none));
            (node.before.clone(), after)
        })
        .collect())
}

/// What went back in cash for a payment, whichever of its rows it was said about: those that went into it, and those whose
/// splitting off was taken back, whose money is in it again.
pub(super) fn refunded_in_cash(db: &Connection, id: LineId) -> rusqlite::Result<i64> {
    let nodes = nodes(db, id)?;
    let refunds = nodes
        .iter()
        .filter(|(of, _)| holder(&nodes, **of) == id)
        .flat_map(|(_, node)| &node.said)
        .filter_map(|event| match event.what {
            Correction::RefundedInCash { amount } => Some(amount.minor()),
            _ => None,
        });
    Ok(refunds.fold(0, i64::saturating_add))
}

/// By how much more went back in cash for these payments, and for all that is tied to them, than was paid: as far as it is
/// known what was.
pub(super) fn beyond_paid(db: &Connection, of: &[LineId]) -> rusqlite::Result<i64> {
    let mut all = BTreeMap::new();
    for id in of {
        if !all.contains_key(id) {
            all.append(&mut nodes(db, *id)?);
        }
    }
    let mut back: BTreeMap<LineId, i64> = BTreeMap::new();
    for (id, node) in &all {
        for event in &node.said {
            if let Correction::RefundedInCash { amount } = event.what {
                let sum = back.entry(holder(&all, *id)).or_default();
                *sum = sum.saturating_add(amount.minor());
            }
        }
    }
    let beyond = back.iter().filter_map(|(id, back)| {
        let paid = all.get(id)?.before.amount?;
        Some((back - paid.minor()).max(0))
    });
    Ok(beyond.fold(0, i64::saturating_add))
}

/// How many rows were ever joined in what is tied to these, those that were parted again too: all of them are looked at
/// with each step. Counted no further than `most`.
pub(super) fn joins(db: &Connection, of: [LineId; 2], most: u32) -> rusqlite::Result<u32> {
    let (mut open, mut seen) = (of.to_vec(), BTreeSet::from(of));
    let mut joins = BTreeSet::new();
    while let Some(id) = open.pop() {
        for event in read::touching(db, id)? {
            let other = match event.what {
                Correction::Join { other } => Some(other),
                _ => None,
            };
            if other.is_some() && event.undoes.is_none() {
                joins.insert(event.id);
            }
            let tied = [Some(event.line), other, event.made];
            open.extend(tied.into_iter().flatten().filter(|id| seen.insert(*id)));
        }
        if joins.len() >= most as usize {
            return Ok(most);
        }
    }
    Ok(u32::try_from(joins.len()).unwrap_or(most))
}

/// The row that a row's money is in.
fn holder(nodes: &BTreeMap<LineId, Node>, id: LineId) -> LineId {
    let from = nodes.get(&id).filter(|node| node.undone);
    root(nodes, from.and_then(|node| node.split_from).unwrap_or(id))
}

/// A line and every line that is tied to it.
fn nodes(db: &Connection, id: LineId) -> rusqlite::Result<BTreeMap<LineId, Node>> {
    let (mut nodes, mut open) = (BTreeMap::new(), vec![id]);
    let mut seen = BTreeSet::from([id]);
    while let Some(id) = open.pop() {
        let Some(before) = line::by_id(db, id)? else {
            continue;
        };
        let events = read::touching(db, id)?;
        for event in &events {
            let other = match event.what {
                Correction::Join { other } => Some(other),
                _ => None,
            };
            let tied = [Some(event.line), other, event.made];
            open.extend(tied.into_iter().flatten().filter(|id| seen.insert(*id)));
        }
        nodes.insert(id, node(db, before, events)?);
    }
    Ok(nodes)
}

fn node(db: &Connection, before: Line, events: Vec<CorrectionEvent>) -> rusqlite::Result<Node> {
    let id = before.id;
    let maker = events.iter().find(|event| event.made == Some(id));
    let split_off: Vec<NewsId> = events
        .iter()
        .filter(|event| event.line == id && event.holds())
        .filter_map(|event| match event.what {
            Correction::Split { news } => Some(news),
            _ => None,
        })
        .collect();
    let into = events.iter().rev().find_map(|event| match event.what {
        Correction::Join { other } if other == id && event.holds() => Some(event.line),
        _ => None,
    });
    let (known, platform, collector) = match maker.map(|event| (&event.what, event)) {
        Some((Correction::RefundedInCash { amount }, event)) => {
            let known = Known {
                trust: Trust::Confirmed,
                amount: Some(*amount),
                payer: before.payer.clone(),
                note: before.note.clone(),
                order: before.order.clone(),
                transaction: before.transaction.clone(),
                refund: None,
                paid_at: before.paid_at,
            };
            (known, CASH, event.who.clone())
        }
        Some((Correction::Split { news }, event)) => {
            let all = heard::of_line(db, event.line)?;
            by_news(&before, all.iter().find(|heard| heard.id == *news), None)
        }
        _ => {
            let all = heard::of_line(db, id)?;
            by_news(&before, all.first(), heard::known(&all, &split_off))
        }
    };
    Ok(Node {
        known,
        platform,
        collector,
        undone: maker.is_some_and(|event| event.undone_by.is_some()),
        split_from: maker
            .filter(|event| matches!(event.what, Correction::Split { .. }))
            .map(|event| event.line),
        into,
        said: events
            .into_iter()
            .filter(|event| event.line == id && event.holds())
            .collect(),
        before,
    })
}

/// What a line is by its first news; a line of which no news is there stays as it stands.
fn by_news(
    before: &Line,
    first: Option<&Heard>,
    known: Option<Known>,
) -> (Known, Platform, String) {
    match first {
        Some(first) => (
            known.unwrap_or_else(|| first.own.clone()),
            first.platform.clone(),
            first.by.clone(),
        ),
        None => (
            Known {
                trust: before.trust,
                amount: before.amount,
                payer: before.payer.clone(),
                note: before.note.clone(),
                order: before.order.clone(),
                transaction: before.transaction.clone(),
                refund: before.refund.clone(),
                paid_at: before.paid_at,
            },
            before.platform.clone(),
            before.collector.clone(),
        ),
    }
}

/// The row that a row is the same payment as; itself where it stands alone. A join to or from a row that was taken
/// back says nothing.
fn root(nodes: &BTreeMap<LineId, Node>, id: LineId) -> LineId {
    let mut at = id;
    // Joins make no ring: each begins at two rows that stand alone. The bound is for a book that somebody tampered with.
    for _ in 0..nodes.len() {
        let next = nodes
            .get(&at)
            .filter(|node| !node.undone)
            .and_then(|node| node.into)
            .filter(|into| nodes.get(into).is_some_and(|node| !node.undone));
        match next {
            Some(next) => at = next,
            None => break,
        }
    }
    at
}

/// A line as it should stand.
fn after(nodes: &BTreeMap<LineId, Node>, node: &Node, root: LineId, members: &[LineId]) -> Line {
    let members: Vec<&Node> = members.iter().filter_map(|id| nodes.get(id)).collect();
    let mut known = node.known.clone();
    for member in &members {
        known.hear(&member.known);
    }
    let all = || std::iter::once(node).chain(members.iter().copied());
    let mut said: Vec<(CorrectionId, &Correction)> = all()
        .flat_map(|node| node.said.iter().map(|event| (event.id, &event.what)))
        .collect();
    said.sort_unstable_by_key(|(id, _)| *id);
    let (mut platform, mut collector) = (node.platform.clone(), node.collector.clone());
    let mut remarks: Vec<&str> = Vec::new();
    for (_, what) in &said {
        match what {
            Correction::Note { text } | Correction::Tag { tag: text } => remarks.push(text),
            // Whoever says so is in the shop: there is nobody else to confirm it.
            Correction::Cash => (platform, known.trust) = (CASH, Trust::Confirmed),
            Correction::CollectedBy { name } => collector.clone_from(name),
            Correction::RefundedInCash { .. }
            | Correction::Split { .. }
            | Correction::Join { .. } => {}
        }
    }
    let standing = match (node.undone, root == node.before.id) {
        (true, _) => Standing::Undone,
        (false, true) => Standing::Counts,
        (false, false) => Standing::Joined,
    };
    Line {
        trust: known.trust,
        platform,
        amount: known.amount,
        payer: known.payer,
        note: known.note,
        order: known.order,
        transaction: known.transaction,
        refund: known.refund,
        paid_at: known.paid_at,
        collector,
        standing,
        joined_to: (standing == Standing::Joined).then_some(root),
        corrected: u32::try_from(said.len()).unwrap_or(u32::MAX),
        remarks: (!remarks.is_empty()).then(|| remarks.join("\n")),
        ..node.before.clone()
    }
}

/// The tags of a row: said of it, and not taken back.
pub(super) const TAGS: &str =
    "SELECT c.text, ?2 FROM corrections AS c WHERE c.line = ?1 AND c.what = 'tag'
     AND NOT EXISTS (SELECT 1 FROM corrections AS u WHERE u.undoes = c.id)";

/// The tags that a line is found by: those of the rows that went into it are its own now.
fn retag(
    db: &Connection,
    line: LineId,
    members: impl Iterator<Item = LineId>,
) -> rusqlite::Result<()> {
    db.prepare_cached("DELETE FROM line_tags WHERE line = ?1")?
        .execute([line.0])?;
    let mut put = db.prepare_cached(&format!(
        "INSERT OR IGNORE INTO line_tags (tag, line) {TAGS}"
    ))?;
    for of in std::iter::once(line).chain(members) {
        put.execute([of.0, line.0])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Ledger;

    #[tokio::test]
    async fn a_lines_tags_are_found_by_index_however_many_corrections_there_are() {
        let dir = tempfile::tempdir().expect("a folder");
        let book = Ledger::open(&dir.path().join("book.sqlite")).await;
        let book = book.expect("a book");
        let plan = book.call(|db| {
            let mut query = db.prepare(&format!("EXPLAIN QUERY PLAN {TAGS}"))?;
            let steps = query.query_map([1, 1], |row| row.get::<_, String>(3))?;
            Ok(steps.collect::<rusqlite::Result<Vec<_>>>()?.join("; "))
        });
        let plan = plan.await.expect("a plan");
        assert!(
            plan.contains("SEARCH c USING INDEX corrections_line (line=?)")
                && !plan.contains("SCAN c"),
            "{plan}"
        );
    }
}
