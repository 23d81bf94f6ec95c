//! What one printer can do. A preset is a beginning; each thing can be set apart.

use crate::display::code_page::CodePage;
use serde::{Deserialize, Serialize};

/// What a printer can do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(default, rename_all = "kebab-case")]
pub struct Profile {
    /// Dots across the paper that can be printed.
    pub dots: u16,
    /// Letters of normal size in a line.
    pub columns: u8,
    /// Its own letters.
    pub letters: Letters,
    /// Who numbered its code pages.
    pub maker: Maker,
    /// Whether it draws QR codes itself.
    pub draws_qr: bool,
    /// Whether it draws CODE128 itself.
    pub draws_code128: bool,
    /// How it cuts.
    pub cut: Cut,
    /// So many lines bring the last one out, where nothing cuts.
    pub tear_lines: u8,
    /// The drawer's pin.
    pub drawer: DrawerPin,
    /// How it rings.
    pub bell: Bell,
    /// At most so many rows of a picture in one command; weak Bluetooth printers take 24.
    pub band_rows: u16,
}

/// The letters that a printer has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum Letters {
    /// Of a code page. What it lacks is drawn as a picture where we have a font, else written in plain letters.
    Own(CodePage),
    /// None that would do: all text is drawn as pictures.
    Drawn,
}

/// Whose numbers the code pages have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum Maker {
    /// Epson, and who follows it.
    #[default]
    Epson,
    /// Zjiang, and the many names its printers are sold under.
    Zjiang,
    /// Rongta.
    Rongta,
}

/// How a printer cuts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum Cut {
    /// It does not: the paper is torn off.
    None,
    /// It brings the paper to the knife itself.
    #[default]
    Feeding,
    /// The old command; the paper is brought out before.
    Old,
}

/// Which pin of the drawer's plug gets the pulse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum DrawerPin {
    /// Pin 2, the usual one.
    #[default]
    Two,
    /// Pin 5.
    Five,
}

/// How a printer rings. There is no command that all have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(rename = "PrinterBell"))]
#[serde(rename_all = "kebab-case")]
pub enum Bell {
    /// It does not.
    #[default]
    None,
    /// At the clones' command. Others would print letters.
    Command,
    /// A bell hangs on the drawer's plug, on the pin that the drawer does not take.
    Plug,
}

/// Kinds of printers to choose from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum Preset {
    /// 58 mm with Chinese letters, without a knife.
    Chinese58,
    /// 80 mm with Chinese letters.
    Chinese80,
    /// 58 mm with western letters, without a knife: Zjiang and its kin.
    Western58,
    /// 80 mm with western letters: Epson and its kin.
    Western80,
    /// 80 mm with a narrower head: 512 dots.
    Western80Narrow,
    /// 58 mm, all text drawn: for letters that the printer lacks.
    Drawn58,
    /// 80 mm, all text drawn.
    Drawn80,
}

impl Preset {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Chinese58,
        Self::Chinese80,
        Self::Western58,
        Self::Western80,
        Self::Western80Narrow,
        Self::Drawn58,
        Self::Drawn80,
    ];

    /// What such a printer can do.
    pub fn profile(self) -> Profile {
        let narrow = Profile {
            dots: 384,
            columns: 32,
            cut: Cut::None,
            ..Profile::default()
        };
        let western = Letters::Own(CodePage::Cp858);
        match self {
            Self::Chinese58 => narrow,
            Self::Chinese80 => Profile::default(),
            Self::Western58 => Profile {
                letters: western,
                maker: Maker::Zjiang,
                draws_qr: false,
                draws_code128: false,
                ..narrow
            },
            Self::Western80 => Profile {
                letters: western,
                ..Profile::default()
            },
            Self::Western80Narrow => Profile {
                letters: western,
                dots: 512,
                columns: 42,
                ..Profile::default()
            },
            Self::Drawn58 => Profile {
                letters: Letters::Drawn,
                draws_qr: false,
                ..narrow
            },
            Self::Drawn80 => Profile {
                letters: Letters::Drawn,
                draws_qr: false,
                ..Profile::default()
            },
        }
    }
}

impl Default for Profile {
    fn default() -> Self {
        Self {
            dots: 576,
            columns: 48,
            letters: Letters::Own(CodePage::Gb18030),
            maker: Maker::Epson,
            draws_qr: true,
            draws_code128: true,
            cut: Cut::Feeding,
            tear_lines: 4,
            drawer: DrawerPin::Two,
            bell: Bell::None,
            band_rows: 256,
        }
    }
}

impl Profile {
    /// With everything within what a printer can have, whatever a file said. An amount always fits the narrowest.
    pub fn bounded(&self) -> Self {
        Self {
            dots: self.dots.clamp(336, 1_024) / 8 * 8,
            columns: self.columns.clamp(28, 85),
            tear_lines: self.tear_lines.min(20),
            band_rows: self.band_rows.clamp(8, 1_024),
            ..self.clone()
        }
    }

    /// Whether a pulse on this pin of the drawer's plug, 2 or 5, is the bell's.
    pub fn rings_on(&self, pin: u8) -> bool {
        let drawer = match self.drawer {
            DrawerPin::Two => 2,
            DrawerPin::Five => 5,
        };
        self.bell == Bell::Plug && pin != drawer
    }

    /// The code page that text is written in.
    pub(crate) fn page(&self) -> CodePage {
        match self.letters {
            // Drawn letters fall back to what every printer has.
            Letters::Drawn => CodePage::Ascii,
            // Without a number the printer cannot be told; ASCII stands on every page.
            Letters::Own(page) if !is_two_byte(page) && self.maker.number(page).is_none() => {
                CodePage::Ascii
            }
            Letters::Own(page) => page,
        }
    }
}

/// Whether a letter takes two bytes and two columns.
pub(crate) fn is_two_byte(page: CodePage) -> bool {
    use CodePage as P;
    matches!(page, P::Gb18030 | P::Big5 | P::ShiftJis | P::EucKr)
}

impl Maker {
    /// The number of a code page; `None` where the maker has no such page.
    pub fn number(self, page: CodePage) -> Option<u8> {
        let table = match self {
            Self::Epson => EPSON,
            Self::Zjiang => ZJIANG,
            Self::Rongta => RONGTA,
        };
        let all = COMMON.iter().chain(table);
        all.clone()
            .find(|(known, _)| *known == page)
            .map(|(_, number)| *number)
    }

    /// The code page of a number.
    pub fn page(self, number: u8) -> Option<CodePage> {
        CodePage::ALL
            .into_iter()
            .find(|page| *page != CodePage::Ascii && self.number(*page) == Some(number))
    }
}

/// Numbers on which makers agree. ASCII is the lower half of any page.
const COMMON: &[(CodePage, u8)] = &[
    (CodePage::Ascii, 0),
    (CodePage::Cp437, 0),
    (CodePage::Cp850, 2),
    (CodePage::Cp860, 3),
    (CodePage::Cp863, 4),
    (CodePage::Cp865, 5),
    (CodePage::Cp1252, 16),
    (CodePage::Cp852, 18),
    (CodePage::Cp858, 19),
];

const EPSON: &[(CodePage, u8)] = &[
    (CodePage::Cp857, 13),
    (CodePage::Cp737, 14),
    (CodePage::Iso8859_7, 15),
    (CodePage::Cp866, 17),
    (CodePage::Cp775, 33),
    (CodePage::Cp855, 34),
    (CodePage::Iso8859_2, 39),
    (CodePage::Iso8859_15, 40),
    (CodePage::Cp1250, 45),
    (CodePage::Cp1251, 46),
    (CodePage::Cp1253, 47),
    (CodePage::Cp1254, 48),
    (CodePage::Cp1257, 51),
];

const ZJIANG: &[(CodePage, u8)] = &[
    (CodePage::Cp866, 17),
    (CodePage::Cp1257, 25),
    (CodePage::Cp855, 60),
    (CodePage::Cp857, 61),
    (CodePage::Cp737, 64),
    (CodePage::Cp1250, 72),
    (CodePage::Cp1251, 73),
    (CodePage::Cp1253, 90),
    (CodePage::Cp1254, 91),
    (CodePage::Cp775, 95),
];

const RONGTA: &[(CodePage, u8)] = &[
    (CodePage::Cp1251, 6),
    (CodePage::Cp866, 7),
    (CodePage::Cp1253, 17),
    (CodePage::Cp737, 24),
    (CodePage::Cp1257, 25),
    (CodePage::Cp855, 28),
    (CodePage::Cp857, 29),
    (CodePage::Cp1250, 30),
    (CodePage::Cp775, 31),
    (CodePage::Cp1254, 32),
    (CodePage::Iso8859_2, 36),
    (CodePage::Iso8859_7, 41),
    (CodePage::Iso8859_15, 44),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_is_one_page() {
        for maker in [Maker::Epson, Maker::Zjiang, Maker::Rongta] {
            for page in CodePage::ALL {
                if let Some(number) = maker.number(page).filter(|_| page != CodePage::Ascii) {
                    assert_eq!(maker.page(number), Some(page), "{maker:?} {number}");
                }
            }
            assert_eq!(maker.number(CodePage::Cp858), Some(19));
            assert_eq!(maker.page(255), None);
        }
        assert_eq!(Maker::Epson.number(CodePage::Cp1251), Some(46));
        assert_eq!(Maker::Rongta.number(CodePage::Cp866), Some(7));
    }

    #[test]
    fn a_broken_file_makes_no_broken_paper() {
        let odd: Profile =
            serde_json::from_str(r#"{"dots": 5, "columns": 255, "band-rows": 0}"#).unwrap();
        let bounded = odd.bounded();
        assert_eq!(
            (bounded.dots, bounded.columns, bounded.band_rows),
            (336, 85, 8)
        );
        for preset in Preset::ALL {
            assert_eq!(preset.profile().bounded(), preset.profile());
        }
        // A page that the maker lacks is not guessed at.
        let zjiang = Profile {
            letters: Letters::Own(CodePage::Iso8859_15),
            maker: Maker::Zjiang,
            ..Profile::default()
        };
        assert_eq!(zjiang.page(), CodePage::Ascii);
    }
}
