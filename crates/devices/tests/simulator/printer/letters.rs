//! The printer's letters: which bytes mean which, and how they look in its cells of dots.

use cosmic_text::{
    Attrs, Buffer, Color, Family, FontSystem, Metrics, Shaping, SwashCache, Weight, Wrap,
};
use encoding_rs::{
    Encoding, GB18030, IBM866, ISO_8859_2, ISO_8859_15, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252,
};
use std::collections::HashMap;

/// Which letters the printer was made with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Table {
    /// Two bytes to a Chinese letter, as it is switched on; code pages where it is told to.
    Gb18030,
    /// Code pages only.
    Western,
}

impl Table {
    pub(crate) fn named(name: &str) -> Option<Self> {
        match name {
            "gb18030" => Some(Self::Gb18030),
            "western" => Some(Self::Western),
            _ => None,
        }
    }
}

/// Two bytes as a Chinese letter.
pub(crate) fn chinese(pair: [u8; 2]) -> Option<char> {
    let (text, broken) = GB18030.decode_without_bom_handling(&pair);
    let mut all = text.chars();
    all.next().filter(|_| !broken && all.next().is_none())
}

/// The upper half of code page 437, of which the others of that family are variations.
const CP437: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";
/// That of code page 850.
const CP850: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{ad}±‗¾¶§÷¸°¨·¹³²■\u{a0}";

/// A byte of a code page, by the number that Epson gives the page.
pub(crate) fn paged(page: u8, byte: u8) -> Option<char> {
    if byte < 0x80 {
        return Some(char::from(byte));
    }
    let upper = |table: &str| table.chars().nth(usize::from(byte - 0x80));
    let web = |encoding: &'static Encoding| {
        let (text, broken) = encoding.decode_without_bom_handling(std::slice::from_ref(&byte));
        text.chars().next().filter(|_| !broken)
    };
    match page {
        0 => upper(CP437),
        2 => upper(CP850),
        // 850 with the euro's sign.
        19 => upper(CP850).map(|letter| if byte == 0xd5 { '€' } else { letter }),
        16 => web(WINDOWS_1252),
        17 => web(IBM866),
        39 => web(ISO_8859_2),
        40 => web(ISO_8859_15),
        45 => web(WINDOWS_1250),
        46 => web(WINDOWS_1251),
        _ => None,
    }
}

/// A letter in its cell.
#[derive(Clone)]
pub(crate) struct Glyph {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) black: Vec<bool>,
}

/// Looks letters up in the system's fonts, once each.
pub(crate) struct Letters {
    fonts: FontSystem,
    drawn: SwashCache,
    known: HashMap<(char, usize, usize, bool), Glyph>,
}

impl Letters {
    pub(crate) fn new() -> Self {
        Self {
            fonts: FontSystem::new(),
            drawn: SwashCache::new(),
            known: HashMap::new(),
        }
    }

    /// A letter in a cell of this size.
    pub(crate) fn glyph(&mut self, letter: char, width: usize, height: usize, bold: bool) -> Glyph {
        let key = (letter, width, height, bold);
        if let Some(known) = self.known.get(&key) {
            return known.clone();
        }
        let glyph = self.draw(letter, width, height, bold);
        self.known.insert(key, glyph.clone());
        glyph
    }

    fn draw(&mut self, letter: char, width: usize, height: usize, bold: bool) -> Glyph {
        let size = (height - height / 8) as f32;
        let mut buffer = Buffer::new(&mut self.fonts, Metrics::new(size, height as f32));
        buffer.set_wrap(Wrap::None);
        let weight = if bold { Weight::BOLD } else { Weight::NORMAL };
        let attrs = Attrs::new()
            .family(Family::Name("Noto Sans Mono CJK SC"))
            .weight(weight);
        let text = letter.to_string();
        buffer.set_text(&text, &attrs, Shaping::Advanced, None);
        buffer.shape_until_scroll(&mut self.fonts, false);
        let advance = buffer
            .layout_runs()
            .map(|run| run.line_w.ceil() as usize)
            .max()
            .unwrap_or(0);
        let margin = width.saturating_sub(advance) / 2;
        let mut black = vec![false; width * height];
        let ink = Color::rgb(0, 0, 0);
        buffer.draw(
            &mut self.fonts,
            &mut self.drawn,
            ink,
            |x, y, w, h, shade| {
                if shade.a() < 0x60 {
                    return;
                }
                for (down, across) in (0..h as i32).flat_map(|d| (0..w as i32).map(move |a| (d, a)))
                {
                    if let (Ok(x), Ok(y)) = (usize::try_from(x + across), usize::try_from(y + down))
                        && x + margin < width
                        && y < height
                    {
                        black[y * width + x + margin] = true;
                    }
                }
            },
        );
        Glyph {
            width,
            height,
            black,
        }
    }
}
