//! A roll of paper: dots that were burnt into it.

/// White beside what can be printed: the paper is wider than the head.
const MARGIN: usize = 40;
/// No roll is longer here: two metres and a half.
const ROWS_MAX: usize = 20_000;

/// The paper.
pub(crate) struct Paper {
    width: usize,
    black: Vec<bool>,
}

impl Paper {
    pub(crate) fn new(width: usize) -> Self {
        Self {
            width,
            black: Vec::new(),
        }
    }

    /// Rows that have come out.
    pub(crate) fn rows(&self) -> usize {
        self.black.len() / self.width
    }

    /// Brings out so many more.
    pub(crate) fn feed(&mut self, rows: usize) {
        let rows = (self.rows() + rows).min(ROWS_MAX);
        self.black.resize(rows * self.width, false);
    }

    /// Burns a dot, on paper that has come out.
    pub(crate) fn burn(&mut self, x: usize, y: usize) {
        if x < self.width
            && let Some(dot) = self.black.get_mut(y * self.width + x)
        {
            *dot = true;
        }
    }

    /// The whole as greys, with the white beside it.
    pub(crate) fn picture(&self) -> (Vec<u8>, usize, usize) {
        let (wide, high) = (self.width + 2 * MARGIN, self.rows() + 2 * MARGIN);
        let mut shades = vec![0xff; wide * high];
        for (at, _) in self.black.iter().enumerate().filter(|(_, black)| **black) {
            let (x, y) = (at % self.width, at / self.width);
            shades[(y + MARGIN) * wide + x + MARGIN] = 0x20;
        }
        (shades, wide, high)
    }
}
