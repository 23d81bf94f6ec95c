//! Payments as CSV that Excel in China opens as it is: UTF-8 with its mark, CRLF, long numbers whole, and nothing that a
//! program takes for a formula.

use crate::table::Cell;
use std::io::{self, Write};

/// So that Excel takes it for UTF-8.
const MARK: &[u8] = b"\xEF\xBB\xBF";
/// Numbers from so many digits on lose their end in Excel.
const DIGITS_SAFE: usize = 11;

/// A table on its way into a file.
pub(crate) struct Csv<W: Write> {
    rows: csv::Writer<W>,
}

impl<W: Write> Csv<W> {
    pub(crate) fn begin(mut file: W, heads: &[String]) -> io::Result<Self> {
        file.write_all(MARK)?;
        let mut rows = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .from_writer(file);
        rows.write_record(heads).map_err(io_error)?;
        Ok(Self { rows })
    }

    pub(crate) fn row(&mut self, cells: &[Cell]) -> io::Result<()> {
        for cell in cells {
            self.rows.write_field(written(cell)).map_err(io_error)?;
        }
        self.rows.write_record(None::<&[u8]>).map_err(io_error)
    }

    /// The file, with everything in it.
    pub(crate) fn finish(self) -> io::Result<W> {
        self.rows
            .into_inner()
            .map_err(|error| io::Error::new(error.error().kind(), error.error().to_string()))
    }
}

fn io_error(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

fn written(cell: &Cell) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Word(text) => text.clone(),
        Cell::Text(text) => harmless(text),
        Cell::Id(id) => whole(id),
        Cell::Whole(number) => number.to_string(),
        Cell::Money(amount) => amount.decimal(),
        Cell::Day(day) => day.to_string(),
        Cell::Moment(at) => at.strftime("%Y-%m-%d %H:%M:%S").to_string(),
    }
}

/// What a program would take for a formula has a `'` before it.
fn harmless(text: &str) -> String {
    let formula = |text: &str| {
        text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'])
    };
    // Excel passes over blanks at the front.
    if formula(text) || formula(text.trim_start()) {
        return format!("'{text}");
    }
    text.to_owned()
}

/// A long number has a TAB before it, as the platforms' own files have: Excel leaves it alone then.
fn whole(id: &str) -> String {
    let digits = id.bytes().filter(u8::is_ascii_digit).count();
    let number = id
        .bytes()
        .all(|b| b.is_ascii_digit() || b"eE.+-".contains(&b));
    if number && (digits >= DIGITS_SAFE || digits != id.len() || id.starts_with('0')) {
        return format!("\t{id}");
    }
    harmless(id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn cells_are_read_as_what_they_are() {
        for (cell, text) in [
            (Cell::Text("微信 午饭".into()), "微信 午饭"),
            (Cell::Text("=1+1".into()), "'=1+1"),
            (Cell::Text("  @cmd".into()), "'  @cmd"),
            (Cell::Text("-5".into()), "'-5"),
            (Cell::Text("＝1".into()), "'＝1"),
            (Cell::Text(String::new()), ""),
            (
                Cell::Id("4200002222202611221234567890".into()),
                "\t4200002222202611221234567890",
            ),
            (Cell::Id("0012".into()), "\t0012"),
            (Cell::Id("12E5".into()), "\t12E5"),
            (Cell::Id("A-1001".into()), "A-1001"),
            (Cell::Id("+1".into()), "\t+1"),
            (Cell::Id("1001".into()), "1001"),
            (Cell::Money(book::testing::cny(-1_500)), "-15.00"),
            (Cell::Whole(-3), "-3"),
        ] {
            assert_eq!(written(&cell), text);
        }
    }

    #[test]
    fn a_file_begins_with_its_mark_and_ends_its_rows_as_windows_does() {
        let mut csv = Csv::begin(Vec::new(), &["a".into(), "b".into()]).expect("begun");
        csv.row(&[Cell::Text("1,\"2\"\n3".into()), Cell::Empty])
            .expect("a row");
        let bytes = csv.finish().expect("finished");
        assert_eq!(bytes, b"\xEF\xBB\xBFa,b\r\n\"1,\"\"2\"\"\n3\",\r\n");
    }

    proptest! {
        #[test]
        fn no_text_of_a_strangers_begins_a_formula(text in any::<String>()) {
            let cells = [Cell::Text(text.clone()), Cell::Id(text.clone())];
            for cell in cells {
                let written = written(&cell);
                prop_assert!(written.ends_with(&text));
                let first = written.trim_start_matches(' ').chars().next();
                prop_assert!(!first.is_some_and(|c| "=+-@\r\n".contains(c)), "{written:?}");
            }
        }
    }
}
