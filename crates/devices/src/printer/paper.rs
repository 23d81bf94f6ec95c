//! What a printer's bytes put on paper: for previews, support and tests. Written from the commands' meaning, apart
//! from the encoder, so that a mistake is not made twice in the same way.

use super::{
    bitmap::{Bitmap, GREY_MAX},
    profile::{Letters, Maker, Profile, is_two_byte},
};
use crate::display::code_page::CodePage;
use serde::Serialize;

mod codes;
mod decode;

/// No stream has more things on it; what is beyond is not looked at.
const ITEMS_MAX: usize = 20_000;

/// What came out of the printer, from top to bottom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Paper {
    /// Dots across.
    pub dots: usize,
    /// Letters of normal size across.
    pub columns: usize,
    /// What is on it, and what else the bytes did.
    pub items: Vec<Item>,
}

/// One thing on paper, or done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "is")]
pub enum Item {
    /// A line of text.
    Line {
        /// Its parts, from left to right.
        spans: Vec<Span>,
        /// It ended because the paper did, not because it was meant to.
        full: bool,
    },
    /// Dots from the left edge.
    Picture {
        /// The dots.
        dots: Bitmap,
    },
    /// A QR code.
    Qr {
        /// What it says.
        data: String,
        /// The size of its modules in dots.
        module: u8,
    },
    /// A barcode.
    Barcode {
        /// Its kind by the printer's number, in the older numbering.
        kind: u8,
        /// What it says.
        data: String,
    },
    /// Empty paper, in lines.
    Feed {
        /// How many.
        lines: u8,
    },
    /// It was cut.
    Cut,
    /// The drawer's pulse.
    Drawer {
        /// On pin 2 or 5.
        pin: u8,
    },
    /// It rang.
    Bell,
    /// It was asked how it is.
    Asked {
        /// Which of the questions.
        question: u8,
    },
    /// A byte that begins nothing we know.
    Odd {
        /// The byte.
        byte: u8,
    },
    /// The bytes ended within a command.
    CutOff,
}

/// Text in one look.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Span {
    /// Columns of normal size from the left edge.
    pub column: usize,
    /// So many columns of normal size are taken.
    pub columns: usize,
    /// The text.
    pub text: String,
    /// How it looks.
    pub look: Look,
}

/// How text looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Look {
    /// Bold.
    pub bold: bool,
    /// So many times as wide.
    pub wide: u8,
    /// So many times as high.
    pub tall: u8,
}

impl Paper {
    /// What `bytes` put on the paper of such a printer.
    pub fn read(bytes: &[u8], profile: &Profile) -> Self {
        let profile = profile.bounded();
        let mut reader = Reader::new(bytes, &profile);
        while reader.items.len() < ITEMS_MAX && reader.step().is_some() {}
        if reader.at < bytes.len() && reader.items.len() < ITEMS_MAX {
            reader.items.push(Item::CutOff);
        }
        reader.finish_line(false);
        Self {
            dots: profile.dots.into(),
            columns: profile.columns.into(),
            items: reader.items,
        }
    }

    /// Its lines of text, each as it stands from the left edge.
    pub fn lines(&self) -> Vec<String> {
        let line = |item: &Item| match item {
            Item::Line { spans, .. } => {
                let indent = spans.first().map_or(0, |span| span.column);
                let text: String = spans.iter().map(|span| span.text.as_str()).collect();
                Some(format!("{}{text}", " ".repeat(indent)))
            }
            _ => None,
        };
        self.items.iter().filter_map(line).collect()
    }
}

/// The printer, as far as it reads.
struct Reader<'b> {
    bytes: &'b [u8],
    at: usize,
    items: Vec<Item>,
    columns: usize,
    maker: Maker,
    /// What is meant by letters of two bytes, where the printer has such.
    wide_page: Option<CodePage>,
    wide_on: bool,
    page: u8,
    look: Look,
    align: u8,
    line: Vec<Span>,
    used: usize,
    qr: (Vec<u8>, u8),
}

const PLAIN: Look = Look {
    bold: false,
    wide: 1,
    tall: 1,
};

impl<'b> Reader<'b> {
    fn new(bytes: &'b [u8], profile: &Profile) -> Self {
        let wide_page = match profile.letters {
            Letters::Own(page) if is_two_byte(page) => Some(page),
            _ => None,
        };
        Self {
            bytes,
            at: 0,
            items: Vec::new(),
            columns: profile.columns.into(),
            maker: profile.maker,
            wide_page,
            // So do most that have such letters at all.
            wide_on: wide_page.is_some(),
            page: 0,
            look: PLAIN,
            align: 0,
            line: Vec::new(),
            used: 0,
            qr: (Vec::new(), 3),
        }
    }

    /// One command or letter; `None` at the end, which may be in the midst of one.
    fn step(&mut self) -> Option<()> {
        let from = self.at;
        let done = match self.byte()? {
            0x0a => {
                self.finish_line(true);
                Some(())
            }
            0x0d => Some(()),
            0x1b => self.escape(),
            0x1d => self.group(),
            0x1c => self.wide_letters(),
            0x10 => self.real_time(),
            byte @ 0x20..=0xff if byte != 0x7f => self.letter(byte),
            byte => {
                self.items.push(Item::Odd { byte });
                Some(())
            }
        };
        if done.is_none() {
            self.at = from;
        }
        done
    }

    fn byte(&mut self) -> Option<u8> {
        let byte = self.bytes.get(self.at).copied()?;
        self.at += 1;
        Some(byte)
    }

    fn take(&mut self, count: usize) -> Option<&'b [u8]> {
        let taken = self.bytes.get(self.at..self.at.checked_add(count)?)?;
        self.at += count;
        Some(taken)
    }

    fn length(&mut self) -> Option<usize> {
        let low = self.byte()?;
        Some(usize::from(u16::from_le_bytes([low, self.byte()?])))
    }

    fn escape(&mut self) -> Option<()> {
        match self.byte()? {
            0x40 => {
                (self.look, self.align, self.page) = (PLAIN, 0, 0);
                self.wide_on = self.wide_page.is_some();
                self.line.clear();
                self.used = 0;
            }
            0x61 => self.align = self.byte()? & 3,
            0x45 | 0x47 => self.look.bold = self.byte()? & 1 == 1,
            0x21 => {
                let mode = self.byte()?;
                self.look = Look {
                    bold: mode & 0x08 != 0,
                    tall: 1 + (mode >> 4 & 1),
                    wide: 1 + (mode >> 5 & 1),
                };
            }
            0x74 => self.page = self.byte()?,
            0x64 => {
                let lines = self.byte()?;
                self.finish_line(false);
                self.items.push(Item::Feed { lines });
            }
            0x69 | 0x6d => self.items.push(Item::Cut),
            0x70 => {
                let pulse = self.take(3)?;
                let pin = if pulse[0] & 1 == 0 { 2 } else { 5 };
                self.items.push(Item::Drawer { pin });
            }
            0x42 => {
                self.take(2)?;
                self.items.push(Item::Bell);
            }
            0x32 => {}
            0x24 | 0x63 => drop(self.take(2)?),
            0x20 | 0x2d | 0x33 | 0x3d | 0x4a | 0x4d | 0x52 | 0x56 | 0x7b => drop(self.byte()?),
            byte => self.items.push(Item::Odd { byte }),
        }
        Some(())
    }

    fn group(&mut self) -> Option<()> {
        match self.byte()? {
            0x21 => {
                let size = self.byte()?;
                self.look.wide = (size >> 4 & 7) + 1;
                self.look.tall = (size & 7) + 1;
            }
            0x56 => {
                if self.byte()? >= 0x41 {
                    self.byte()?;
                }
                self.items.push(Item::Cut);
            }
            0x76 => self.raster()?,
            0x28 => self.long_command()?,
            0x6b => self.barcode()?,
            0x42 | 0x48 | 0x61 | 0x66 | 0x68 | 0x72 | 0x77 => drop(self.byte()?),
            0x4c | 0x57 => drop(self.take(2)?),
            byte => self.items.push(Item::Odd { byte }),
        }
        Some(())
    }

    fn wide_letters(&mut self) -> Option<()> {
        match self.byte()? {
            0x26 => self.wide_on = true,
            0x2e => self.wide_on = false,
            0x21 | 0x2d | 0x43 | 0x57 => drop(self.byte()?),
            0x53 => drop(self.take(2)?),
            byte => self.items.push(Item::Odd { byte }),
        }
        Some(())
    }

    fn real_time(&mut self) -> Option<()> {
        match self.byte()? {
            0x04 => {
                let question = self.byte()?;
                self.items.push(Item::Asked { question });
            }
            0x14 => {
                let pulse = self.take(3)?;
                let pin = if pulse[1] & 1 == 0 { 2 } else { 5 };
                self.items.push(Item::Drawer { pin });
            }
            byte => self.items.push(Item::Odd { byte }),
        }
        Some(())
    }

    fn raster(&mut self) -> Option<()> {
        let mode = self.take(2)?;
        let (bytes_a_row, rows) = (self.length()?, self.length()?);
        if mode[0] != 0x30 || bytes_a_row * 8 > GREY_MAX {
            self.items.push(Item::Odd { byte: 0x76 });
            return Some(());
        }
        let dots = Bitmap::from_bytes(bytes_a_row, rows, self.take(bytes_a_row * rows)?);
        self.finish_line(false);
        self.items.push(Item::Picture { dots });
        Some(())
    }

    /// Ends the line. `fed`: by a line feed, which leaves an empty line where nothing was.
    fn finish_line(&mut self, fed: bool) {
        if self.line.is_empty() && !fed {
            return;
        }
        let mut spans = std::mem::take(&mut self.line);
        let free = self.columns.saturating_sub(self.used);
        let indent = match self.align {
            1 => free / 2,
            2 => free,
            _ => 0,
        };
        for span in &mut spans {
            span.column += indent;
        }
        self.used = 0;
        self.items.push(Item::Line { spans, full: false });
    }

    fn put(&mut self, text: &str, width: usize) {
        let columns = width * usize::from(self.look.wide);
        if self.used + columns > self.columns {
            self.finish_line(false);
            if let Some(Item::Line { full, .. }) = self.items.last_mut() {
                *full = true;
            }
        }
        match self.line.last_mut().filter(|span| span.look == self.look) {
            Some(span) => {
                span.text.push_str(text);
                span.columns += columns;
            }
            None => self.line.push(Span {
                column: self.used,
                columns,
                text: text.to_owned(),
                look: self.look,
            }),
        }
        self.used += columns;
    }
}

#[cfg(test)]
mod tests;
