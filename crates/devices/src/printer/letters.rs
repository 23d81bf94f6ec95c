//! Text as the letters of a printer's code page: how wide it is, where it may be broken.

use super::profile::is_two_byte;
use crate::display::code_page::CodePage;

/// Text in the bytes of a code page. A byte is a column; a letter of two bytes is two columns.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Written(Vec<Letter>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Letter {
    bytes: [u8; 2],
    length: u8,
}

impl Letter {
    fn is_space(self) -> bool {
        self.length == 1 && self.bytes[0] == b' '
    }
}

/// Whether the page has every letter and digit of `text` itself. Marks and signs have plain forms that do.
pub(super) fn has_all(page: CodePage, text: &str) -> bool {
    let mut utf8 = [0; 4];
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .all(|c| page.exact(c.encode_utf8(&mut utf8)).is_some())
}

impl Written {
    /// One line of text. What the page lacks is in plain letters, or left out.
    pub(super) fn new(page: CodePage, text: &str) -> Self {
        let mut bytes = page.encode(text, text.len().saturating_mul(4)).into_iter();
        let mut letters = Vec::with_capacity(bytes.len());
        while let Some(first) = bytes.next() {
            // Shift-JIS has small katakana of one byte.
            let single = first < 0x80
                || !is_two_byte(page)
                || (page == CodePage::ShiftJis && matches!(first, 0xa0..=0xdf));
            let second = if single { None } else { bytes.next() };
            letters.push(Letter {
                bytes: [first, second.unwrap_or_default()],
                length: 1 + u8::from(second.is_some()),
            });
        }
        Self(letters)
    }

    /// So many spaces.
    pub(super) fn spaces(count: usize) -> Self {
        let space = Letter {
            bytes: [b' ', 0],
            length: 1,
        };
        Self(vec![space; count])
    }

    pub(super) fn push(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// Columns at normal size.
    pub(super) fn columns(&self) -> usize {
        self.0.iter().map(|letter| usize::from(letter.length)).sum()
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        self.0
            .iter()
            .flat_map(|letter| letter.bytes[..usize::from(letter.length)].to_vec())
            .collect()
    }

    /// Lines of at most so many columns: broken at spaces, after wide letters, and else where the line is full.
    pub(super) fn lines(self, columns: usize) -> Vec<Self> {
        let mut lines = Vec::new();
        let mut line: Vec<Letter> = Vec::new();
        let (mut used, mut breakable) = (0, None);
        for letter in self.0 {
            let width = usize::from(letter.length);
            if used + width > columns {
                if letter.is_space() {
                    lines.push(Self(trimmed(std::mem::take(&mut line))));
                    (used, breakable) = (0, None);
                    continue;
                }
                // A word goes to the next line whole, where a place before it can be broken.
                let at = breakable.unwrap_or(line.len());
                let rest = line.split_off(at);
                lines.push(Self(trimmed(line)));
                used = rest.iter().map(|l| usize::from(l.length)).sum();
                line = rest;
                breakable = None;
            }
            // What is indented stays so; what was broken begins at the edge.
            if letter.is_space() && line.is_empty() && !lines.is_empty() {
                continue;
            }
            line.push(letter);
            used += width;
            if letter.is_space() || letter.length == 2 {
                breakable = Some(line.len());
            }
        }
        let last = trimmed(line);
        if !last.is_empty() || lines.is_empty() {
            lines.push(Self(last));
        }
        lines
    }
}

fn trimmed(mut line: Vec<Letter>) -> Vec<Letter> {
    while line.last().is_some_and(|letter| letter.is_space()) {
        line.pop();
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str, columns: usize) -> Vec<String> {
        Written::new(CodePage::Gb18030, text)
            .lines(columns)
            .into_iter()
            .map(|line| encoding_rs::GB18030.decode(&line.bytes()).0.into_owned())
            .collect()
    }

    #[test]
    fn lines_break_where_a_reader_expects() {
        for (text, columns, broken) in [
            ("", 8, &[""][..]),
            ("one two three", 8, &["one two", "three"]),
            ("one two  ", 7, &["one two"]),
            ("12345678901", 8, &["12345678", "901"]),
            ("a 12345678901", 8, &["a", "12345678", "901"]),
            ("收款凭条一张", 8, &["收款凭条", "一张"]),
            ("a收款凭条", 8, &["a收款凭", "条"]),
            ("  in", 8, &["  in"]),
            ("收款ABCDEF", 8, &["收款", "ABCDEF"]),
        ] {
            assert_eq!(lines(text, columns), broken, "{text:?}");
        }
    }

    #[test]
    fn signs_have_plain_forms_and_letters_have_none() {
        assert!(has_all(CodePage::Gb18030, "¥1,280.00 − 收款 é…"));
        assert!(!has_all(CodePage::Gb18030, "धन्यवाद"));
        assert!(!has_all(CodePage::Cp858, "收款"));
        assert!(has_all(CodePage::Cp858, "Café ₫100"));
    }
}
