//! Spreadsheets (XLSX) into rows and cells. Sizes are looked at before anything is unpacked, cells come one by one, so
//! that no far corner makes a grid, and a reader that stumbles over a damaged file takes nothing with it.

use super::{Builder, Table, TableError, TextEncoding};
use crate::file::{Limits, archive::lists_too_many};
use calamine::{Data, DataRef, ExcelDateTime, Reader, Xlsx};
use jiff::civil;
use std::{
    io::Cursor,
    panic::{AssertUnwindSafe, catch_unwind},
};

/// How many sheets are looked at for one that holds something.
const SHEETS: usize = 8;
/// From here on a float is no whole number any more, and a number of an order that was kept as one is damaged.
const LARGEST_EXACT: f64 = 1e15;

pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<Table, TableError> {
    within_bounds(bytes, limits)?;
    // The library is another's and reads what a stranger made: a panic in it is a damaged file.
    catch_unwind(AssertUnwindSafe(|| read_within(bytes, limits)))
        .unwrap_or(Err(TableError::Damaged))
}

/// The parts that hold the cells; every other part is small, and costs many times its size while it is held.
const LARGE_PARTS: [&str; 2] = ["worksheets/", "sharedstrings.xml"];
/// Bytes of a part that is none of those.
const SMALL_PART: u64 = 2 << 20;

/// The size of what is in it, by its own directory; reading stops where an entry is larger than the directory says.
fn within_bounds(bytes: &[u8], limits: &Limits) -> Result<(), TableError> {
    if lists_too_many(bytes) {
        return Err(TableError::TooLarge);
    }
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| TableError::Damaged)?;
    if archive.len() > limits.entries {
        return Err(TableError::TooLarge);
    }
    let mut sum: u64 = 0;
    for index in 0..archive.len() {
        let entry = archive
            .by_index_raw(index)
            .map_err(|_| TableError::Damaged)?;
        let name = String::from_utf8_lossy(entry.name_raw()).to_lowercase();
        let described = name.ends_with(".xml") || name.ends_with(".rels");
        let large = LARGE_PARTS.iter().any(|part| name.contains(part));
        if described && !large && entry.size() > SMALL_PART {
            return Err(TableError::TooLarge);
        }
        sum = sum.saturating_add(entry.size());
    }
    let packed = bytes.len() as u64;
    if sum > limits.sheet || sum > limits.ratio_from.max(packed.saturating_mul(limits.ratio)) {
        return Err(TableError::TooLarge);
    }
    Ok(())
}

fn read_within(bytes: &[u8], limits: &Limits) -> Result<Table, TableError> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|_| TableError::Damaged)?;
    for name in book.sheet_names().into_iter().take(SHEETS) {
        let mut builder = Builder::new(limits, TextEncoding::Spreadsheet, 0);
        match sheet(&mut book, &name, &mut builder) {
            Ok(()) => {}
            // A chart is no table.
            Err(TableError::Empty) => continue,
            Err(error) => return Err(error),
        }
        match builder.finish() {
            Err(TableError::Empty) => {}
            table => return table,
        }
    }
    Err(TableError::Empty)
}

fn sheet(
    book: &mut Xlsx<Cursor<&[u8]>>,
    name: &str,
    builder: &mut Builder,
) -> Result<(), TableError> {
    let mut cells = book
        .worksheet_cells_reader(name)
        .map_err(|error| match error {
            calamine::XlsxError::NotAWorksheet(_) => TableError::Empty,
            _ => TableError::Damaged,
        })?;
    let mut row = None;
    while let Some(cell) = cells.next_cell().map_err(|_| TableError::Damaged)? {
        let (at, column) = cell.get_position();
        if row != Some(at) {
            builder.begin(at.saturating_add(1))?;
            row = Some(at);
        }
        let value = text(cell.get_value());
        if value.is_empty() {
            continue;
        }
        // Cells that run backwards would come into columns of others.
        if builder.width() > column as usize {
            return Err(TableError::Damaged);
        }
        while builder.width() < column as usize {
            builder.cell("")?;
        }
        builder.cell(&value)?;
    }
    Ok(())
}

/// A cell as the text that a statement of text would have there.
fn text(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Float(number) => number_text(*number),
        DataRef::DateTime(date) => date_text(date),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            text.clone()
        }
        other => Data::from(other.clone()).to_string(),
    }
}

/// A float as the decimal number that was meant: six decimals are more than any currency has, and fewer than show a
/// float's error. A number too long to be exact is written as spreadsheets do, so that nobody takes it for a whole one.
fn number_text(number: f64) -> String {
    if number.abs() >= LARGEST_EXACT || !number.is_finite() {
        return format!("{number:E}");
    }
    let text = format!("{number:.6}");
    let short = text.trim_end_matches('0').trim_end_matches('.');
    match short {
        "-0" => "0".to_owned(),
        short => short.to_owned(),
    }
}

/// A date as text, to the nearest second, since its time of day is a float.
fn date_text(date: &ExcelDateTime) -> String {
    if !date.is_datetime() {
        return number_text(date.as_f64());
    }
    let (year, month, day, hour, minute, second, milli) = date.to_ymd_hms_milli();
    let small = |n: u8| i8::try_from(n).unwrap_or(0);
    let read = i16::try_from(year).ok().and_then(|year| {
        let nanos = i32::from(milli) * 1_000_000;
        civil::DateTime::new(
            year,
            small(month),
            small(day),
            small(hour),
            small(minute),
            small(second),
            nanos,
        )
        .ok()?
        .checked_add(jiff::Span::new().milliseconds(500))
        .ok()
    });
    let Some(read) = read else {
        return number_text(date.as_f64());
    };
    // A whole number of days is a date; the format of the cell is not kept.
    if date.as_f64().fract() == 0.0 {
        read.date().to_string()
    } else {
        read.strftime("%Y-%m-%d %H:%M:%S").to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use zip::{ZipWriter, write::SimpleFileOptions};

    const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const LINKS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

    /// A workbook of one sheet with these rows, as XML.
    fn book(rows: &str) -> Vec<u8> {
        book_with(rows, "")
    }

    fn book_with(rows: &str, styles: &str) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        let sheet =
            format!("<worksheet xmlns=\"{MAIN}\"><sheetData>{rows}</sheetData></worksheet>");
        let workbook = format!(
            "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{LINKS}\"><sheets>\
             <sheet name=\"S\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
        );
        let links = |kind: &str, target: &str| {
            format!(
                "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
                 <Relationship Id=\"rId1\" Type=\"{LINKS}/{kind}\" Target=\"{target}\"/></Relationships>"
            )
        };
        for (name, text) in [
            ("_rels/.rels", &links("officeDocument", "xl/workbook.xml")),
            ("xl/workbook.xml", &workbook),
            (
                "xl/_rels/workbook.xml.rels",
                &links("worksheet", "worksheets/sheet1.xml"),
            ),
            ("xl/worksheets/sheet1.xml", &sheet),
            (
                "xl/styles.xml",
                &format!("<styleSheet xmlns=\"{MAIN}\">{styles}</styleSheet>"),
            ),
        ] {
            writer
                .start_file(name, SimpleFileOptions::default())
                .expect("begins");
            writer.write_all(text.as_bytes()).expect("packs");
        }
        writer.finish().expect("packs").into_inner()
    }

    fn cells(rows: &str) -> Result<Vec<(u32, Vec<String>)>, TableError> {
        let table = read(&book(rows), &Limits::default())?;
        let row =
            |row: super::super::Line<'_>| (row.number(), row.cells().map(str::to_owned).collect());
        Ok(table.rows().map(row).collect())
    }

    #[test]
    fn numbers_come_out_as_they_were_meant() {
        for (number, text) in [
            (12.8, "12.8"),
            (0.30000000000000004, "0.3"),
            (-0.0, "0"),
            (100.0, "100"),
            (1e14, "100000000000000"),
            (1.23e-7, "0"),
            (0.005, "0.005"),
            (4.2e27, "4.2E27"),
            (1e15, "1E15"),
            (f64::INFINITY, "inf"),
            (f64::NAN, "NaN"),
        ] {
            assert_eq!(number_text(number), text);
        }
    }

    #[test]
    fn rows_and_cells_that_are_left_out() {
        let rows = "<row r=\"2\"><c r=\"B2\"><v>1</v></c><c r=\"D2\" t=\"inlineStr\"><is><t>x</t></is></c></row>\
                    <row r=\"1048576\"><c r=\"A1048576\" t=\"b\"><v>1</v></c></row>";
        let expected = vec![
            (2, ["", "1", "", "x"].map(str::to_owned).to_vec()),
            (1_048_576, vec!["true".to_owned()]),
        ];
        assert_eq!(cells(rows), Ok(expected), "no grid is made of far corners");
    }

    #[test]
    fn hostile_sheets() {
        for (rows, error) in [
            (
                "<row r=\"1\"><c r=\"XFD1\"><v>1</v></c></row>",
                TableError::Wide(1),
            ),
            (
                "<row r=\"1\"><c r=\"C1\"><v>1</v></c><c r=\"A1\"><v>2</v></c></row>",
                TableError::Damaged,
            ),
            (
                "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>7</v></c></row>",
                TableError::Damaged,
            ),
            ("<row r=\"1\"><c r=\"A1\"><v>1</v>", TableError::Damaged),
            ("", TableError::Empty),
        ] {
            assert_eq!(cells(rows), Err(error), "{rows}");
        }
        let small = Limits {
            sheet: 500,
            ..Limits::default()
        };
        let book = book("<row r=\"1\"><c r=\"A1\"><v>1</v></c></row>");
        assert_eq!(read(&book, &small), Err(TableError::TooLarge));
        let few = Limits {
            entries: 2,
            ..Limits::default()
        };
        assert_eq!(read(&book, &few), Err(TableError::TooLarge));
        assert!(read(&book, &Limits::default()).is_ok());
    }

    /// Three megabytes of styles would be hundreds while they are held.
    #[test]
    fn large_small_parts() {
        let one = "<row r=\"1\"><c r=\"A1\"><v>1</v></c></row>";
        let styles = |count| format!("<cellXfs>{}</cellXfs>", "<xf/>".repeat(count));
        assert!(read(&book_with(one, &styles(10)), &Limits::default()).is_ok());
        assert_eq!(
            read(&book_with(one, &styles(600_000)), &Limits::default()),
            Err(TableError::TooLarge)
        );
    }

    /// A sheet that is larger than the archive's own directory says is stopped where the directory ends.
    #[test]
    fn a_lying_directory() {
        let rows = "<row r=\"1\"><c r=\"A1\"><v>1</v></c></row>".repeat(2000);
        let mut bytes = book(&rows);
        let directory = bytes
            .windows(4)
            .enumerate()
            .filter(|(_, mark)| *mark == b"PK\x01\x02")
            .nth(3)
            .expect("the sheet's entry")
            .0;
        bytes[directory + 24..directory + 28].copy_from_slice(&100_u32.to_le_bytes());
        assert_eq!(read(&bytes, &Limits::default()), Err(TableError::Damaged));
    }
}
