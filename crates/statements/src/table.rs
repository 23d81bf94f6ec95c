//! A file of rows and cells, whatever it was: text in any of the encodings that statements come in, or a spreadsheet.
//! Bounded, and with the line of each row, so that a person can find it again.

mod decode;
mod sheet;
mod split;

use crate::file::Limits;
use domain::payment::clean_text;

pub use decode::{Decoded, TextEncoding, decode};

/// How many rows from the top a header is looked for in.
pub const HEADER_WITHIN: usize = 60;

/// Why a file is no table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// Nothing is in it.
    #[error("the file is empty")]
    Empty,
    /// It is no text.
    #[error("the file is no text")]
    NotText,
    /// A line is longer than any statement's.
    #[error("line {0} is longer than a statement's line can be")]
    LongLine(u32),
    /// A row has more cells than any statement's.
    #[error("row {0} has more cells than a statement's row can have")]
    Wide(u32),
    /// More rows, cells or text than can be held.
    #[error("the file has more rows than can be read at once")]
    TooLarge,
    /// A spreadsheet that cannot be read.
    #[error("the spreadsheet is damaged")]
    Damaged,
}

/// Rows of cells. The cells lie in one text, since a bill has millions of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    text: String,
    /// Where each cell ends in `text`; it begins where the one before it ends.
    ends: Vec<u32>,
    rows: Vec<Start>,
    /// The cells of the first rows as names, since each reader looks for its header among them.
    tops: Vec<Vec<String>>,
    encoding: TextEncoding,
    replaced: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Start {
    /// Line in the file, from 1.
    line: u32,
    /// Its first cell.
    cell: u32,
}

impl Table {
    /// Reads a spreadsheet or text.
    pub fn read(bytes: &[u8], limits: &Limits) -> Result<Self, TableError> {
        if bytes.is_empty() {
            return Err(TableError::Empty);
        }
        if bytes.starts_with(b"PK") {
            return sheet::read(bytes, limits);
        }
        let decoded = decode(bytes).ok_or(TableError::NotText)?;
        Self::from_text(&decoded, limits)
    }

    /// Splits text that was decoded before.
    pub fn from_text(decoded: &Decoded<'_>, limits: &Limits) -> Result<Self, TableError> {
        let mut builder = Builder::new(limits, decoded.encoding, decoded.replaced);
        split::split(&decoded.text, limits, &mut builder)?;
        builder.finish()
    }

    /// How many rows there are; blank ones are left out.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// A row by its place among those that are not blank, from 0.
    pub fn row(&self, index: usize) -> Option<Line<'_>> {
        (index < self.rows.len()).then_some(Line { table: self, index })
    }

    /// Every row.
    pub fn rows(&self) -> impl Iterator<Item = Line<'_>> {
        (0..self.rows.len()).map(|index| Line { table: self, index })
    }

    /// What it was written in.
    pub fn encoding(&self) -> TextEncoding {
        self.encoding
    }

    /// How many letters could not be read.
    pub fn replaced(&self) -> usize {
        self.replaced
    }

    /// The first row from the top that has, for each of these groups, a cell of one of its names.
    pub fn header(&self, required: &[&[&str]]) -> Option<Header> {
        let required: Vec<Vec<String>> = required
            .iter()
            .map(|names| names.iter().map(|name| plain_name(name)).collect())
            .collect();
        let has_all = |top: &Vec<String>| {
            let mut groups = required.iter();
            groups.all(|names: &Vec<String>| names.iter().any(|name| top.contains(name)))
        };
        let row = self.tops.iter().position(has_all)?;
        self.row(row).map(Header::of)
    }

    /// The rows below a header.
    pub fn below(&self, header: &Header) -> impl Iterator<Item = Line<'_>> {
        (header.row + 1..self.rows.len()).map(|index| Line { table: self, index })
    }
}

/// One row of a table.
#[derive(Clone, Copy)]
pub struct Line<'t> {
    table: &'t Table,
    index: usize,
}

impl<'t> Line<'t> {
    /// Its line in the file, from 1; in a spreadsheet its row.
    pub fn number(self) -> u32 {
        self.start().line
    }

    /// How many cells it has.
    pub fn len(self) -> usize {
        let next = self.table.rows.get(self.index + 1);
        let end = next.map_or(self.table.ends.len(), |next| next.cell as usize);
        end - self.start().cell as usize
    }

    /// Whether it has none. Rows of a table have some.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// A cell, trimmed of blanks, tabs and back-ticks; empty beyond the last one.
    pub fn cell(self, column: usize) -> &'t str {
        if column >= self.len() {
            return "";
        }
        let at = self.start().cell as usize + column;
        let begin = at
            .checked_sub(1)
            .and_then(|before| self.table.ends.get(before))
            .map_or(0, |end| *end as usize);
        let end = self.table.ends.get(at).map_or(begin, |end| *end as usize);
        self.table.text.get(begin..end).unwrap_or("")
    }

    /// A cell of a column that the file may lack; empty where it does.
    pub fn at(self, column: Option<usize>) -> &'t str {
        column.map_or("", |column| self.cell(column))
    }

    /// Every cell.
    pub fn cells(self) -> impl Iterator<Item = &'t str> {
        (0..self.len()).map(move |column| self.cell(column))
    }

    /// The row for a person to read, cleaned and cut.
    pub fn text(self) -> String {
        let mut text = String::new();
        for cell in self.cells().filter(|cell| !cell.is_empty()) {
            if !text.is_empty() {
                text.push_str(" · ");
            }
            text.extend(cell.chars().take(100));
            if text.len() > 2000 {
                break;
            }
        }
        clean_text(&text).unwrap_or_default()
    }

    fn start(self) -> Start {
        self.table.rows[self.index]
    }
}

/// A row of names, and the columns below them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    row: usize,
    line: u32,
    /// As they are compared.
    plain: Vec<String>,
    /// As they stand there.
    names: Vec<String>,
}

impl Header {
    /// A row taken as a header.
    pub fn of(line: Line<'_>) -> Self {
        Self {
            row: line.index,
            line: line.number(),
            plain: line.cells().map(plain_name).collect(),
            names: line
                .cells()
                .map(|cell| clean_text(cell).unwrap_or_default())
                .collect(),
        }
    }

    /// The first column of one of these names, in the order of the names. Case, blanks and the width of brackets do
    /// not matter.
    pub fn column(&self, names: &[&str]) -> Option<usize> {
        names.iter().find_map(|name| {
            let name = plain_name(name);
            self.plain.iter().position(|n| *n == name)
        })
    }

    /// Whether a cell is this name.
    pub(crate) fn is_name(cell: &str, name: &str) -> bool {
        plain_name(cell) == plain_name(name)
    }

    /// Its place among the table's rows.
    pub fn row(&self) -> usize {
        self.row
    }

    /// Its line in the file.
    pub fn line(&self) -> u32 {
        self.line
    }

    /// The names as they stand there.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// How many columns have a name up to the last one that has; some files end each line in a comma.
    pub fn width(&self) -> usize {
        let last = self.plain.iter().rposition(|name| !name.is_empty());
        last.map_or(0, |last| last + 1)
    }
}

/// A header's name for comparison.
fn plain_name(name: &str) -> String {
    name.chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '`' | '\u{feff}'))
        .take(100)
        .map(|c| match c {
            // Full-width forms of ASCII lie in one block.
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
            _ => c,
        })
        .flat_map(char::to_lowercase)
        .collect()
}

/// Puts a table together within its bounds.
struct Builder {
    table: Table,
    most_rows: usize,
    most_cells: usize,
    most_columns: usize,
}

impl Builder {
    fn new(limits: &Limits, encoding: TextEncoding, replaced: usize) -> Self {
        Self {
            table: Table {
                text: String::new(),
                ends: Vec::new(),
                rows: Vec::new(),
                tops: Vec::new(),
                encoding,
                replaced,
            },
            most_rows: limits.rows,
            most_cells: limits.cells,
            most_columns: limits.columns,
        }
    }

    /// Begins the row of this line of the file. One that stays blank is taken back.
    fn begin(&mut self, line: u32) -> Result<(), TableError> {
        self.drop_blank();
        let cell = u32::try_from(self.table.ends.len()).map_err(|_| TableError::TooLarge)?;
        if self.table.rows.len() >= self.most_rows {
            return Err(TableError::TooLarge);
        }
        self.table.rows.push(Start { line, cell });
        Ok(())
    }

    /// Adds a cell to the row that was begun last.
    fn cell(&mut self, raw: &str) -> Result<(), TableError> {
        let Some(start) = self.table.rows.last() else {
            return Ok(());
        };
        let width = self.table.ends.len() - start.cell as usize;
        if width >= self.most_columns {
            return Err(TableError::Wide(start.line));
        }
        if self.table.ends.len() >= self.most_cells {
            return Err(TableError::TooLarge);
        }
        self.table.text.push_str(trimmed(raw));
        let end = u32::try_from(self.table.text.len()).map_err(|_| TableError::TooLarge)?;
        self.table.ends.push(end);
        Ok(())
    }

    /// How many cells the row that was begun last has.
    fn width(&self) -> usize {
        let start = self
            .table
            .rows
            .last()
            .map_or(0, |start| start.cell as usize);
        self.table.ends.len() - start
    }

    fn drop_blank(&mut self) {
        let Some(start) = self.table.rows.last() else {
            return;
        };
        let first = start.cell as usize;
        let begin = match first {
            0 => 0,
            _ => self.table.ends[first - 1] as usize,
        };
        if self.table.text.len() == begin {
            self.table.ends.truncate(first);
            self.table.rows.pop();
        }
    }

    fn finish(mut self) -> Result<Table, TableError> {
        self.drop_blank();
        if self.table.rows.is_empty() {
            return Err(TableError::Empty);
        }
        let tops = self.table.rows().take(HEADER_WITHIN);
        self.table.tops = tops
            .map(|line| line.cells().map(plain_name).collect())
            .collect();
        Ok(self.table)
    }
}

/// Without what platforms put around values: blanks, tabs, WeChat's back-tick.
fn trimmed(raw: &str) -> &str {
    raw.trim_matches(|c: char| c.is_whitespace() || matches!(c, '`' | '\u{feff}' | '\0'))
}

#[cfg(test)]
mod tests;
