//! What somebody should look at, what came after its day was closed, and what is known differently since.

use super::Say;
use crate::paper::{Pair, Part, Table};
use book::dayend::{Closing, DayReport, Moment, QuestionKind, Sum};
use domain::Platform;

/// Counts of what is open, and on sheets each of them.
pub(super) fn questions(report: &DayReport, say: &Say<'_>) -> Vec<Part> {
    let mut parts = vec![say.heading("paper.questions")];
    let counts = &report.questions.counts;
    if counts.iter().all(|one| one.count == 0) {
        parts.push(Part::Note(say.word("paper.no_questions")));
        return parts;
    }
    let pairs = counts
        .iter()
        .filter(|one| one.count > 0)
        .map(|one| Pair::new(say.word(word(one.what)), one.count.to_string()));
    parts.push(Part::Pairs(pairs.collect()));
    if say.is_whole() && !report.questions.rows.is_empty() {
        let rows = report.questions.rows.iter().map(|one| {
            let mut row = payment(
                &one.at,
                one.platform.as_ref(),
                one.number,
                one.amount.as_ref(),
                say,
            );
            row.insert(1, say.word(word(one.what)));
            row
        });
        let rows = rows.collect();
        let mut heads = heads(say);
        heads.insert(1, (say.word("paper.what"), false));
        parts.push(table(heads, rows));
        let all: u32 = counts.iter().map(|one| one.count).sum();
        parts.extend(more(all, report.questions.rows.len(), say));
    }
    parts
}

fn word(what: QuestionKind) -> &'static str {
    match what {
        QuestionKind::ReportedOnly => "paper.reported_only",
        QuestionKind::NotUnderstood => "paper.not_understood",
        QuestionKind::WithoutAmount => "paper.without_amount",
        QuestionKind::AnnouncedLate => "paper.announced_late",
        QuestionKind::NotAnnounced => "paper.not_announced",
    }
}

/// Payments of days that were closed before.
pub(super) fn late(closing: &Closing, say: &Say<'_>) -> Vec<Part> {
    let mut parts = Vec::new();
    if closing.late_count > 0 {
        parts.push(say.heading("paper.came_late"));
        let rows = closing.late.iter().map(|one| {
            let mut row = payment(
                &one.at,
                Some(&one.platform),
                one.number,
                one.amount.as_ref(),
                say,
            );
            row.insert(1, one.day.to_string());
            row
        });
        parts.push(listed(rows.collect(), closing.late_count, say));
        parts.extend(more(closing.late_count, closing.late.len(), say));
    }
    if closing.changes_count > 0 {
        parts.push(say.heading("paper.known_since"));
        let rows = closing.changes.iter().map(|one| {
            let mut row = payment(
                &one.at,
                Some(&one.platform),
                one.number,
                one.amount.as_ref(),
                say,
            );
            row.insert(1, one.day.to_string());
            row
        });
        parts.push(listed(rows.collect(), closing.changes_count, say));
        parts.extend(more(closing.changes_count, closing.changes.len(), say));
    }
    parts
}

/// The payments on sheets, their number on a roll.
fn listed(rows: Vec<Vec<String>>, count: u32, say: &Say<'_>) -> Part {
    if !say.is_whole() {
        return Part::Pairs(vec![Pair::new(
            say.word("paper.payments"),
            count.to_string(),
        )]);
    }
    let mut heads = heads(say);
    heads.insert(1, (say.word("paper.day"), false));
    table(heads, rows)
}

fn table(heads: Vec<(String, bool)>, rows: Vec<Vec<String>>) -> Part {
    Part::Table(Table {
        heads,
        rows,
        sums: Vec::new(),
    })
}

fn heads(say: &Say<'_>) -> Vec<(String, bool)> {
    vec![
        (say.word("paper.time"), false),
        (say.word("paper.by_platform"), false),
        (say.word("paper.running"), true),
        (say.word("paper.amount"), true),
    ]
}

fn payment(
    at: &Moment,
    platform: Option<&Platform>,
    number: Option<u32>,
    amount: Option<&Sum>,
    say: &Say<'_>,
) -> Vec<String> {
    vec![
        at.clock.clone(),
        platform.map_or_else(|| "–".to_owned(), |one| say.platform(one.as_str())),
        number.map_or_else(|| "–".to_owned(), |number| number.to_string()),
        amount.map_or_else(|| say.word("paper.not_given"), |sum| sum.text.clone()),
    ]
}

/// Lists are bounded; that some are missing is said.
fn more(all: u32, listed: usize, say: &Say<'_>) -> Option<Part> {
    let listed = u32::try_from(listed).unwrap_or(u32::MAX);
    let left = all
        .checked_sub(listed)
        .filter(|left| *left > 0 && say.is_whole())?;
    let count = left.to_string();
    Some(Part::Note(say.with("paper.and_more", &[("count", &count)])))
}
