//! Dots: black or not, eight to a byte, as printers take them; and grey pictures that become dots.

use serde::{Deserialize, Serialize};

/// No picture on paper is higher: a metre and a half.
pub const ROWS_MAX: usize = 12_000;
/// No picture that comes in is wider or higher.
pub const GREY_MAX: usize = 4_096;

/// Black dots on white paper, row by row, the leftmost dot in the highest bit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Bitmap {
    width: usize,
    rows: usize,
    bytes: Vec<u8>,
}

impl Bitmap {
    /// All white. The width is at most that of the widest paper we know, the height [`ROWS_MAX`].
    pub fn white(width: usize, rows: usize) -> Self {
        let (width, rows) = (width.clamp(1, GREY_MAX), rows.min(ROWS_MAX));
        Self {
            width,
            rows,
            bytes: vec![0; width.div_ceil(8) * rows],
        }
    }

    /// From a printer's bytes; what is missing is white.
    pub fn from_bytes(bytes_a_row: usize, rows: usize, bytes: &[u8]) -> Self {
        let mut bitmap = Self::white(bytes_a_row * 8, rows);
        for (here, come) in bitmap.bytes.iter_mut().zip(bytes) {
            *here = *come;
        }
        bitmap
    }

    /// Dots from left to right.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Rows from top to bottom.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Bytes in one row.
    pub fn bytes_a_row(&self) -> usize {
        self.width.div_ceil(8)
    }

    /// One row's bytes; empty below the last.
    pub fn row(&self, row: usize) -> &[u8] {
        let length = self.bytes_a_row();
        self.bytes
            .get(row * length..(row + 1) * length)
            .unwrap_or_default()
    }

    /// Makes a dot black; beyond the edges nothing happens.
    pub fn blacken(&mut self, x: usize, y: usize) {
        let length = self.bytes_a_row();
        if x < self.width
            && y < self.rows
            && let Some(byte) = self.bytes.get_mut(y * length + x / 8)
        {
            *byte |= 0x80 >> (x % 8);
        }
    }

    /// Whether a dot is black; beyond the edges all is white.
    pub fn is_black(&self, x: usize, y: usize) -> bool {
        x < self.width
            && self
                .row(y)
                .get(x / 8)
                .is_some_and(|byte| byte & (0x80 >> (x % 8)) != 0)
    }

    /// Draws another over this one, its left upper corner at `x`, `y`.
    pub fn stamp(&mut self, other: &Self, x: usize, y: usize) {
        for row in 0..other.rows {
            for column in 0..other.width {
                if other.is_black(column, row) {
                    self.blacken(x + column, y + row);
                }
            }
        }
    }

    /// So many dots from the left hold all that is black.
    pub fn ink_width(&self) -> usize {
        (0..self.rows)
            .filter_map(|y| (0..self.width).rev().find(|x| self.is_black(*x, y)))
            .max()
            .map_or(0, |last| last + 1)
    }
}

/// A picture in greys, 0 black to 255 white: a shop's logo as it came from a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "GreyParts")]
pub struct Grey {
    width: usize,
    height: usize,
    shades: Vec<u8>,
}

#[derive(Deserialize)]
struct GreyParts {
    width: usize,
    height: usize,
    shades: Vec<u8>,
}

impl TryFrom<GreyParts> for Grey {
    type Error = &'static str;
    fn try_from(parts: GreyParts) -> Result<Self, Self::Error> {
        Self::new(parts.width, parts.height, parts.shades)
            .ok_or("a picture has width times height shades")
    }
}

impl Grey {
    /// `None` when the shades do not fill the picture, or it is larger than [`GREY_MAX`] either way.
    pub fn new(width: usize, height: usize, shades: Vec<u8>) -> Option<Self> {
        let sane = (1..=GREY_MAX).contains(&width) && (1..=GREY_MAX).contains(&height);
        (sane && shades.len() == width * height).then_some(Self {
            width,
            height,
            shades,
        })
    }

    /// As dots, made smaller where it is wider than `most_width` or higher than `most_rows`, its proportions kept.
    pub fn dots(&self, most_width: usize, most_rows: usize) -> Bitmap {
        let (mut width, mut rows) = (self.width, self.height);
        if width > most_width {
            (width, rows) = (most_width, (rows * most_width / width).max(1));
        }
        if rows > most_rows {
            (width, rows) = ((width * most_rows / rows).max(1), most_rows);
        }
        // Shades that a dot cannot show are handed on to its neighbours, so that greys come out as patterns.
        let mut bitmap = Bitmap::white(width, rows);
        let mut owed = vec![0_i32; width + 2];
        for y in 0..rows {
            let mut below = vec![0_i32; width + 2];
            let mut right = 0;
            for x in 0..width {
                let shade = self.mean(x, y, width, rows) + right + owed[x + 1];
                let black = shade < 128;
                if black {
                    bitmap.blacken(x, y);
                }
                let rest = shade - if black { 0 } else { 255 };
                right = rest * 7 / 16;
                below[x] += rest * 3 / 16;
                below[x + 1] += rest * 5 / 16;
                below[x + 2] += rest / 16;
            }
            owed = below;
        }
        bitmap
    }

    /// The mean shade of what one dot of the smaller picture stands for.
    fn mean(&self, x: usize, y: usize, width: usize, rows: usize) -> i32 {
        let span = |at: usize, of: usize, full: usize| {
            let from = at * full / of;
            from..((at + 1) * full / of).max(from + 1)
        };
        let (mut sum, mut count) = (0_u32, 0_u32);
        for row in span(y, rows, self.height) {
            for column in span(x, width, self.width) {
                sum += u32::from(self.shades[row * self.width + column]);
                count += 1;
            }
        }
        (sum / count.max(1)) as i32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_are_where_they_were_put() {
        let mut bitmap = Bitmap::white(10, 2);
        for (x, y) in [(0, 0), (9, 1), (10, 0), (0, 2)] {
            bitmap.blacken(x, y);
        }
        assert_eq!(bitmap.row(0), [0x80, 0]);
        assert_eq!(bitmap.row(1), [0, 0x40]);
        assert_eq!(bitmap.row(2), [0_u8; 0]);
        assert!(bitmap.is_black(9, 1) && !bitmap.is_black(10, 0));
        assert_eq!(bitmap.ink_width(), 10);
        assert_eq!(
            Bitmap::from_bytes(2, 2, &[0x80, 0, 0, 0x40]).row(1),
            bitmap.row(1)
        );
    }

    #[test]
    fn a_logo_keeps_its_proportions_and_its_grey() {
        let grey = Grey::new(1000, 500, vec![128; 500_000]).unwrap();
        let dots = grey.dots(384, 200);
        assert_eq!((dots.width(), dots.rows()), (384, 192));
        let black: usize = (0..192)
            .map(|y| (0..384).filter(|x| dots.is_black(*x, y)).count())
            .sum();
        let share = black * 100 / (384 * 192);
        assert!((45..=55).contains(&share), "{share} % black");
        assert_eq!(Grey::new(2, 2, vec![0; 3]), None);
        assert_eq!(Grey::new(GREY_MAX + 1, 1, vec![0; GREY_MAX + 1]), None);
    }
}
