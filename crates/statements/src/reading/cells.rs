//! A row told apart from both ends, where a stranger's text brought commas with it.

use super::Fault;
use crate::table::{Header, Line};

/// A row whose free text may have brought commas with it, told apart from both ends.
#[derive(Clone, Copy)]
pub(crate) struct Cells<'t> {
    line: Line<'t>,
    free: usize,
    extra: usize,
}

impl<'t> Cells<'t> {
    /// The row as it fits its header: as it is, or with what is too much put into one of the free columns, the first
    /// for which the rest makes sense.
    pub(crate) fn fit(
        line: Line<'t>,
        header: &Header,
        free: &[Option<usize>],
        makes_sense: impl Fn(Cells<'t>) -> bool,
    ) -> Result<Self, Fault> {
        let width = header.names().len();
        let plain = Self {
            line,
            free: usize::MAX,
            extra: 0,
        };
        if line.len() <= width {
            return Ok(plain);
        }
        let extra = line.len() - width;
        // Spreadsheets fill rows up with empty cells; but the last value of a row may be empty too.
        let filled_up = (width..line.len()).all(|column| line.cell(column).is_empty());
        let shifted = free.iter().flatten().map(|free| Self {
            line,
            free: *free,
            extra,
        });
        let first = filled_up.then_some(plain).into_iter();
        first
            .chain(shifted)
            .chain([plain])
            .find(|cells| makes_sense(*cells))
            .or(filled_up.then_some(plain))
            .ok_or(Fault::Cells)
    }

    /// A cell by its header's column; empty where the file has no such column.
    pub(crate) fn at(self, column: Option<usize>) -> &'t str {
        let Some(column) = column else { return "" };
        if column > self.free {
            self.line.cell(column.saturating_add(self.extra))
        } else {
            self.line.cell(column)
        }
    }

    /// A column of free text, with its commas.
    pub(crate) fn text(self, column: Option<usize>) -> String {
        if column.is_none_or(|column| column != self.free) {
            return self.at(column).to_owned();
        }
        let parts: Vec<&str> = (self.free..=self.free.saturating_add(self.extra))
            .map(|column| self.line.cell(column))
            .collect();
        parts.join(",")
    }

    /// Its line in the file.
    pub(crate) fn number(self) -> u32 {
        self.line.number()
    }
}
