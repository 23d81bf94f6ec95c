//! A closing as it stands on paper, and a day that is only looked at: everything that a shop's accountant asks for, in the
//! order in which people read it. Nothing is added up here: all sums are the book's.
//!
//! `cash`: the drawer. `open`: what somebody should look at, and what came late. `statements`: the platforms' side.

mod cash;
mod open;
mod statements;

use crate::{
    paper::{Pair, Paper, Part, Table},
    texts::Texts,
};
use book::dayend::{Closing, ClosingKind, CurrencyTotal, DayReport, Moment, Sum, TotalGroup};
use domain::Timestamp;

/// How much stands on the paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// All of it, for sheets.
    Whole,
    /// Without what goes on and on, for rolls.
    Short,
}

/// All that a paper is made from besides its closing.
#[derive(Debug, Clone)]
pub struct Around<'a> {
    /// The words.
    pub texts: &'a Texts,
    /// Their language, as a tag.
    pub language: &'a str,
    /// How much stands on it.
    pub detail: Detail,
    /// When it is printed.
    pub printed: Moment,
    /// The mark of a copy: `Some(2)`.
    pub copy: Option<u32>,
}

/// A closing on paper.
pub fn closing(closing: &Closing, around: &Around<'_>) -> Paper {
    let say = Say(around);
    let number = closing.number.to_string();
    let (title, of) = match closing.kind {
        ClosingKind::Day => ("paper.day_closing", None),
        ClosingKind::Shift => ("paper.shift_closing", None),
        ClosingKind::Correction { of } => ("paper.correction", Some(of.to_string())),
    };
    let of = of.as_deref().unwrap_or_default();
    let title = say.with(title, &[("number", &number), ("of", of)]);
    let mut paper = begun(closing, title, &say);
    if !closing.corrected_by.is_empty() {
        let by = numbers(&closing.corrected_by);
        paper
            .marks
            .push(say.with("paper.corrected_by", &[("numbers", &by)]));
    }
    paper.marks.extend(gap(closing, &say));
    paper.parts.push(Part::Pairs(head(closing, true, &say)));
    paper.parts.extend(body(closing, &say));
    if let Some(head) = &closing.head {
        paper.parts.push(say.heading("paper.fingerprint"));
        paper.parts.push(Part::Note(in_groups(head)));
        if say.is_whole() {
            paper
                .parts
                .push(Part::Note(say.word("paper.fingerprint_why")));
        }
        let few: String = head.chars().take(16).collect();
        let values = [
            ("number", number.as_str()),
            ("fingerprint", &in_groups(&few)),
        ];
        paper.foot = say.with("paper.foot", &values);
    }
    paper.parts.push(Part::Signatures(
        [
            "paper.sign_closed",
            "paper.sign_counted",
            "paper.sign_owner",
        ]
        .map(|key| say.word(key))
        .into(),
    ));
    paper
}

/// Why numbers before this one are missing.
fn gap(closing: &Closing, say: &Say<'_>) -> Option<String> {
    let gap = closing.gap.as_ref()?;
    let (from, to) = (gap.from.to_string(), gap.to.to_string());
    let key = match gap.from == gap.to {
        true => "paper.gap_one",
        false => "paper.gap",
    };
    let values = [
        ("from", from.as_str()),
        ("to", &to),
        ("clock", &gap.at.clock),
        ("who", &gap.who),
    ];
    Some(say.with(key, &values))
}

/// A day as it would be closed now: marked as not closed, with no number and nothing to sign.
pub fn look(day: &Closing, around: &Around<'_>) -> Paper {
    let say = Say(around);
    let mut paper = begun(day, say.word("paper.look"), &say);
    paper.marks.insert(0, say.word("paper.not_closed"));
    paper.parts.push(Part::Pairs(head(day, false, &say)));
    paper.parts.extend(body(day, &say));
    paper
}

fn begun(closing: &Closing, title: String, say: &Say<'_>) -> Paper {
    let Timestamp(made_at) = say.0.printed.at;
    let copy = say.0.copy.map(|copy| copy.to_string());
    let mark = copy.map(|copy| say.with("paper.copy", &[("copy", &copy)]));
    Paper {
        shop: closing.shop.clone(),
        title,
        day: closing.day.to_string(),
        marks: mark.into_iter().collect(),
        parts: Vec::new(),
        foot: String::new(),
        // Filled page by page.
        page: say.word("paper.page"),
        language: say.0.language.to_owned(),
        made_at,
    }
}

/// Everything between the head and the fingerprint.
fn body(closing: &Closing, say: &Say<'_>) -> Vec<Part> {
    let mut parts = taken(closing, say);
    parts.extend(groups(&closing.report, say));
    if let Some(whole) = &closing.whole_day {
        parts.push(say.heading("paper.whole_day"));
        let shifts = numbers(&closing.shifts);
        parts.push(Part::Note(
            say.with("paper.with_shifts", &[("numbers", &shifts)]),
        ));
        parts.push(totals(&[("paper.whole_day", &whole.totals)], &[], say));
    }
    parts.extend(cash::drawer(closing, say));
    parts.extend(open::questions(&closing.report, say));
    parts.extend(open::late(closing, say));
    parts.extend(statements::status(closing, say));
    parts.push(say.heading("paper.since_start"));
    let grand = [("paper.grand_total", closing.grand_total.as_slice())];
    parts.push(totals(&grand, &[], say));
    if let Some(note) = &closing.note {
        parts.push(say.heading("paper.note"));
        parts.push(Part::Note(note.clone()));
    }
    parts
}

/// The words, and what a paper is made with.
struct Say<'a>(&'a Around<'a>);

impl Say<'_> {
    fn word(&self, key: &str) -> String {
        self.0.texts.text(key, &[])
    }

    fn with(&self, key: &str, values: &[(&str, &str)]) -> String {
        self.0.texts.text(key, values)
    }

    fn heading(&self, key: &str) -> Part {
        Part::Heading(self.word(key))
    }

    fn is_whole(&self) -> bool {
        self.0.detail == Detail::Whole
    }

    fn platform(&self, name: &str) -> String {
        let named = self.0.texts.get(&format!("platform.{name}"));
        named.unwrap_or(name).to_owned()
    }
}

fn head(closing: &Closing, closed: bool, say: &Say<'_>) -> Vec<Pair> {
    let mut pairs = Vec::new();
    if closed {
        let number = closing.number.to_string();
        pairs.push(Pair::bold(say.word("paper.number"), number));
    }
    pairs.push(Pair::bold(say.word("paper.day"), closing.day.to_string()));
    pairs.push(Pair::new(say.word("paper.span"), span(&closing.report)));
    let opened = closing.opened.as_ref().map(|opened| opened.clock.as_str());
    let first = closing.gap.as_ref().map(|gap| gap.from);
    let before = match first.unwrap_or(closing.number) {
        0 | 1 => say.word("paper.none"),
        number => (number - 1).to_string(),
    };
    let mut pair = |wanted: bool, key: &str, right: &str| {
        if wanted && !right.is_empty() {
            pairs.push(Pair::new(say.word(key), right));
        }
    };
    pair(true, "paper.terminal", &closing.terminal);
    pair(true, "paper.opened", opened.unwrap_or_default());
    let opened_by = closing.opened_by.as_deref().unwrap_or_default();
    pair(true, "paper.opened_by", opened_by);
    pair(closed, "paper.closed", &closing.closed.clock);
    pair(closed, "paper.closed_by", &closing.closed_by);
    pair(true, "paper.printed", &say.0.printed.clock);
    pair(closed, "paper.closing_before", &before);
    pair(true, "paper.software", &closing.software);
    pairs
}

/// From when to when, and by which clock.
fn span(report: &DayReport) -> String {
    let minutes = |moment: &Moment| -> String { moment.clock.chars().take(16).collect() };
    format!(
        "{} – {} ({})",
        minutes(&report.begins),
        minutes(&report.ends),
        report.rule.zone
    )
}

/// What the closing takes in: the day's own, what came late, what is known differently since.
fn taken(closing: &Closing, say: &Say<'_>) -> Vec<Part> {
    let mut rows: Vec<(&str, &[CurrencyTotal])> =
        vec![("paper.of_this_day", &closing.report.totals)];
    if closing.late_count > 0 {
        rows.push(("paper.came_late", &closing.late_totals));
    }
    if closing.changes_count > 0 {
        rows.push(("paper.known_since", &closing.changes_totals));
    }
    let sums: &[CurrencyTotal] = match rows.len() {
        1 => &[],
        _ => &closing.taken,
    };
    vec![say.heading("paper.sales"), totals(&rows, sums, say)]
}

/// Sums by what they are of; with several currencies each has a row of its own.
fn totals(rows: &[(&str, &[CurrencyTotal])], sums: &[CurrencyTotal], say: &Say<'_>) -> Part {
    let of = |key: &str, totals: &[CurrencyTotal]| -> Vec<Vec<String>> {
        let several = totals.len() > 1;
        let name = |total: &CurrencyTotal| match several {
            true => format!("{} {}", say.word(key), total.currency.code()),
            false => say.word(key),
        };
        if totals.is_empty() {
            let nothing = std::iter::repeat_n("0".to_owned(), 1);
            let none = std::iter::repeat_n("–".to_owned(), 4);
            return vec![
                std::iter::once(say.word(key))
                    .chain(nothing)
                    .chain(none)
                    .collect(),
            ];
        }
        totals
            .iter()
            .map(|total| figures(name(total), total))
            .collect()
    };
    let rows = rows.iter().flat_map(|(key, totals)| of(key, totals));
    Part::Table(Table {
        heads: heads("", say),
        rows: rows.collect(),
        sums: match sums {
            [] => Vec::new(),
            sums => of("paper.together", sums),
        },
    })
}

fn heads(first: &str, say: &Say<'_>) -> Vec<(String, bool)> {
    let first = match first {
        "" => String::new(),
        key => say.word(key),
    };
    let figures = [
        "paper.payments",
        "paper.paid",
        "paper.refunds",
        "paper.refunded",
        "paper.net",
    ];
    std::iter::once((first, false))
        .chain(figures.map(|key| (say.word(key), true)))
        .collect()
}

fn figures(name: String, total: &CurrencyTotal) -> Vec<String> {
    vec![
        name,
        total.payments.to_string(),
        total.paid.text.clone(),
        total.refunds.to_string(),
        back(&total.refunded),
        total.net.text.clone(),
    ]
}

/// What went back, with its minus.
fn back(sum: &Sum) -> String {
    Sum::new(sum.minor.saturating_neg(), sum.currency).text
}

/// By platform, collector, terminal and hour; what would say the same as the line above is left out.
fn groups(report: &DayReport, say: &Say<'_>) -> Vec<Part> {
    let mut parts = Vec::new();
    let named = |groups: &[TotalGroup]| groups.iter().any(|group| !group.key.is_empty());
    let mut add = |title: &str, of: &[TotalGroup], name: &dyn Fn(&str) -> String| {
        if of.is_empty() {
            return;
        }
        parts.push(say.heading(title));
        parts.push(table(title, of, name, say));
    };
    let nobody = say.word("paper.unknown");
    let or_nobody = |key: &str| match key {
        "" => nobody.clone(),
        key => key.to_owned(),
    };
    add("paper.by_platform", &report.platforms, &|key| {
        say.platform(key)
    });
    if named(&report.collectors) {
        add("paper.by_collector", &report.collectors, &or_nobody);
    }
    if report.terminals.len() > 1 {
        add("paper.by_terminal", &report.terminals, &or_nobody);
    }
    if say.is_whole() {
        let hours: Vec<TotalGroup> = report
            .hours
            .iter()
            .filter(|hour| !hour.totals.is_empty())
            .map(|hour| TotalGroup {
                key: format!("{:02}:00", hour.hour),
                totals: hour.totals.clone(),
                without_amount: 0,
            })
            .collect();
        add("paper.by_hour", &hours, &str::to_owned);
    }
    parts
}

fn table(title: &str, of: &[TotalGroup], name: &dyn Fn(&str) -> String, say: &Say<'_>) -> Part {
    let mut rows = Vec::new();
    for group in of {
        let name = name(&group.key);
        for total in &group.totals {
            let name = match group.totals.len() {
                1 => name.clone(),
                _ => format!("{name} {}", total.currency.code()),
            };
            rows.push(figures(name, total));
        }
        if group.without_amount > 0 {
            let mut row = vec![say.with("paper.without_amount_of", &[("name", &name)])];
            row.push(group.without_amount.to_string());
            row.resize(6, "–".to_owned());
            rows.push(row);
        }
    }
    Part::Table(Table {
        heads: heads(title, say),
        rows,
        sums: Vec::new(),
    })
}

fn numbers(all: &[u32]) -> String {
    let all: Vec<String> = all.iter().map(u32::to_string).collect();
    all.join(", ")
}

/// Four and four, so that people can compare them.
fn in_groups(hex: &str) -> String {
    let letters: Vec<char> = hex.chars().collect();
    let groups: Vec<String> = letters.chunks(4).map(|few| few.iter().collect()).collect();
    groups.join(" ")
}

#[cfg(test)]
mod tests;
