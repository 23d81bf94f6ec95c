//! Search in the book: by amount, and by part of payer, note, order number and the platform's number.
//!
//! Every way answers rows newest first and stops at the page's end, so that a book of a million payments answers as
//! fast as a small one.

use super::Line;
use domain::{Currency, Money};
use rusqlite::{Connection, params};

/// The longest search text that is looked for; pages cut there too.
pub(super) const SEARCH_MAX: usize = 100;
/// One or two plain letters or digits have no index: so many of the newest rows are looked through.
const WINDOW: i64 = 20_000;

/// Rows to look among.
#[derive(Debug, Clone)]
pub(super) struct Span {
    /// From this row …
    pub first: i64,
    /// … to this one.
    pub last: i64,
    /// Of these days.
    pub from: String,
    /// Of these days.
    pub to: String,
    /// At most so many rows.
    pub limit: i64,
}

/// Puts a line into the index, in place of what stood there for it.
pub(super) fn index(db: &Connection, line: &Line, replace: bool) -> rusqlite::Result<()> {
    let id = line.id.0;
    if replace {
        db.prepare_cached("DELETE FROM find_text WHERE rowid = ?1")?
            .execute([id])?;
        db.prepare_cached("DELETE FROM find_pairs WHERE rowid = ?1")?
            .execute([id])?;
    }
    let parts = [&line.payer, &line.note, &line.order, &line.transaction];
    let text = parts
        .into_iter()
        .flatten()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join("\n");
    if !text.is_empty() {
        db.prepare_cached("INSERT INTO find_text (rowid, text) VALUES (?1, ?2)")?
            .execute(params![id, text])?;
    }
    let pairs = [&line.payer, &line.note]
        .into_iter()
        .flatten()
        .map(|text| pairs(text))
        .collect::<Vec<_>>()
        .join(" ");
    if !pairs.trim().is_empty() {
        db.prepare_cached("INSERT INTO find_pairs (rowid, pairs) VALUES (?1, ?2)")?
            .execute(params![id, pairs])?;
    }
    Ok(())
}

/// Each character beyond ASCII, alone and with its neighbours, as tokens of hex digits.
fn pairs(text: &str) -> String {
    let chars: Vec<char> = text.chars().flat_map(char::to_lowercase).collect();
    let mut tokens: Vec<String> = chars
        .iter()
        .filter(|c| !c.is_ascii())
        .map(|c| token(&[*c]))
        .collect();
    tokens.extend(
        chars
            .windows(2)
            .filter(|two| !two.iter().all(char::is_ascii))
            .map(token),
    );
    tokens.sort_unstable();
    tokens.dedup();
    tokens.join(" ")
}

fn token(chars: &[char]) -> String {
    chars
        .iter()
        .map(|c| format!("{:x}", u32::from(*c)))
        .collect::<Vec<_>>()
        .join("x")
}

/// The rows that match, newest first, at most the span's limit.
pub(super) fn find(db: &Connection, search: &str, span: &Span) -> rusqlite::Result<Vec<i64>> {
    let mut found = by_amount(db, search, span)?;
    found.extend(by_text(db, search, span)?);
    found.sort_unstable_by(|a, b| b.cmp(a));
    found.dedup();
    found.truncate(usize::try_from(span.limit).unwrap_or(0));
    Ok(found)
}

fn by_amount(db: &Connection, search: &str, span: &Span) -> rusqlite::Result<Vec<i64>> {
    let text = plain_amount(search);
    if text.is_empty() {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for currency in currencies(db)? {
        let Ok(amount) = Money::parse(&text, currency) else {
            continue;
        };
        let sql = "SELECT id FROM lines WHERE currency = ?1 AND minor = ?2 AND id BETWEEN ?3 AND ?4
                   AND +day BETWEEN ?5 AND ?6 ORDER BY id DESC LIMIT ?7";
        let mut query = db.prepare_cached(sql)?;
        let rows = query.query_map(
            params![
                currency.code(),
                amount.minor(),
                span.first,
                span.last,
                span.from,
                span.to,
                span.limit
            ],
            |row| row.get(0),
        )?;
        for row in rows {
            found.push(row?);
        }
    }
    Ok(found)
}

/// `¥1,280.50` as `1280.50`; empty when it is no number.
fn plain_amount(search: &str) -> String {
    let digits = |c: char| c.is_ascii_digit() || c == '.' || c == ',';
    let text = search.trim_matches(|c: char| !digits(c)).replace(',', "");
    let around =
        search.len() > text.len() + 12 || search.chars().filter(|c| c.is_alphabetic()).count() > 3;
    if around || !text.chars().all(|c| c.is_ascii_digit() || c == '.') {
        String::new()
    } else {
        text
    }
}

fn currencies(db: &Connection) -> rusqlite::Result<Vec<Currency>> {
    // Each step jumps to the next currency in the index, so that a long book costs no more than a short one.
    let sql = "WITH RECURSIVE known (code) AS (
                   SELECT min(currency) FROM lines
                   UNION ALL SELECT (SELECT min(currency) FROM lines WHERE currency > code) FROM known
                   WHERE code IS NOT NULL)
               SELECT code FROM known WHERE code IS NOT NULL LIMIT 64";
    let mut query = db.prepare_cached(sql)?;
    let codes = query
        .query_map([], |row| row.get::<_, String>(0))?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    Ok(codes
        .iter()
        .filter_map(|code| Currency::new(code))
        .collect())
}

fn by_text(db: &Connection, search: &str, span: &Span) -> rusqlite::Result<Vec<i64>> {
    if search.is_ascii() && search.len() >= 6 {
        return by_index(
            db,
            "find_text",
            &chunks(search),
            Some(&contains(search)),
            span,
        );
    }
    if search.chars().count() >= 3 {
        return by_index(db, "find_text", &quoted(search), None, span);
    }
    if !search.is_ascii() {
        let chars: Vec<char> = search.chars().flat_map(char::to_lowercase).collect();
        return by_index(db, "find_pairs", &quoted(&token(&chars)), None, span);
    }
    let sql =
        "SELECT id FROM lines WHERE id BETWEEN max(?1, ?2 - ?7) AND ?2 AND +day BETWEEN ?3 AND ?4
               AND (payer LIKE ?5 ESCAPE '\\' OR note LIKE ?5 ESCAPE '\\' OR ord LIKE ?5 ESCAPE '\\'
                    OR trade LIKE ?5 ESCAPE '\\')
               ORDER BY id DESC LIMIT ?6";
    let newest: i64 = db
        .prepare_cached("SELECT ifnull(max(id), 0) FROM lines")?
        .query_row([], |row| row.get(0))?;
    let mut query = db.prepare_cached(sql)?;
    let rows = query.query_map(
        params![
            span.first,
            span.last.min(newest),
            span.from,
            span.to,
            contains(search),
            span.limit,
            WINDOW
        ],
        |row| row.get(0),
    )?;
    rows.collect()
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// The pattern of LIKE for a text that contains this one.
fn contains(search: &str) -> String {
    format!(
        "%{}%",
        search
            .replace('\\', "\\\\")
            .replace('%', "\\%")
            .replace('_', "\\_")
    )
}

/// A few pieces of three characters that together are rare. The whole phrase would read the list of every piece in
/// it, and in a book full of numbers each of those lists is long. The end of a number varies most.
fn chunks(search: &str) -> String {
    let starts = [3, 6, 9, search.len()]
        .into_iter()
        .filter_map(|back| search.len().checked_sub(back));
    let pieces = starts
        .filter_map(|start| search.get(start..start + 3))
        .map(quoted);
    pieces.collect::<Vec<_>>().join(" AND ")
}

fn by_index(
    db: &Connection,
    table: &str,
    phrase: &str,
    like: Option<&str>,
    span: &Span,
) -> rusqlite::Result<Vec<i64>> {
    // CROSS JOIN keeps the index on the outside, which gives the rows newest first without sorting.
    let sql = format!(
        "SELECT found.rowid FROM {table} AS found CROSS JOIN lines ON lines.id = found.rowid
         WHERE {table} MATCH ?1 AND found.rowid BETWEEN ?2 AND ?3 AND lines.day BETWEEN ?4 AND ?5
         AND (?7 IS NULL OR lines.payer LIKE ?7 ESCAPE '\\' OR lines.note LIKE ?7 ESCAPE '\\'
              OR lines.ord LIKE ?7 ESCAPE '\\' OR lines.trade LIKE ?7 ESCAPE '\\')
         ORDER BY found.rowid DESC LIMIT ?6"
    );
    let mut query = db.prepare_cached(&sql)?;
    let rows = query.query_map(
        params![
            phrase, span.first, span.last, span.from, span.to, span.limit, like
        ],
        |row| row.get(0),
    )?;
    rows.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_people_type_them() {
        for (typed, amount) in [
            ("12.5", "12.5"),
            ("¥1,280.50", "1280.50"),
            ("-15", "15"),
            ("12.50 元", "12.50"),
            ("R$ 8", "8"),
            ("order 12 of 13", ""),
            ("李芳", ""),
            ("1a2", ""),
        ] {
            assert_eq!(plain_amount(typed), amount, "{typed}");
        }
    }

    #[test]
    fn pairs_cover_every_neighbour_beyond_ascii() {
        assert_eq!(pairs("ab"), "");
        assert_eq!(pairs("李*芳"), "2ax82b3 674e 674ex2a 82b3");
    }
}
