//! Where text stands on the paper's lines: broken, in two columns, as large as it fits.

use super::{
    letters::Written,
    receipt::{Size, TEXT_MAX},
};
use crate::display::code_page::CodePage;
use domain::payment::is_hidden;

/// One line at most [`TEXT_MAX`] long, without what is not seen: a stranger's text moves nothing on the paper.
pub(super) fn clean(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .filter(|c| !is_hidden(*c))
        .take(TEXT_MAX)
        .collect()
}

/// Text with line feeds as clean lines.
pub(super) fn clean_lines(text: &str) -> Vec<String> {
    let cut: String = text.chars().take(TEXT_MAX).collect();
    cut.lines().map(clean).collect()
}

/// The largest size in which a figure stays on one line; `Normal` when it is too long for any.
pub(super) fn figure_size(columns: usize, paper: usize) -> Size {
    [Size::Double, Size::Tall]
        .into_iter()
        .find(|size| columns * size.wide() <= paper)
        .unwrap_or_default()
}

/// Two columns. The right one stays whole while the paper is wide enough for it; the left one gives way.
pub(super) fn pair(page: CodePage, left: &str, right: &str, columns: usize) -> Vec<Written> {
    let mut lines = Written::new(page, left).lines(columns);
    let right = Written::new(page, right);
    if right.columns() == 0 {
        return lines;
    }
    for (i, part) in right.lines(columns).into_iter().enumerate() {
        let beside = lines.last().map_or(0, Written::columns);
        let free = columns.saturating_sub(beside + part.columns());
        let joins = i == 0 && free >= usize::from(beside > 0);
        match lines.last_mut().filter(|_| joins) {
            Some(last) => {
                last.push(Written::spaces(free));
                last.push(part);
            }
            None => {
                let mut line = Written::spaces(columns - part.columns());
                line.push(part);
                lines.push(line);
            }
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_amount_never_gives_way() {
        for (left, right, shown) in [
            ("Tea", "12.50", &["Tea            12.50"][..]),
            (
                "A very long name of tea",
                "12.50",
                &["A very long name of", "tea            12.50"],
            ),
            (
                "Exactly fifteen",
                "12.50",
                &["Exactly fifteen", "               12.50"],
            ),
            ("茶叶", "￥1.00", &["茶叶          ￥1.00"]),
            ("", "12.50", &["               12.50"]),
            (
                "Order",
                "12345678901234567890123",
                &["Order", "12345678901234567890", "                 123"],
            ),
            ("Cash", "", &["Cash"]),
        ] {
            let lines: Vec<String> = pair(CodePage::Gb18030, left, right, 20)
                .iter()
                .map(|line| encoding_rs::GB18030.decode(&line.bytes()).0.into_owned())
                .collect();
            assert_eq!(lines, shown, "{left:?}");
        }
    }

    #[test]
    fn what_is_not_seen_moves_nothing() {
        assert_eq!(clean("a\u{202e}b\tc\u{1b}@"), "ab c@");
        assert_eq!(clean_lines("a\r\nb"), ["a", "b"]);
        assert_eq!(clean(&"长".repeat(5000)).chars().count(), TEXT_MAX);
    }

    #[test]
    fn figures_are_as_large_as_they_fit() {
        for (columns, size) in [
            (16, Size::Double),
            (17, Size::Tall),
            (32, Size::Tall),
            (33, Size::Normal),
        ] {
            assert_eq!(figure_size(columns, 32), size, "{columns}");
        }
    }
}
