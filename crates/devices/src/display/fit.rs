//! A row of words and amounts made to fit a display's cells: exactly as many bytes as there are columns.

use super::{
    code_page::CodePage,
    screen::{Row, TEXT_MAX},
};
use domain::Money;

/// What stands where an amount does not fit: a part of a number is a wrong number.
const NO_ROOM: u8 = b'-';

/// `row` in exactly `columns` bytes. A missing row is blank.
pub(super) fn row(row: Option<&Row>, columns: usize, page: CodePage) -> Vec<u8> {
    let blank = vec![b' '; columns];
    let Some(row) = row else { return blank };
    let text: String = row.text.chars().take(TEXT_MAX).collect();
    let text = text.trim();
    let Some(amount) = row.amount else {
        let bytes = trim_end(page.encode(text, columns));
        let left = if row.centered {
            (columns - bytes.len()) / 2
        } else {
            0
        };
        let mut cells = blank;
        cells[left..left + bytes.len()].copy_from_slice(&bytes);
        return cells;
    };
    let wanted = trim_end(page.encode(text, TEXT_MAX)).len();
    let amount = amount_in(amount, columns, wanted, page);
    // One cell between the words and the amount, or the last letter would look like a digit.
    let room = columns.saturating_sub(amount.len() + 1);
    let mut cells = page.encode(text, room);
    cells.resize(columns - amount.len(), b' ');
    cells.extend(amount);
    cells
}

/// An amount for people where its words still fit beside it, else as plain as it takes.
fn amount_in(amount: Money, columns: usize, words: usize, page: CodePage) -> Vec<u8> {
    // Not the true minus, which hardly a display has.
    let text = amount.display().replace('\u{2212}', "-");
    // Chinese and Japanese devices have the yuan and yen sign in two cells only.
    let pretty = page
        .exact(&text)
        .or_else(|| page.exact(&text.replace('¥', "￥")));
    let plain = amount.decimal().into_bytes();
    let beside = |bytes: &Vec<u8>| bytes.len() + usize::from(words > 0) + words <= columns;
    match pretty {
        Some(bytes) if beside(&bytes) => bytes,
        _ if plain.len() <= columns => plain,
        _ => vec![NO_ROOM; columns],
    }
}

/// An amount for a display of digits only: digits, sign, point. Decimals are left out where there is no room.
pub(super) fn digits(amount: Money, cells: usize) -> Vec<u8> {
    let text = amount.decimal();
    let whole = text.split('.').next().unwrap_or_default();
    // The point shares the cell of its digit.
    let wide = text.bytes().filter(|byte| *byte != b'.').count();
    if wide <= cells {
        text.into_bytes()
    } else if whole.len() <= cells {
        whole.as_bytes().to_vec()
    } else {
        vec![NO_ROOM; cells]
    }
}

fn trim_end(mut bytes: Vec<u8>) -> Vec<u8> {
    while bytes.last() == Some(&b' ') {
        bytes.pop();
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Currency;
    use proptest::prelude::*;

    fn money(minor: i64, code: &str) -> Money {
        Money::new(minor, Currency::new(code).expect(code)).expect("in range")
    }

    fn shown(given: &Row, columns: usize, page: CodePage) -> String {
        String::from_utf8_lossy(&row(Some(given), columns, page)).into_owned()
    }

    #[test]
    fn words_and_amounts_share_a_row() {
        let usd = money(1250, "USD");
        for (row, columns, text) in [
            (Row::amount("TOTAL", usd), 20, "TOTAL         $12.50"),
            (Row::amount("TOTAL", usd), 11, "TOTAL 12.50"),
            (Row::amount("A very long word", usd), 16, "A very lon 12.50"),
            (
                Row::amount("TOTAL", money(1250, "CNY")),
                20,
                "TOTAL          12.50",
            ),
            (Row::amount("", usd), 8, "  $12.50"),
            (Row::amount("TOTAL", usd), 4, "----"),
            (
                Row::amount("Refund", money(-150_000, "USD")),
                20,
                "Refund    -$1,500.00",
            ),
            (Row::centered("Hello"), 10, "  Hello   "),
            (Row::text("  Hello "), 10, "Hello     "),
            (Row::text("Hello there"), 6, "Hello "),
        ] {
            assert_eq!(shown(&row, columns, CodePage::Ascii), text);
        }
    }

    #[test]
    fn eight_digits_never_show_a_part_of_a_number() {
        for (minor, code, text) in [
            (1250, "CNY", "12.50"),
            (-1250, "CNY", "-12.50"),
            (99_999_999, "CNY", "999999.99"),
            (123_456_789, "CNY", "1234567"),
            (-123_456_789, "CNY", "-1234567"),
            (12_345_678_900, "CNY", "--------"),
            (1250, "JPY", "1250"),
            (12_345, "KWD", "12.345"),
        ] {
            assert_eq!(
                String::from_utf8_lossy(&digits(money(minor, code), 8)),
                text
            );
        }
    }

    proptest! {
        #[test]
        fn a_row_is_as_wide_as_the_display(
            text in ".{0,100}", centered: bool, columns in 1..41_usize, page in 0..26_usize,
            minor in proptest::option::of(-Money::MAX_MINOR..=Money::MAX_MINOR),
        ) {
            let page = CodePage::ALL[page];
            let amount = minor.and_then(|minor| Money::new(minor, Currency::INR));
            let given = Row { text, centered, amount };
            let bytes = row(Some(&given), columns, page);
            prop_assert_eq!(bytes.len(), columns);
            if let Some(amount) = amount {
                let text = String::from_utf8_lossy(&bytes).replace(',', "");
                prop_assert!(text.ends_with(&amount.decimal()) || text.chars().all(|c| c == '-'));
            }
        }
    }
}
