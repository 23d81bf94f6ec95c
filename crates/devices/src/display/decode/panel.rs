//! The glass of a display: cells, a cursor, lamps, a code.

use super::{Drawn, Lamp, Shown, letters};
use crate::display::{CodePage, Display};

/// What one cell holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cell {
    Letter(char),
    /// The left half of a letter that fills two cells.
    Wide(char),
    /// Its right half.
    Half,
}

const BLANK: Cell = Cell::Letter(' ');

/// What happens after the last cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// The next letter goes to the first cell.
    Overwrite,
    /// Rows move up.
    Vertical,
    /// The row moves to the left.
    Horizontal,
}

pub(super) struct Panel {
    pub(super) page: CodePage,
    home_page: CodePage,
    pub(super) columns: usize,
    pub(super) rows: usize,
    cells: Vec<Cell>,
    /// Counted through all rows.
    at: usize,
    pub(super) mode: Mode,
    pub(super) digits: Option<String>,
    pub(super) lamps: Vec<Lamp>,
    pub(super) brightness: Option<u8>,
    pub(super) cursor: bool,
    pub(super) running: Option<String>,
    pub(super) qr: Option<String>,
    pub(super) picture: Option<Drawn>,
}

impl Panel {
    pub(super) fn new(display: &Display) -> Self {
        let (columns, rows) = (display.geometry.columns(), display.geometry.rows());
        Self {
            page: display.page,
            home_page: display.page,
            columns,
            rows,
            cells: vec![BLANK; columns * rows],
            at: 0,
            mode: Mode::Overwrite,
            digits: None,
            lamps: Vec::new(),
            brightness: None,
            cursor: false,
            running: None,
            qr: None,
            picture: None,
        }
    }

    pub(super) fn shown(&self) -> Shown {
        let row = |cells: &[Cell]| -> String {
            cells
                .iter()
                .filter_map(|cell| match cell {
                    Cell::Letter(letter) | Cell::Wide(letter) => Some(*letter),
                    Cell::Half => None,
                })
                .collect()
        };
        let mut lamps = self.lamps.clone();
        lamps.sort();
        Shown {
            rows: match &self.digits {
                Some(digits) => vec![digits.clone()],
                None => self.cells.chunks(self.columns).map(row).collect(),
            },
            running: self.running.clone(),
            lamps,
            brightness: self.brightness,
            cursor: self.cursor,
            qr: self.qr.clone(),
            picture: self.picture,
        }
    }

    /// As after switching on.
    pub(super) fn reset(&mut self) {
        self.clear();
        self.mode = Mode::Overwrite;
        self.page = self.home_page;
        self.lamps.clear();
    }

    /// Blank, with the cursor at the beginning.
    pub(super) fn clear(&mut self) {
        self.cells.fill(BLANK);
        self.at = 0;
        self.running = None;
    }

    pub(super) fn x(&self) -> usize {
        self.at % self.columns
    }

    pub(super) fn y(&self) -> usize {
        self.at / self.columns
    }

    /// From 0; where there is no such cell, nothing happens.
    pub(super) fn go(&mut self, x: usize, y: usize) {
        if x < self.columns && y < self.rows {
            self.at = y * self.columns + x;
        }
    }

    /// To a position that is counted through all rows.
    pub(super) fn go_to(&mut self, position: usize) {
        if position < self.cells.len() {
            self.at = position;
        }
    }

    /// One cell on, from the last to the first.
    pub(super) fn right(&mut self) {
        self.at = (self.at + 1) % self.cells.len();
    }

    /// One cell back, from the first to the last.
    pub(super) fn left(&mut self) {
        self.at = self.at.checked_sub(1).unwrap_or(self.cells.len() - 1);
    }

    /// One row down, in the same column.
    pub(super) fn down(&mut self) {
        if self.y() + 1 < self.rows {
            self.at += self.columns;
            return;
        }
        match self.mode {
            Mode::Overwrite => self.at = self.x(),
            Mode::Vertical => self.roll(),
            Mode::Horizontal => {}
        }
    }

    /// One row up, in the same column; from the first to the last.
    pub(super) fn up(&mut self) {
        self.at = match self.at.checked_sub(self.columns) {
            Some(at) => at,
            None => self.at + self.columns * (self.rows - 1),
        };
    }

    fn roll(&mut self) {
        self.cells.rotate_left(self.columns);
        let last = self.cells.len() - self.columns;
        self.cells[last..].fill(BLANK);
    }

    /// Blank from one cell to another, both counted through all rows.
    pub(super) fn blank(&mut self, from: usize, to: usize) {
        for at in from..=to.min(self.cells.len() - 1) {
            self.set(at, BLANK);
        }
    }

    pub(super) fn blank_row(&mut self, y: usize) {
        if y < self.rows {
            self.blank(y * self.columns, (y + 1) * self.columns - 1);
        }
    }

    /// Blank from the cursor to its row's end.
    pub(super) fn blank_rest(&mut self) {
        self.blank(self.at, (self.y() + 1) * self.columns - 1);
    }

    /// Puts `cell` there; the other half of a wide letter that it hits is gone.
    fn set(&mut self, at: usize, cell: Cell) {
        match self.cells[at] {
            Cell::Wide(_) if at + 1 < self.cells.len() => self.cells[at + 1] = BLANK,
            Cell::Half if at > 0 => self.cells[at - 1] = BLANK,
            _ => {}
        }
        self.cells[at] = cell;
    }

    /// Writes the first letter of `bytes` at the cursor, and says how many bytes it took.
    pub(super) fn write_first(&mut self, bytes: &[u8]) -> Option<usize> {
        let (letter, taken) = letters::first(self.page, bytes)?;
        self.write(letter, taken);
        Some(taken)
    }

    /// Writes a letter of one or two cells at the cursor. One that finds only one cell left in its row is lost.
    pub(super) fn write(&mut self, letter: char, cells: usize) {
        let letter = if letter.is_control() { ' ' } else { letter };
        if cells == 1 {
            self.set(self.at, Cell::Letter(letter));
            self.advance();
        } else if self.x() + 1 < self.columns {
            self.set(self.at, Cell::Wide(letter));
            let (at, half) = (self.at, self.at + 1);
            if self.cells[half] != BLANK {
                self.set(half, BLANK);
                self.cells[at] = Cell::Wide(letter);
            }
            self.cells[half] = Cell::Half;
            self.advance();
            self.advance();
        } else {
            self.set(self.at, Cell::Letter(letters::UNKNOWN));
            self.advance();
        }
    }

    fn advance(&mut self) {
        let end_of_row = self.x() + 1 == self.columns;
        let last = self.at + 1 == self.cells.len();
        match self.mode {
            Mode::Horizontal if end_of_row => {
                let start = self.y() * self.columns;
                self.cells[start..start + self.columns].rotate_left(1);
                self.cells[self.at] = BLANK;
            }
            Mode::Vertical if last => {
                self.roll();
                self.at = self.cells.len() - self.columns;
            }
            _ => self.right(),
        }
    }

    /// Fills a row with text, the rest blank. The cursor stays where it was.
    pub(super) fn replace(&mut self, y: usize, text: &[u8]) {
        if y >= self.rows {
            return;
        }
        self.running = self.running.take().filter(|_| y > 0);
        let (at, mode) = (self.at, self.mode);
        self.blank_row(y);
        self.mode = Mode::Overwrite;
        self.at = y * self.columns;
        for (letter, cells) in self.letters(text) {
            if self.y() != y || self.x() + cells > self.columns {
                break;
            }
            self.write(letter, cells);
            if self.x() == 0 {
                break;
            }
        }
        (self.at, self.mode) = (at, mode);
    }

    /// The letters of a whole text and how many cells each fills.
    fn letters(&self, mut text: &[u8]) -> Vec<(char, usize)> {
        let mut letters = Vec::new();
        while !text.is_empty() {
            let (letter, taken) = letters::first(self.page, text).unwrap_or((letters::UNKNOWN, 1));
            letters.push((letter, taken));
            text = &text[taken..];
        }
        letters
    }

    /// A text that runs through the first row.
    pub(super) fn run(&mut self, text: &[u8]) {
        self.blank_row(0);
        let letters = self.letters(text).into_iter().map(|(letter, _)| letter);
        self.running = Some(letters.filter(|letter| !letter.is_control()).collect());
    }
}
