//! Pictures in ESC/POS: bands of dots, and text that is drawn because the printer has no letters for it.

use super::{Hand, Press};
use crate::printer::{
    bitmap::Bitmap,
    receipt::{Align, Size, Style},
};

/// The height of letters of normal size, as printers have them.
const LETTER: usize = 24;
/// The smallest that a person reads without trouble.
const SMALL: usize = 18;
/// Between what stands on the left and what stands on the right.
const GAP: usize = 12;

impl Press<'_> {
    fn draw(&mut self, text: &str, hand: Hand, width: usize) -> Bitmap {
        match &mut self.extras.typeface {
            Some(typeface) => typeface.draw(text, hand, width),
            None => Bitmap::white(width, 0),
        }
    }

    pub(super) fn drawn_text(&mut self, text: &str, style: Style) {
        let hand = Hand {
            height: letter_height(style.size),
            bold: style.bold,
            align: style.align,
        };
        let picture = self.draw(text, hand, self.dots());
        self.picture(&picture);
    }

    /// As large as it stays on one line.
    pub(super) fn drawn_figure(&mut self, text: &str) {
        for size in [Size::Double, Size::Tall, Size::Normal] {
            let hand = Hand {
                height: letter_height(size),
                bold: true,
                align: Align::Centre,
            };
            let picture = self.draw(text, hand, self.dots());
            if picture.rows() <= hand.line_rows() || size == Size::Normal {
                return self.picture(&picture);
            }
        }
    }

    /// The right one whole and on one line, where the paper is wide enough for it.
    pub(super) fn drawn_pair(&mut self, left: &str, right: &str, bold: bool) {
        let hand = Hand {
            height: LETTER,
            bold,
            align: Align::Left,
        };
        let (dots, line) = (self.dots(), hand.line_rows());
        let right_part = self.draw(right, hand, dots);
        let ink = if right.is_empty() {
            0
        } else {
            right_part.ink_width()
        };
        let beside = dots.saturating_sub(ink + GAP);
        if right_part.rows() <= line && beside >= dots / 3 {
            let left_part = self.draw(left, hand, beside);
            let rows = left_part.rows().max(right_part.rows());
            let mut picture = Bitmap::white(dots, rows);
            picture.stamp(&left_part, 0, 0);
            picture.stamp(&right_part, dots - ink, rows - right_part.rows());
            return self.picture(&picture);
        }
        let left_part = self.draw(left, hand, dots);
        self.picture(&left_part);
        // An order number of twenty-eight digits is better small than broken.
        for height in [LETTER, SMALL] {
            let hand = Hand {
                height,
                align: Align::Right,
                ..hand
            };
            let right_part = self.draw(right, hand, dots);
            if right_part.rows() <= hand.line_rows() || height == SMALL {
                return self.picture(&right_part);
            }
        }
    }

    /// White is added on the left: not every printer aligns pictures.
    pub(super) fn picture_in_the_middle(&mut self, picture: &Bitmap) {
        let margin = self.dots().saturating_sub(picture.width()) / 2;
        let mut centred = Bitmap::white(margin + picture.width(), picture.rows());
        centred.stamp(picture, margin, 0);
        self.picture(&centred);
    }

    /// A picture from the paper's left edge, in bands that a printer can hold.
    pub(super) fn picture(&mut self, picture: &Bitmap) {
        self.take(Style::default());
        let bytes_a_row = picture.bytes_a_row().min(self.dots() / 8);
        let mut row = 0;
        while row < picture.rows() {
            let rows = usize::from(self.profile.band_rows).min(picture.rows() - row);
            let length = |n: usize| (n as u16).to_le_bytes();
            self.send(&[0x1d, 0x76, 0x30, 0x00]);
            self.send(&length(bytes_a_row));
            self.send(&length(rows));
            let mut band: Vec<u8> = (row..row + rows)
                .flat_map(|y| picture.row(y)[..bytes_a_row].to_vec())
                .collect();
            defuse(&mut band);
            self.out.extend(band);
            row += rows;
        }
    }
}

/// Printers obey real-time commands in the midst of a picture: one opens the drawer. A dot more keeps them apart.
fn defuse(band: &mut [u8]) {
    for i in 1..band.len() {
        if band[i - 1] == 0x10 && matches!(band[i], 0x04 | 0x05 | 0x14) {
            band[i - 1] |= 0x20;
        }
    }
}

fn letter_height(size: Size) -> usize {
    match size {
        Size::Normal => LETTER,
        Size::Tall => LETTER * 3 / 2,
        Size::Double => LETTER * 2,
    }
}
