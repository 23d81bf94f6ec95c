//! Letters from this computer's fonts, for text that a printer has none for: any script, shaped and ordered.

use super::{
    bitmap::Bitmap,
    escpos::{Hand, Typeface},
    receipt::Align,
};
use cosmic_text::{
    Attrs, Buffer, Color, Family, FontSystem, Metrics, Shaping, SwashCache, Weight, Wrap,
};

/// The fonts that the system has. Finding them takes a moment: make one, and keep it.
pub struct SystemFont {
    fonts: FontSystem,
    glyphs: SwashCache,
}

impl SystemFont {
    /// Looks through the system's fonts; `None` where there is not one, as drawing would end in a panic there.
    pub fn find() -> Option<Self> {
        let fonts = FontSystem::new();
        let any = !fonts.db().is_empty();
        any.then(|| Self {
            fonts,
            glyphs: SwashCache::new(),
        })
    }
}

impl Typeface for SystemFont {
    fn draw(&mut self, text: &str, hand: Hand, width: usize) -> Bitmap {
        let line = hand.line_rows();
        let metrics = Metrics::new(hand.height as f32, line as f32);
        let mut buffer = Buffer::new(&mut self.fonts, metrics);
        // A word of a stranger's may have no end.
        buffer.set_wrap(Wrap::WordOrGlyph);
        buffer.set_size(Some(width as f32), None);
        let weight = if hand.bold {
            Weight::BOLD
        } else {
            Weight::NORMAL
        };
        let attrs = Attrs::new().family(Family::SansSerif).weight(weight);
        let align = match hand.align {
            Align::Left => cosmic_text::Align::Left,
            Align::Centre => cosmic_text::Align::Center,
            Align::Right => cosmic_text::Align::Right,
        };
        buffer.set_text(text, &attrs, Shaping::Advanced, Some(align));
        buffer.shape_until_scroll(&mut self.fonts, false);
        let lines = buffer.layout_runs().count();
        let mut bitmap = Bitmap::white(width, lines * line);
        let black = Color::rgb(0, 0, 0);
        buffer.draw(
            &mut self.fonts,
            &mut self.glyphs,
            black,
            |x, y, w, h, shade| {
                // Half covered is black: paper knows no greys.
                if shade.a() < 0x70 {
                    return;
                }
                for (down, across) in (0..h as i32).flat_map(|d| (0..w as i32).map(move |a| (d, a)))
                {
                    if let (Ok(x), Ok(y)) = ((x + across).try_into(), (y + down).try_into()) {
                        bitmap.blacken(x, y);
                    }
                }
            },
        );
        bitmap
    }
}
