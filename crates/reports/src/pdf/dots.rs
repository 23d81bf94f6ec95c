//! The same pages as dots, black and white, for printers whose drivers take drawings and no documents.

use super::{
    PdfError,
    fonts::{Fonts, Line},
    page::{self, HEIGHT, Op, WIDTH},
};
use crate::paper::Paper;
use cosmic_text::{FontSystem, SwashCache, SwashContent, SwashImage};

/// Lighter than this a grey is dotted.
const LIGHT: u8 = 128;
/// Of so many dots in a row one is black where a grey is dotted.
const DOTTED: usize = 4;
/// A letter's edge is black from this on, of 255.
const INK: u8 = 128;

/// A page of dots: rows from top to bottom, eight dots to a byte, the left one first; 1 is black.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dots {
    /// Dots from left to right.
    pub width: usize,
    /// Rows from top to bottom.
    pub rows: usize,
    /// The bytes of a row.
    pub bytes_a_row: usize,
    /// All rows.
    pub bytes: Vec<u8>,
}

/// The paper's pages with so many dots to the inch.
pub fn dots(paper: &Paper, inch: u16) -> Result<Vec<Dots>, PdfError> {
    let mut fonts = Fonts::of_system(&paper.language)?;
    let pages = page::lay(paper, &mut fonts)?;
    let mut brush = Brush {
        scale: f32::from(inch) / 72.0,
        fonts: fonts.system,
        letters: SwashCache::new(),
    };
    Ok(pages.iter().map(|ops| brush.page(ops)).collect())
}

struct Brush {
    /// Dots to the point.
    scale: f32,
    fonts: FontSystem,
    /// Each letter is drawn once.
    letters: SwashCache,
}

impl Brush {
    fn page(&mut self, ops: &[Op]) -> Dots {
        let mut dots = Dots::white(self.whole(WIDTH), self.whole(HEIGHT));
        for op in ops {
            match op {
                Op::Text { x, y, line } => self.text(&mut dots, line, (*x, *y)),
                Op::Block {
                    x,
                    y,
                    wide,
                    high,
                    shade,
                } => {
                    let (left, top) = (self.whole(*x), self.whole(*y));
                    let size = (self.whole(*wide).max(1), self.whole(*high).max(1));
                    dots.block((left, top), size, *shade);
                }
            }
        }
        dots
    }

    fn text(&mut self, dots: &mut Dots, line: &Line, (x, y): (f32, f32)) {
        for glyph in &line.glyphs {
            let place = glyph.physical((x * self.scale, y * self.scale), self.scale);
            let drawn = self.letters.get_image(&mut self.fonts, place.cache_key);
            if let Some(image) = drawn {
                let left = place.x + image.placement.left;
                dots.stamp(image, left, place.y - image.placement.top);
            }
        }
    }

    /// A length on paper in whole dots.
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a page is some thousand dots, and nothing on it begins before its edge"
    )]
    fn whole(&self, points: f32) -> usize {
        (points * self.scale).round().max(0.0) as usize
    }
}

impl Dots {
    fn white(width: usize, rows: usize) -> Self {
        let bytes_a_row = width.div_ceil(8);
        Self {
            width,
            rows,
            bytes_a_row,
            bytes: vec![0; bytes_a_row * rows],
        }
    }

    fn blacken(&mut self, x: usize, y: usize) {
        if x < self.width
            && let Some(byte) = self.bytes.get_mut(y * self.bytes_a_row + x / 8)
        {
            *byte |= 0x80 >> (x % 8);
        }
    }

    /// Whether a dot is black.
    pub fn is_black(&self, x: usize, y: usize) -> bool {
        let byte = self.bytes.get(y * self.bytes_a_row + x / 8);
        x < self.width && byte.is_some_and(|byte| byte & (0x80 >> (x % 8)) != 0)
    }

    fn block(&mut self, (left, top): (usize, usize), (wide, high): (usize, usize), shade: u8) {
        for y in top..(top + high).min(self.rows) {
            for x in left..(left + wide).min(self.width) {
                if shade < LIGHT || (x + y).is_multiple_of(DOTTED) {
                    self.blacken(x, y);
                }
            }
        }
    }

    /// A letter, where it is dark.
    fn stamp(&mut self, image: &SwashImage, left: i32, top: i32) {
        let wide = image.placement.width as usize;
        // A face in colours has four bytes to a dot, of which the last says whether anything is there.
        let (step, of) = match image.content {
            SwashContent::Mask => (1, 0),
            SwashContent::SubpixelMask | SwashContent::Color => (4, 3),
        };
        for (at, dot) in image.data.chunks_exact(step).enumerate() {
            let place = |from: i32, by: usize| usize::try_from(from).ok().map(|from| from + by);
            let x = place(left, at % wide.max(1));
            let y = place(top, at / wide.max(1));
            if let (Some(x), Some(y), true) = (x, y, dot[of] >= INK) {
                self.blacken(x, y);
            }
        }
    }
}
