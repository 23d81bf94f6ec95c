//! The printer: a command at a time, as the makers' manuals tell what each does.

use crate::{
    bars,
    letters::{self, Glyph, Letters, Table},
    paper::Paper,
};

/// The head's dots from one line to the next, as switched on.
const SPACING: usize = 30;
/// From the head to the knife.
const TO_KNIFE: usize = 110;

/// What a test wants to know of the paper, beside the picture.
#[derive(Default)]
pub(crate) struct Told {
    pub(crate) lines: Vec<String>,
    pub(crate) codes: Vec<String>,
    pub(crate) bars: Vec<String>,
    pub(crate) cuts: u32,
    pub(crate) drawers: Vec<u8>,
    pub(crate) bells: u32,
    pub(crate) faults: Vec<String>,
}

impl Told {
    /// Nothing came of it.
    pub(crate) fn is_nothing(&self) -> bool {
        let printed = self.lines.is_empty() && self.codes.is_empty() && self.bars.is_empty();
        printed && self.faults.is_empty() && self.drawers.is_empty() && self.cuts == 0
    }
}

/// How letters come out now.
#[derive(Clone, Copy)]
struct Look {
    bold: bool,
    wide: usize,
    tall: usize,
    small: bool,
    inverse: bool,
    underlined: bool,
}

const PLAIN: Look = Look {
    bold: false,
    wide: 1,
    tall: 1,
    small: false,
    inverse: false,
    underlined: false,
};

/// A printer with paper in it.
pub(crate) struct Printer {
    paper: Paper,
    told: Told,
    dots: usize,
    table: Table,
    chinese: bool,
    page: u8,
    look: Look,
    align: u8,
    spacing: usize,
    line: Vec<(Glyph, Look)>,
    text: String,
    qr: (Vec<u8>, u8, u8),
    bar: (usize, usize, u8),
}

/// The questions of how it is in some bytes.
pub(crate) fn questions(bytes: &[u8]) -> impl Iterator<Item = u8> {
    bytes
        .windows(3)
        .filter(|w| w[..2] == [0x10, 0x04] && (1..=4).contains(&w[2]))
        .map(|w| w[2])
}

impl Printer {
    pub(crate) fn new(dots: usize, table: Table) -> Self {
        Self {
            paper: Paper::new(dots),
            told: Told::default(),
            dots,
            table,
            chinese: table == Table::Gb18030,
            page: 0,
            look: PLAIN,
            align: 0,
            spacing: SPACING,
            line: Vec::new(),
            text: String::new(),
            qr: (Vec::new(), 3, 0x30),
            bar: (162, 3, 0),
        }
    }

    /// The paper, and what is told of it.
    pub(crate) fn finished(mut self) -> (Paper, Told) {
        if !self.line.is_empty() {
            self.fault("the last line was never printed");
        }
        // Somebody takes it off.
        self.paper.feed(SPACING);
        (self.paper, self.told)
    }

    fn fault(&mut self, what: impl Into<String>) {
        self.told.faults.push(what.into());
    }

    /// All bytes of a job.
    pub(crate) fn take(&mut self, bytes: &[u8], letters: &mut Letters) {
        let mut bytes = Bytes { all: bytes, at: 0 };
        while let Some(first) = bytes.next() {
            let from = bytes.at;
            let done = match first {
                0x0a => {
                    self.print_line();
                    Some(())
                }
                0x0d => Some(()),
                0x10 => self.real_time(&mut bytes),
                0x1b => self.escape(&mut bytes),
                0x1c => self.wide(&mut bytes),
                0x1d => self.group(&mut bytes),
                0x20..=0xff => self.letter(first, &mut bytes, letters),
                other => {
                    self.fault(format!("{other:02x} is nothing, at {from}"));
                    Some(())
                }
            };
            if done.is_none() {
                self.fault(format!("the bytes end within what began at {from}"));
                return;
            }
        }
    }

    fn letter(&mut self, first: u8, bytes: &mut Bytes<'_>, letters: &mut Letters) -> Option<()> {
        let two = self.chinese && first >= 0x80;
        let letter = if two {
            letters::chinese([first, bytes.next()?])
        } else {
            letters::paged(self.page, first)
        };
        let Some(letter) = letter else {
            self.fault(format!("no letter for {first:02x}, at {}", bytes.at));
            return Some(());
        };
        let (width, height) = match (two, self.look.small) {
            (true, _) => (24, 24),
            (false, false) => (12, 24),
            (false, true) => (9, 17),
        };
        let used: usize = self.line.iter().map(|(g, look)| g.width * look.wide).sum();
        if used + width * self.look.wide > self.dots {
            // It would go on below, in the midst of a word or an amount.
            self.fault(format!("{:?} is wider than the paper", self.text));
            self.print_line();
        }
        let glyph = letters.glyph(letter, width, height, self.look.bold);
        self.line.push((glyph, self.look));
        self.text.push(letter);
        Some(())
    }

    /// Where something so wide begins.
    fn left(&self, width: usize) -> usize {
        let free = self.dots.saturating_sub(width);
        match self.align {
            1 => free / 2,
            2 => free,
            _ => 0,
        }
    }

    fn print_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        let high = |(glyph, look): &(Glyph, Look)| glyph.height * look.tall;
        let height = line.iter().map(high).max().unwrap_or(0);
        let width = line.iter().map(|(g, look)| g.width * look.wide).sum();
        let (mut x, top) = (self.left(width), self.paper.rows());
        self.paper.feed(height.max(self.spacing));
        for one in &line {
            // All stand on the same ground.
            self.burn(one, x, top + height - high(one));
            x += one.0.width * one.1.wide;
        }
        let text = std::mem::take(&mut self.text);
        self.told.lines.push(text);
    }

    fn burn(&mut self, (glyph, look): &(Glyph, Look), x: usize, y: usize) {
        let (wide, tall) = (glyph.width * look.wide, glyph.height * look.tall);
        for (down, across) in (0..tall).flat_map(|d| (0..wide).map(move |a| (d, a))) {
            let ink = glyph.black[down / look.tall * glyph.width + across / look.wide];
            let line = look.underlined && down + 2 > tall;
            if ink != look.inverse || line {
                self.paper.burn(x + across, y + down);
            }
        }
    }

    /// Whether nothing waits in the line; what comes now would be lost or misplaced otherwise.
    fn at_start(&mut self, what: &str) -> bool {
        let free = self.line.is_empty();
        if !free {
            let before = self.text.clone();
            self.fault(format!("{what} in the midst of the line {before:?}"));
        }
        free
    }

    fn escape(&mut self, bytes: &mut Bytes<'_>) -> Option<()> {
        match bytes.next()? {
            b'@' => {
                self.at_start("initialising");
                self.line.clear();
                self.text.clear();
                (self.look, self.align, self.page) = (PLAIN, 0, 0);
                self.spacing = SPACING;
                self.chinese = self.table == Table::Gb18030;
            }
            b'a' => {
                let align = bytes.next()? % 48;
                if self.at_start("aligning") {
                    self.align = align;
                }
            }
            b'E' | b'G' => self.look.bold = bytes.next()? & 1 == 1,
            b'-' => self.look.underlined = bytes.next()? % 48 != 0,
            b'M' => self.look.small = bytes.next()? % 48 == 1,
            b'!' => {
                let mode = bytes.next()?;
                self.look = Look {
                    small: mode & 0x01 != 0,
                    bold: mode & 0x08 != 0,
                    tall: 1 + usize::from(mode >> 4 & 1),
                    wide: 1 + usize::from(mode >> 5 & 1),
                    underlined: mode & 0x80 != 0,
                    ..self.look
                };
            }
            b'2' => self.spacing = SPACING,
            b'3' => self.spacing = bytes.next()?.into(),
            b't' => self.page = bytes.next()?,
            b'R' => {
                let country = bytes.next()?;
                if country != 0 {
                    self.fault(format!("letters of country {country} replace ours"));
                }
            }
            b'd' => {
                let lines = usize::from(bytes.next()?);
                if !self.line.is_empty() {
                    self.print_line();
                }
                self.paper.feed(lines * self.spacing);
            }
            b'J' => {
                let dots = bytes.next()?.into();
                self.paper.feed(dots);
            }
            b'i' | b'm' => self.cut(0),
            b'p' => {
                let pulse = bytes.take(3)?;
                if pulse[1] == 0 {
                    self.fault("a pulse of no length");
                }
                self.told.drawers.push(2 + pulse[0] % 48 * 3);
            }
            b'B' => {
                bytes.take(2)?;
                self.told.bells += 1;
            }
            other => self.fault(format!("ESC {other:02x} is nothing, at {}", bytes.at)),
        }
        Some(())
    }

    fn group(&mut self, bytes: &mut Bytes<'_>) -> Option<()> {
        match bytes.next()? {
            b'!' => {
                let size = usize::from(bytes.next()?);
                (self.look.wide, self.look.tall) = ((size >> 4 & 7) + 1, (size & 7) + 1);
            }
            b'B' => self.look.inverse = bytes.next()? & 1 == 1,
            b'V' => {
                let how = bytes.next()?;
                let feed = if how >= 65 {
                    TO_KNIFE + usize::from(bytes.next()?)
                } else {
                    0
                };
                if self.at_start("cutting") {
                    self.cut(feed);
                }
            }
            b'v' => self.raster(bytes)?,
            b'(' => self.long(bytes)?,
            b'h' => self.bar.0 = bytes.next()?.into(),
            b'w' => self.bar.1 = bytes.next()?.into(),
            b'H' => self.bar.2 = bytes.next()? % 48,
            b'f' => _ = bytes.next()?,
            b'k' => self.barcode(bytes)?,
            other => self.fault(format!("GS {other:02x} is nothing, at {}", bytes.at)),
        }
        Some(())
    }

    fn wide(&mut self, bytes: &mut Bytes<'_>) -> Option<()> {
        let known = self.table == Table::Gb18030;
        match bytes.next()? {
            // A printer without such letters passes over both.
            b'&' => self.chinese = known,
            b'.' => self.chinese = false,
            other => self.fault(format!("FS {other:02x} is nothing, at {}", bytes.at)),
        }
        Some(())
    }

    fn real_time(&mut self, bytes: &mut Bytes<'_>) -> Option<()> {
        match bytes.next()? {
            0x04 => _ = bytes.next()?,
            0x14 => {
                bytes.take(3)?;
                self.fault("a drawer opened at once");
            }
            other => self.fault(format!("DLE {other:02x} is nothing, at {}", bytes.at)),
        }
        Some(())
    }

    fn cut(&mut self, feed: usize) {
        self.paper.feed(feed);
        let y = self.paper.rows();
        self.paper.feed(2);
        for x in (0..self.dots).filter(|x| x / 8 % 2 == 0) {
            self.paper.burn(x, y);
        }
        self.told.cuts += 1;
    }

    /// Real-time commands are obeyed wherever they stand, also among dots.
    fn obeys(&mut self, data: &[u8], what: &str) {
        let hidden = |w: &[u8]| w[0] == 0x10 && matches!(w[1], 0x04 | 0x05 | 0x14);
        if data.windows(2).any(hidden) {
            self.fault(format!("a command is hidden in {what}"));
        }
    }

    fn raster(&mut self, bytes: &mut Bytes<'_>) -> Option<()> {
        let head = bytes.take(6)?;
        let width = usize::from(head[2]) + usize::from(head[3]) * 256;
        let rows = usize::from(head[4]) + usize::from(head[5]) * 256;
        let data = bytes.take(width * rows)?;
        self.obeys(data, "a picture");
        if head[0] != b'0' || width * 8 > self.dots {
            self.fault(format!("a picture {} dots wide", width * 8));
        }
        if self.at_start("a picture") {
            let (left, top) = (self.left(width * 8), self.paper.rows());
            self.paper.feed(rows);
            for (at, byte) in data.iter().enumerate() {
                for bit in (0..8).filter(|bit| byte << bit & 0x80 != 0) {
                    self.paper
                        .burn(left + at % width * 8 + bit, top + at / width);
                }
            }
        }
        Some(())
    }

    /// Commands with their length; of them only QR codes.
    fn long(&mut self, bytes: &mut Bytes<'_>) -> Option<()> {
        let head = bytes.take(3)?;
        let length = usize::from(head[1]) + usize::from(head[2]) * 256;
        let data = bytes.take(length)?;
        self.obeys(data, "a code");
        match (head[0], data) {
            (b'k', [b'1', b'A', model, _]) if *model != b'2' => {
                self.fault("a QR code of the old model");
            }
            (b'k', [b'1', b'A', ..]) => {}
            (b'k', [b'1', b'C', size]) => self.qr.1 = *size,
            (b'k', [b'1', b'E', level]) => self.qr.2 = *level,
            (b'k', [b'1', b'P', b'0', data @ ..]) => self.qr.0 = data.to_vec(),
            (b'k', [b'1', b'Q', b'0']) => self.draw_qr(),
            _ => self.fault(format!("GS ( {:02x} of {length} is nothing", head[0])),
        }
        Some(())
    }

    fn draw_qr(&mut self) {
        let (data, size, level) = (self.qr.0.clone(), usize::from(self.qr.1), self.qr.2);
        let code = bars::qr(&data, level).filter(|(_, width)| width * size <= self.dots);
        let Some((dark, width)) = code else {
            return self.fault("a QR code that does not fit is not printed");
        };
        if !self.at_start("a QR code") {
            return;
        }
        let (left, top) = (self.left(width * size), self.paper.rows());
        self.paper.feed(width * size);
        for (at, _) in dark.iter().enumerate().filter(|(_, dark)| **dark) {
            for dot in 0..size * size {
                let (x, y) = (
                    at % width * size + dot % size,
                    at / width * size + dot / size,
                );
                self.paper.burn(left + x, top + y);
            }
        }
        self.told
            .codes
            .push(String::from_utf8_lossy(&data).into_owned());
    }

    fn barcode(&mut self, bytes: &mut Bytes<'_>) -> Option<()> {
        let kind = bytes.next()?;
        let data = if kind < 65 {
            bytes.until_zero()?
        } else {
            let length = bytes.next()?.into();
            bytes.take(length)?
        };
        self.obeys(data, "a barcode");
        let (height, module, below) = self.bar;
        let drawn = (kind == 73).then(|| bars::code128(data)).flatten();
        let Some((bars, text)) = drawn.filter(|(bars, _)| bars.len() * module <= self.dots) else {
            self.fault(format!(
                "a barcode of kind {kind} that does not fit is not printed"
            ));
            return Some(());
        };
        if self.at_start("a barcode") {
            let (left, top) = (self.left(bars.len() * module), self.paper.rows());
            self.paper.feed(height);
            for (x, y) in (0..bars.len() * module).flat_map(|x| (0..height).map(move |y| (x, y))) {
                if bars[x / module] {
                    self.paper.burn(left + x, top + y);
                }
            }
            if below != 2 {
                self.fault("a barcode without its text below");
            }
            // The text itself is told, not drawn: its place differs from maker to maker.
            self.paper.feed(SPACING);
            self.told.bars.push(text);
        }
        Some(())
    }
}

/// What is left of the job.
struct Bytes<'b> {
    all: &'b [u8],
    at: usize,
}

impl<'b> Bytes<'b> {
    fn next(&mut self) -> Option<u8> {
        let byte = self.all.get(self.at).copied()?;
        self.at += 1;
        Some(byte)
    }

    fn take(&mut self, count: usize) -> Option<&'b [u8]> {
        let taken = self.all.get(self.at..self.at + count)?;
        self.at += count;
        Some(taken)
    }

    fn until_zero(&mut self) -> Option<&'b [u8]> {
        let length = self.all[self.at..].iter().position(|byte| *byte == 0)?;
        let taken = self.take(length)?;
        self.at += 1;
        Some(taken)
    }
}
