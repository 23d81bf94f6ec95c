//! Payments as a workbook: real numbers and dates, ids as text, sums by day and by platform on sheets of their own.
//!
//! Each sheet goes straight into the packed file, row by row: a million rows need neither memory nor a file beside, a
//! full disk is an error like any other, and amounts are written as their digits, never as binary fractions.

mod parts;

use crate::table::{COLUMNS, Cell, Clerk, SUM_HEADS, Sums, sum_cells};
use domain::Platform;
use parts::{CONTENT_TYPES, Look, RELATIONS, STYLES, reference, serial_day, serial_moment, text};
use std::{
    fmt::Write as _,
    io::{self, Seek, Write},
    sync::Arc,
};
use zip::{CompressionMethod, ZipWriter, result::ZipError, write::SimpleFileOptions};

/// A sheet of Excel's has so many rows, its head included.
const ROWS_MAX: u32 = 1_048_576;
/// A part of the file stays below what old programs can unpack.
const BYTES_MAX: u64 = 3_000_000_000;
/// Rows are handed on in pieces of about this size.
const PIECE: usize = 64 * 1024;
/// Quick, and within a few per cent of the smallest.
const LEVEL: i64 = 4;

/// A workbook on its way into a file.
pub(crate) struct Xlsx<W: Write + Seek> {
    zip: ZipWriter<W>,
    clerk: Arc<Clerk>,
    /// The names of the sheets so far.
    sheets: Vec<String>,
    /// Rows of the sheet that is being written, its head included.
    rows: u32,
    rows_max: u32,
    /// Bytes of it.
    bytes: u64,
    piece: String,
}

impl<W: Write + Seek> Xlsx<W> {
    /// Begins a workbook, with its sheet of payments.
    pub(crate) fn begin(file: W, clerk: Arc<Clerk>) -> io::Result<Self> {
        Self::begin_with(file, clerk, ROWS_MAX)
    }

    fn begin_with(file: W, clerk: Arc<Clerk>, rows_max: u32) -> io::Result<Self> {
        let mut begun = Self {
            zip: ZipWriter::new(file),
            clerk,
            sheets: Vec::new(),
            rows: 0,
            rows_max,
            bytes: 0,
            piece: String::with_capacity(PIECE + 4096),
        };
        begun.part("[Content_Types].xml", CONTENT_TYPES)?;
        begun.part("_rels/.rels", RELATIONS)?;
        begun.part("xl/styles.xml", STYLES)?;
        begun.payments_sheet()?;
        Ok(begun)
    }

    fn start(&mut self, name: &str) -> io::Result<()> {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .compression_level(Some(LEVEL));
        self.zip.start_file(name, options).map_err(io_error)
    }

    fn part(&mut self, name: &str, xml: &str) -> io::Result<()> {
        self.start(name)?;
        self.zip.write_all(xml.as_bytes())
    }

    fn payments_sheet(&mut self) -> io::Result<()> {
        let name = self.clerk.word("sheet.name_payments");
        let name = match self.sheets.len() {
            0 => name,
            before => format!("{name} {}", before + 1),
        };
        let heads = COLUMNS
            .iter()
            .map(|column| (self.clerk.word(column.head), column.wide));
        let heads: Vec<(String, u16)> = heads.collect();
        self.sheet(name, &heads)
    }

    /// Begins a sheet whose head stays where it is while its rows move.
    fn sheet(&mut self, name: String, heads: &[(String, u16)]) -> io::Result<()> {
        self.sheets.push(name);
        self.start(&format!("xl/worksheets/sheet{}.xml", self.sheets.len()))?;
        (self.rows, self.bytes) = (0, 0);
        self.piece.push_str(parts::SHEET_HEAD);
        for (column, (_, wide)) in (1_u32..).zip(heads) {
            let _ = write!(
                self.piece,
                r#"<col min="{column}" max="{column}" width="{wide}" customWidth="1"/>"#
            );
        }
        self.piece.push_str("</cols><sheetData>");
        let heads: Vec<Cell> = heads
            .iter()
            .map(|(text, _)| Cell::Word(text.clone()))
            .collect();
        self.write_row(&heads, Some(Look::Head))
    }

    fn end_sheet(&mut self) -> io::Result<()> {
        self.piece.push_str("</sheetData></worksheet>");
        self.hand_on()
    }

    fn hand_on(&mut self) -> io::Result<()> {
        self.zip.write_all(self.piece.as_bytes())?;
        self.bytes += u64::try_from(self.piece.len()).unwrap_or(0);
        self.piece.clear();
        Ok(())
    }

    /// One payment. Excel's sheets are not endless: what is more goes to the next one.
    pub(crate) fn row(&mut self, cells: &[Cell]) -> io::Result<()> {
        if self.rows >= self.rows_max || self.bytes >= BYTES_MAX {
            self.end_sheet()?;
            self.payments_sheet()?;
        }
        self.write_row(cells, None)
    }

    fn write_row(&mut self, cells: &[Cell], look: Option<Look>) -> io::Result<()> {
        self.rows += 1;
        let row = self.rows;
        let _ = write!(self.piece, r#"<row r="{row}">"#);
        for (column, cell) in cells.iter().enumerate() {
            put(&mut self.piece, column, row, cell, look);
        }
        self.piece.push_str("</row>");
        if self.piece.len() >= PIECE {
            self.hand_on()?;
        }
        Ok(())
    }

    /// Adds the sums, and what says which sheets there are. Answers the file.
    pub(crate) fn finish(mut self, sums: &Sums) -> io::Result<W> {
        self.end_sheet()?;
        let clerk = self.clerk.clone();
        self.sums_sheet("sheet.name_days", "sheet.day")?;
        for ((day, currency), sum) in &sums.days {
            let cells = sum_cells(*currency, sum).into_iter();
            let row: Vec<Cell> = std::iter::once(Cell::Day(*day)).chain(cells).collect();
            self.write_row(&row, None)?;
        }
        self.end_sheet()?;
        self.sums_sheet("sheet.name_platforms", "sheet.platform")?;
        for ((name, currency), sum) in &sums.platforms {
            let known = Platform::new(name).map(|platform| clerk.platform(&platform));
            let name = Cell::Text(known.unwrap_or_else(|| name.clone()));
            let cells = sum_cells(*currency, sum).into_iter();
            let row: Vec<Cell> = std::iter::once(name).chain(cells).collect();
            self.write_row(&row, None)?;
        }
        self.end_sheet()?;
        let heads = [("sheet.what", 30), ("sheet.name_about", 70)];
        let heads = heads.map(|(key, wide)| (clerk.word(key), wide));
        self.sheet(clerk.word("sheet.name_about"), &heads)?;
        for row in clerk.about() {
            self.write_row(&row, None)?;
        }
        self.end_sheet()?;
        let (book, relations) = parts::workbook(&self.sheets);
        self.part("xl/workbook.xml", &book)?;
        self.part("xl/_rels/workbook.xml.rels", &relations)?;
        self.zip.finish().map_err(io_error)
    }

    fn sums_sheet(&mut self, name: &str, first: &str) -> io::Result<()> {
        let heads = std::iter::once(first).chain(SUM_HEADS);
        let heads: Vec<(String, u16)> = heads.map(|key| (self.clerk.word(key), 15)).collect();
        let name = self.clerk.word(name);
        self.sheet(name, &heads)
    }
}

fn io_error(error: ZipError) -> io::Error {
    match error {
        ZipError::Io(error) => error,
        other => io::Error::other(other),
    }
}

fn put(piece: &mut String, column: usize, row: u32, cell: &Cell, look: Option<Look>) {
    let (look, value) = match cell {
        Cell::Empty => return,
        Cell::Word(words) | Cell::Text(words) | Cell::Id(words) => {
            let style = look.unwrap_or(Look::Text).index();
            let at = reference(column, row);
            let _ = write!(
                piece,
                r#"<c r="{at}" s="{style}" t="inlineStr"><is><t xml:space="preserve">"#
            );
            text(piece, words);
            piece.push_str("</t></is></c>");
            return;
        }
        Cell::Whole(number) => (Look::Whole, number.to_string()),
        Cell::Money(amount) => (Look::money(amount.currency().exponent()), amount.decimal()),
        Cell::Day(day) => (Look::Day, serial_day(*day)),
        Cell::Moment(at) => (Look::Moment, serial_moment(*at)),
    };
    let (at, style) = (reference(column, row), look.index());
    let _ = write!(piece, r#"<c r="{at}" s="{style}"><v>{value}</v></c>"#);
}

#[cfg(test)]
mod tests;
