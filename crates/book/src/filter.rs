//! Pages of the list: which rows fit all that is asked, newest first, from any place in either direction.
//!
//! Each condition has an index that holds the rows that fit it. Where one of them holds few, those are looked at one by
//! one; where all hold many, rows that fit come soon, and reading stops at the page's end. Either way a book of a million
//! payments answers as fast as a small one.

mod find;

use crate::{
    Filter, FilterChoices, HistoryQuery, LINE_COLUMNS, Line, LineState, Standing,
    classes::{self, Class},
    line,
    search::{self, How},
    word,
};
use domain::{Currency, Money};
use rusqlite::{Connection, params};
use std::collections::BTreeSet;

/// An index that holds no more than so many rows is read whole.
const FEW: usize = 4_000;
/// So many entries of one list of a filter count.
const LIST_MAX: usize = 64;
/// Payments with one number: a payment and its refunds.
const SAME_NUMBER_MAX: u32 = 60;

/// The rows among which is looked.
#[derive(Debug, Clone)]
struct Span {
    first: i64,
    last: i64,
    /// Only rows of these days, where days were asked for.
    days: Option<(String, String)>,
}

/// All that is asked, in the book's own terms.
#[derive(Debug, Clone)]
struct Wanted {
    span: Span,
    /// `None`: every class fits.
    classes: Option<Vec<i64>>,
    minor: Option<(i64, i64)>,
    special: Option<Special>,
    tags: Vec<String>,
    text: Option<How>,
    limit: usize,
    /// Towards what is newer.
    up: bool,
}

/// What an index of its own is kept of.
#[derive(Debug, Clone, Copy)]
enum Special {
    Corrected,
    NotSpoken,
    SpokenLate,
}

impl Special {
    fn index(self) -> &'static str {
        match self {
            Self::Corrected => "lines_corrected",
            Self::NotSpoken => "lines_unspoken",
            Self::SpokenLate => "lines_late",
        }
    }

    /// The condition that its index is kept by, of a table of that name.
    fn holds(self, table: &str) -> String {
        match self {
            Self::Corrected => format!("{table}.corrected > 0"),
            Self::NotSpoken => format!("{table}.spoken_at IS NULL"),
            Self::SpokenLate => format!("{table}.spoken_at - {table}.accepted_at > 120000"),
        }
    }
}

/// A page, newest first: one row more than asked for where there are more.
pub(crate) fn page(db: &Connection, query: &HistoryQuery) -> rusqlite::Result<Vec<Line>> {
    let Some(span) = span(db, query)? else {
        return Ok(Vec::new());
    };
    let all = classes::all(db)?;
    let filter = &query.filter;
    let typed = query.search.as_deref().unwrap_or("").trim();
    let typed: String = typed.chars().take(search::SEARCH_MAX).collect();
    let wanted = Wanted {
        span,
        classes: None,
        minor: range(filter),
        special: special(filter),
        tags: filter.tags.iter().take(LIST_MAX).cloned().collect(),
        text: (!typed.is_empty()).then(|| search::how(&typed)),
        limit: query.limit as usize + 1,
        up: query.after.is_some() && query.before.is_none(),
    };
    let mut found = wanted
        .clone()
        .among(&all, |class| fits(filter, class), db)?;
    // What is typed may be an amount too.
    let amount = search::plain_amount(&typed);
    if !amount.is_empty() {
        found.extend(by_amount(db, &wanted, &all, filter, &amount)?);
    }
    found.sort_unstable();
    found.dedup();
    if !wanted.up {
        found.reverse();
    }
    found.truncate(wanted.limit);
    if wanted.up {
        found.reverse();
    }
    let sql = format!("SELECT {LINE_COLUMNS} FROM lines WHERE id = ?1");
    let mut by_id = db.prepare_cached(&sql)?;
    found
        .into_iter()
        .map(|id| by_id.query_row([id], line::line))
        .collect()
}

fn by_amount(
    db: &Connection,
    wanted: &Wanted,
    all: &[Class],
    filter: &Filter,
    amount: &str,
) -> rusqlite::Result<Vec<i64>> {
    let codes: BTreeSet<&str> = all.iter().map(|class| class.currency.as_str()).collect();
    let mut found = Vec::new();
    for currency in codes.into_iter().filter_map(Currency::new) {
        let Ok(amount) = Money::parse(amount, currency) else {
            continue;
        };
        let (least, most) = wanted.minor.unwrap_or((i64::MIN, i64::MAX));
        if !(least..=most).contains(&amount.minor()) {
            continue;
        }
        let this = Wanted {
            minor: Some((amount.minor(), amount.minor())),
            text: None,
            ..wanted.clone()
        };
        let fits = |class: &Class| class.currency == currency.code() && fits(filter, class);
        found.extend(this.among(all, fits, db)?);
    }
    Ok(found)
}

/// The rows among which the query looks; `None` when its days have no rows.
fn span(db: &Connection, query: &HistoryQuery) -> rusqlite::Result<Option<Span>> {
    let before = query
        .before
        .map_or(i64::MAX, |line| line.0.saturating_sub(1));
    let after = query.after.map_or(0, |line| line.0.saturating_add(1));
    let (mut first, mut last, mut days) = (after, before, None);
    if query.from.is_some() || query.to.is_some() {
        let from = query
            .from
            .map_or_else(|| "0000".to_owned(), |day| word(&day));
        let to = query
            .to
            .map_or_else(|| "9999~".to_owned(), |day| word(&day));
        let sql = "SELECT min(first_line), max(last_line) FROM days WHERE day BETWEEN ?1 AND ?2";
        let bounds: (Option<i64>, Option<i64>) = db
            .prepare_cached(sql)?
            .query_row((&from, &to), |row| Ok((row.get(0)?, row.get(1)?)))?;
        let (Some(low), Some(high)) = bounds else {
            return Ok(None);
        };
        (first, last, days) = (after.max(low), before.min(high), Some((from, to)));
    }
    Ok((first <= last).then_some(Span { first, last, days }))
}

fn range(filter: &Filter) -> Option<(i64, i64)> {
    let minor = |amount: Option<Money>| amount.map(Money::minor);
    match (minor(filter.least), minor(filter.most)) {
        (None, None) => None,
        (least, most) => Some((least.unwrap_or(i64::MIN), most.unwrap_or(i64::MAX))),
    }
}

fn special(filter: &Filter) -> Option<Special> {
    match filter.state? {
        LineState::Corrected => Some(Special::Corrected),
        LineState::NotSpoken => Some(Special::NotSpoken),
        LineState::SpokenLate => Some(Special::SpokenLate),
        LineState::Gone | LineState::WithoutAmount | LineState::Test => None,
    }
}

/// Whether the rows of a class fit, as far as the class says.
fn fits(filter: &Filter, class: &Class) -> bool {
    fn one_of<T: PartialEq>(list: &[T], value: &T) -> bool {
        list.is_empty() || list.iter().take(LIST_MAX).any(|one| one == value)
    }
    let standing = match filter.state {
        Some(LineState::Gone) => class.standing != Standing::Counts,
        _ => class.standing == Standing::Counts,
    };
    let state = match filter.state {
        Some(LineState::WithoutAmount) => class.currency.is_empty(),
        Some(LineState::Test) => class.test,
        _ => true,
    };
    let currency = |amount: Option<Money>| {
        amount.is_none_or(|amount| amount.currency().code() == class.currency)
    };
    standing
        && state
        && currency(filter.least)
        && currency(filter.most)
        && one_of(&filter.platforms, &class.platform)
        && one_of(&filter.collectors, &class.collector)
        && one_of(&filter.terminals, &class.terminal)
        && filter.trust.is_none_or(|trust| trust == class.trust)
        && filter.kind.is_none_or(|kind| kind == class.kind)
}

/// The rows that have a number as their order's or the platform's.
pub(crate) fn with_number(db: &Connection, number: &str) -> rusqlite::Result<Vec<crate::LineId>> {
    // Shorter ones say nothing: many shops number their orders from 1 each day.
    if !number.is_ascii() || number.len() < 6 {
        return Ok(Vec::new());
    }
    let sql = "SELECT lines.id FROM find_text AS found CROSS JOIN lines ON lines.id = found.rowid
               WHERE find_text MATCH ?1 AND (lines.trade = ?2 OR lines.ord = ?2) ORDER BY found.rowid DESC LIMIT ?3";
    let mut query = db.prepare_cached(sql)?;
    let rows = query.query_map(
        params![search::chunks(number), number, SAME_NUMBER_MAX],
        |row| Ok(crate::LineId(row.get(0)?)),
    )?;
    rows.collect()
}

/// What there is to choose from.
pub(crate) fn choices(db: &Connection) -> rusqlite::Result<FilterChoices> {
    let all = classes::all(db)?;
    let counted = || {
        all.iter()
            .filter(|class| class.standing == Standing::Counts)
    };
    let sql = "SELECT DISTINCT tag FROM line_tags ORDER BY tag LIMIT 200";
    let mut tags = db.prepare_cached(sql)?;
    Ok(FilterChoices {
        platforms: distinct(counted().map(|class| class.platform.clone())),
        collectors: distinct(counted().map(|class| class.collector.clone())),
        terminals: distinct(counted().map(|class| class.terminal.clone())),
        tags: tags
            .query_map([], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?,
    })
}

fn distinct<T: Ord>(all: impl Iterator<Item = T>) -> Vec<T> {
    all.collect::<BTreeSet<T>>().into_iter().collect()
}

#[cfg(test)]
mod tests;
