//! Search in the book: by amount, and by part of payer, note, what people added, order number and the platform's number.
//! Here is what the index holds and what is asked of it; `filter` asks.

use super::{Line, line};
use rusqlite::{Connection, params};

/// The longest search text that is looked for; pages cut there too.
pub(super) const SEARCH_MAX: usize = 100;
/// One or two plain letters or digits have no index: so many of the newest rows are looked through.
pub(super) const WINDOW: i64 = 20_000;

/// Puts a line into the index, in place of what stood there for it.
pub(super) fn index(db: &Connection, line: &Line, replace: bool) -> rusqlite::Result<()> {
    let id = line.id.0;
    if replace {
        db.prepare_cached("DELETE FROM find_text WHERE rowid = ?1")?
            .execute([id])?;
        db.prepare_cached("DELETE FROM find_pairs WHERE rowid = ?1")?
            .execute([id])?;
    }
    let text = line::texts(line)
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join("\n");
    if !text.is_empty() {
        db.prepare_cached("INSERT INTO find_text (rowid, text) VALUES (?1, ?2)")?
            .execute(params![id, text])?;
    }
    let pairs = [&line.payer, &line.note, &line.remarks]
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

/// How a text is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum How {
    /// By an index, and then in the row itself where the index is not sure.
    Index {
        table: &'static str,
        phrase: String,
        /// What the index answers needs no second look.
        sure: bool,
        like: String,
    },
    /// In the newest rows, one by one.
    Window { like: String },
}

pub(super) fn how(search: &str) -> How {
    let index = |table, phrase, sure| How::Index {
        table,
        phrase,
        sure,
        like: contains(search),
    };
    if search.is_ascii() && search.len() >= 6 {
        return index("find_text", chunks(search), false);
    }
    if search.chars().count() >= 3 {
        return index("find_text", quoted(search), true);
    }
    if !search.is_ascii() {
        let chars: Vec<char> = search.chars().flat_map(char::to_lowercase).collect();
        return index("find_pairs", quoted(&token(&chars)), true);
    }
    How::Window {
        like: contains(search),
    }
}

/// `¥1,280.50` as `1280.50`; empty when it is no number.
pub(super) fn plain_amount(search: &str) -> String {
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
pub(super) fn chunks(search: &str) -> String {
    let starts = [3, 6, 9, search.len()]
        .into_iter()
        .filter_map(|back| search.len().checked_sub(back));
    let pieces = starts
        .filter_map(|start| search.get(start..start + 3))
        .map(quoted);
    pieces.collect::<Vec<_>>().join(" AND ")
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
