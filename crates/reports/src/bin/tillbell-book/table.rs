//! Plain tables: columns as wide as their widest cell, numbers to the right.

/// Which way a column is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Set {
    Left,
    Right,
}

/// Lays rows out under their headings.
pub(crate) fn lay_out(columns: &[(&str, Set)], rows: &[Vec<String>]) -> String {
    let heads: Vec<String> = columns.iter().map(|(name, _)| (*name).to_owned()).collect();
    let all: Vec<&Vec<String>> = std::iter::once(&heads).chain(rows).collect();
    let wide = |column: usize| {
        let cells = all.iter().filter_map(|row| row.get(column));
        cells.map(|cell| places(cell)).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns.len()).map(wide).collect();
    let mut text = String::new();
    for row in all {
        let mut line = String::new();
        for ((cell, width), (_, set)) in row.iter().zip(&widths).zip(columns) {
            let space = " ".repeat(width.saturating_sub(places(cell)));
            match set {
                Set::Left => line.extend([cell.as_str(), &space, "  "]),
                Set::Right => line.extend([&space, cell.as_str(), "  "]),
            }
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// How many places a text takes: letters of East Asia take two.
fn places(text: &str) -> usize {
    let is_wide = |letter: char| {
        matches!(u32::from(letter), 0x1100..=0x115F | 0x2E80..=0xA4CF | 0xAC00..=0xD7A3 | 0xF900..=0xFAFF
            | 0xFE30..=0xFE6F | 0xFF00..=0xFF60 | 0xFFE0..=0xFFE6 | 0x20000..=0x3FFFD)
    };
    text.chars()
        .map(|letter| 1 + usize::from(is_wide(letter)))
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_letters_take_two_places() {
        let rows = vec![
            vec!["微信".to_owned(), "12.80".to_owned()],
            vec!["a".to_owned(), "1,234.00".to_owned()],
        ];
        let laid = lay_out(&[("platform", Set::Left), ("sum", Set::Right)], &rows);
        assert_eq!(
            laid,
            "platform       sum\n微信         12.80\na         1,234.00\n"
        );
    }
}
