//! Blocks to the bytes of ESC/POS, only commands that nearly every receipt printer knows.

use super::{
    bitmap::{Bitmap, Grey},
    layout,
    letters::{self, Written},
    profile::{Bell, Cut, DrawerPin, Letters, Profile, is_two_byte},
    receipt::{Align, BLOCKS_MAX, Block, PAPERS_MAX, Receipt, Size, Style},
};
use crate::{Script, display::code_page::CodePage};

mod codes;
mod draw;

/// Draws text that the printer has no letters for. Pages have no say in it: the font is this computer's.
pub trait Typeface {
    /// Draws `text` into a picture `width` dots wide, broken into lines where it is longer.
    fn draw(&mut self, text: &str, hand: Hand, width: usize) -> Bitmap;
}

/// How text is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hand {
    /// The height of its letters in dots.
    pub height: usize,
    /// Whether it is bold.
    pub bold: bool,
    /// Where each line stands.
    pub align: Align,
}

impl Hand {
    /// From one line's top to the next.
    pub fn line_rows(self) -> usize {
        self.height + self.height / 4
    }
}

/// What a receipt may need besides itself.
#[derive(Default)]
pub struct Extras<'a> {
    /// The shop's logo.
    pub logo: Option<&'a Grey>,
    /// Who draws what the printer has no letters for. Without it such text is in plain letters.
    pub typeface: Option<&'a mut dyn Typeface>,
}

/// What is sent to the printer for a receipt.
pub fn script(receipt: &Receipt, profile: &Profile, extras: Extras<'_>) -> Script {
    Script::bytes(bytes(receipt, profile, extras))
}

/// The bytes of a receipt.
pub fn bytes(receipt: &Receipt, profile: &Profile, extras: Extras<'_>) -> Vec<u8> {
    let mut press = Press::new(profile, extras);
    press.begin();
    let mut on_paper = 0;
    for block in receipt.blocks.iter().take(BLOCKS_MAX * PAPERS_MAX) {
        on_paper += 1;
        if on_paper <= BLOCKS_MAX || *block == Block::Cut {
            press.block(block);
        }
        if *block == Block::Cut {
            on_paper = 0;
        }
    }
    press.out
}

/// A receipt on its way to bytes.
struct Press<'a> {
    profile: Profile,
    page: CodePage,
    extras: Extras<'a>,
    out: Vec<u8>,
    /// How the printer writes now.
    style: Style,
}

impl<'a> Press<'a> {
    fn new(profile: &Profile, extras: Extras<'a>) -> Self {
        let profile = profile.bounded();
        Self {
            page: profile.page(),
            profile,
            extras,
            out: Vec::with_capacity(2048),
            style: Style::default(),
        }
    }

    fn columns(&self) -> usize {
        usize::from(self.profile.columns)
    }

    fn dots(&self) -> usize {
        usize::from(self.profile.dots)
    }

    fn send(&mut self, bytes: &[u8]) {
        self.out.extend_from_slice(bytes);
    }

    fn begin(&mut self) {
        self.send(&[0x1b, 0x40]);
        // Set to China, some print a yuan sign for a dollar's.
        self.send(&[0x1b, 0x52, 0x00]);
        if is_two_byte(self.page) {
            self.send(&[0x1c, 0x26]);
            if self.page == CodePage::ShiftJis {
                self.send(&[0x1c, 0x43, 0x01]);
            }
        } else {
            // Many begin with two-byte letters, and would take an accent for half a Chinese one.
            self.send(&[0x1c, 0x2e]);
            let number = self.profile.maker.number(self.page).unwrap_or_default();
            self.send(&[0x1b, 0x74, number]);
        }
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Text { text, style } => self.text(text, *style),
            Block::Figure { text } => self.figure(text),
            Block::Pair { left, right, bold } => self.pair(left, right, *bold),
            Block::Rule => {
                let rule = "-".repeat(self.columns());
                self.line(&Written::new(CodePage::Ascii, &rule), Style::default());
            }
            Block::Qr { data } => self.qr(data),
            Block::Barcode(barcode) => self.barcode(barcode),
            Block::Logo => {
                if let Some(logo) = self.extras.logo {
                    let dots = logo.dots(self.dots(), self.dots() / 2);
                    self.picture_in_the_middle(&dots);
                }
            }
            Block::Feed { lines } => self.feed((*lines).min(50)),
            Block::Cut => match self.profile.cut {
                Cut::None => self.feed(self.profile.tear_lines),
                Cut::Feeding => self.send(&[0x1d, 0x56, 0x42, 0x00]),
                Cut::Old => {
                    self.feed(self.profile.tear_lines);
                    self.send(&[0x1b, 0x6d]);
                }
            },
            Block::Drawer => {
                // 50 ms on, half a second off: no drawer's coil minds, and every latch opens.
                self.send(&[0x1b, 0x70, self.drawer_pin(), 0x19, 0xfa]);
            }
            Block::Bell => match self.profile.bell {
                Bell::None => {}
                // Twice, for a fifth of a second each.
                Bell::Command => self.send(&[0x1b, 0x42, 0x02, 0x04]),
                // For a fifth of a second.
                Bell::Plug => self.send(&[0x1b, 0x70, 1 - self.drawer_pin(), 0x64, 0xfa]),
            },
        }
    }

    /// The drawer's pin, as commands have it.
    fn drawer_pin(&self) -> u8 {
        match self.profile.drawer {
            DrawerPin::Two => 0,
            DrawerPin::Five => 1,
        }
    }

    fn feed(&mut self, lines: u8) {
        if lines > 0 {
            self.send(&[0x1b, 0x64, lines]);
        }
    }

    /// Whether text is better drawn than written.
    fn is_drawn(&self, text: &str) -> bool {
        self.extras.typeface.is_some()
            && (self.profile.letters == Letters::Drawn || !letters::has_all(self.page, text))
    }

    fn text(&mut self, text: &str, style: Style) {
        let lines = layout::clean_lines(text);
        if self.is_drawn(text) {
            return self.drawn_text(&lines.join("\n"), style);
        }
        let room = self.columns() / style.size.wide();
        for line in lines {
            for written in Written::new(self.page, &line).lines(room) {
                self.line(&written, style);
            }
        }
    }

    fn figure(&mut self, text: &str) {
        let text = layout::clean(text);
        if self.is_drawn(&text) {
            return self.drawn_figure(&text);
        }
        let written = Written::new(self.page, &text);
        let style = Style {
            align: Align::Centre,
            bold: true,
            size: layout::figure_size(written.columns(), self.columns()),
        };
        for line in written.lines(self.columns() / style.size.wide()) {
            self.line(&line, style);
        }
    }

    fn pair(&mut self, left: &str, right: &str, bold: bool) {
        let (left, right) = (layout::clean(left), layout::clean(right));
        if self.is_drawn(&left) || self.is_drawn(&right) {
            return self.drawn_pair(&left, &right, bold);
        }
        let style = Style {
            bold,
            ..Style::default()
        };
        for line in layout::pair(self.page, &left, &right, self.columns()) {
            self.line(&line, style);
        }
    }

    fn line(&mut self, line: &Written, style: Style) {
        self.take(style);
        self.out.extend(line.bytes());
        self.out.push(0x0a);
    }

    /// Sets what differs from how the printer writes now; only at a line's beginning.
    fn take(&mut self, style: Style) {
        if style.align != self.style.align {
            let align = match style.align {
                Align::Left => 0,
                Align::Centre => 1,
                Align::Right => 2,
            };
            self.send(&[0x1b, 0x61, align]);
        }
        if style.bold != self.style.bold {
            self.send(&[0x1b, 0x45, u8::from(style.bold)]);
        }
        if style.size != self.style.size {
            let size = match style.size {
                Size::Normal => 0x00,
                Size::Tall => 0x01,
                Size::Double => 0x11,
            };
            self.send(&[0x1d, 0x21, size]);
        }
        self.style = style;
    }
}

#[cfg(test)]
mod tests;
