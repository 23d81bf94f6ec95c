//! Payments as CSV that Excel in China opens as it is: UTF-8 with its mark, CRLF, long numbers whole, and nothing that a
//! program takes for a formula.

use crate::table::Cell;
use std::io::{self, Write};

/// So that Excel takes it for UTF-8.
const MARK: &[u8] = b"\xEF\xBB\xBF";
/// Numbers from so many digits on lose their end in Excel.
const DIGITS_SAFE: usize = 11;

/// What a row may be parted at.
const PARTING: [char; 5] = [';', ',', '\t', '\r', '\n'];

/// A table on its way into a file.
pub(crate) struct Csv<W: Write> {
    rows: csv::Writer<W>,
}

impl<W: Write> Csv<W> {
    pub(crate) fn begin(mut file: W, heads: &[String]) -> io::Result<Self> {
        file.write_all(MARK)?;
        // A program that parts the rows at another sign still takes what stands between quotation marks for one text.
        let mut rows = csv::WriterBuilder::new()
            .quote_style(csv::QuoteStyle::Always)
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

/// What a program would take for a formula has a `'` before it: at the front, and behind every sign at which one program
/// or another parts a row. Many European and Brazilian ones part at `;`, whatever the file was written with.
fn harmless(text: &str) -> String {
    let formula = |text: &str| text.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
    // Excel passes over blanks at the front, and whoever has parted a text takes off the quotation marks.
    let hidden = |letter: char| letter.is_whitespace() || letter == '"';
    let mut harmless = String::with_capacity(text.len() + 1);
    if text.starts_with(PARTING) {
        harmless.push('\'');
    }
    for part in text.split_inclusive(PARTING) {
        if formula(part) || formula(part.trim_start_matches(hidden)) {
            harmless.push('\'');
        }
        harmless.push_str(part);
    }
    harmless
}

/// A long number has a TAB before it, as the platforms' own files have: Excel leaves it alone then.
fn whole(id: &str) -> String {
    let digits = id.bytes().filter(u8::is_ascii_digit).count();
    // One with a sign before it is a formula, at least to a program that parts at the TAB.
    let number = id
        .bytes()
        .all(|b| b.is_ascii_digit() || b"eE.+-".contains(&b))
        && !id.starts_with(['+', '-']);
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
            (Cell::Id("+1".into()), "'+1"),
            (Cell::Id("-12345678901234".into()), "'-12345678901234"),
            (
                Cell::Text("x;=cmd|' /C calc'!A0;".into()),
                "x;'=cmd|' /C calc'!A0;",
            ),
            (Cell::Text("a\t=1, \"-2\n@b".into()), "a\t'=1,' \"-2\n'@b"),
            (Cell::Text("\t1".into()), "'\t1"),
            (Cell::Text("a;b".into()), "a;b"),
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
        assert_eq!(
            bytes,
            b"\xEF\xBB\xBF\"a\",\"b\"\r\n\"1,\"\"2\"\"\n3\",\"\"\r\n"
        );
    }

    /// A text as somebody would make it who wants it to be a formula, and any other.
    fn strange() -> impl Strategy<Value = String> {
        prop_oneof!["[;,\t\r\n\"' =+@a1＝-]{0,12}", any::<String>(),]
    }

    /// Whether a part of this begins a formula, wherever the program that opens it parts it.
    fn begins_a_formula(file: &str) -> bool {
        let mut ways: Vec<Vec<&str>> = [';', '\t', ',']
            .iter()
            .map(|sign| file.split([*sign, '\r', '\n']).collect())
            .collect();
        ways.push(file.split(PARTING).collect());
        ways.iter().flatten().any(|part| {
            let shown =
                part.trim_start_matches(|letter: char| letter.is_whitespace() || letter == '"');
            shown.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
        })
    }

    proptest! {
        #[test]
        fn no_text_of_a_strangers_begins_a_formula(text in strange(), id in strange()) {
            let mut csv = Csv::begin(Vec::new(), &["a".into(), "b".into(), "c".into()]).expect("begun");
            csv.row(&[Cell::Text(text.clone()), Cell::Id(id.clone()), Cell::Text(text.clone())])
                .expect("a row");
            let bytes = csv.finish().expect("finished");
            let file = std::str::from_utf8(&bytes[MARK.len()..]).expect("text");
            prop_assert!(!begins_a_formula(file), "{file:?}");
            // Nothing else was put in, and nothing is lost.
            let without = |text: &str| text.replace('\'', "");
            for cell in [Cell::Text(text.clone()), Cell::Text(id.clone())] {
                let (Cell::Text(given) | Cell::Id(given)) = &cell else { continue };
                prop_assert_eq!(without(&written(&cell)), without(given));
            }
            prop_assert!(without(&written(&Cell::Id(id.clone()))).ends_with(&without(&id)));
        }
    }
}
