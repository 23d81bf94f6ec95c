//! Which bytes stand for which letters on a device; what it lacks is written in plain letters or left out.

use encoding_rs::Encoding;
use icu_normalizer::ComposingNormalizerBorrowed;
use oem_cp::code_table as dos;
use serde::{Deserialize, Serialize};

mod plain;

/// A set of letters that a device has. Scripts that are written from the right or whose letters join need a display
/// that can order them; none of the sets here does, so they are not offered and such text is written in Latin letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum CodePage {
    /// Only what every display has.
    #[default]
    Ascii,
    /// American and western European, DOS.
    Cp437,
    /// Greek, DOS.
    Cp737,
    /// Baltic, DOS.
    Cp775,
    /// Western European, DOS.
    Cp850,
    /// Central European, DOS.
    Cp852,
    /// Cyrillic of the Balkans, DOS.
    Cp855,
    /// Turkish, DOS.
    Cp857,
    /// Western European with the euro, DOS.
    Cp858,
    /// Portuguese, DOS.
    Cp860,
    /// Canadian French, DOS.
    Cp863,
    /// Nordic, DOS.
    Cp865,
    /// Cyrillic, DOS.
    Cp866,
    /// Central European, Windows.
    Cp1250,
    /// Cyrillic, Windows.
    Cp1251,
    /// Western European, Windows.
    Cp1252,
    /// Greek, Windows.
    Cp1253,
    /// Turkish, Windows.
    Cp1254,
    /// Baltic, Windows.
    Cp1257,
    /// Central European, ISO.
    Iso8859_2,
    /// Greek, ISO.
    Iso8859_7,
    /// Western European with the euro, ISO.
    Iso8859_15,
    /// Simplified Chinese; two bytes and two cells for a character.
    Gb18030,
    /// Traditional Chinese.
    Big5,
    /// Japanese.
    ShiftJis,
    /// Korean.
    EucKr,
}

/// A library's way from letters to bytes.
enum Table {
    Ascii,
    Dos(&'static oem_cp::OEMCPHashMap<char, u8>),
    Web(&'static Encoding),
}

impl CodePage {
    /// Every code page, for lists to choose from.
    pub const ALL: [Self; 26] = [
        Self::Ascii,
        Self::Cp437,
        Self::Cp737,
        Self::Cp775,
        Self::Cp850,
        Self::Cp852,
        Self::Cp855,
        Self::Cp857,
        Self::Cp858,
        Self::Cp860,
        Self::Cp863,
        Self::Cp865,
        Self::Cp866,
        Self::Cp1250,
        Self::Cp1251,
        Self::Cp1252,
        Self::Cp1253,
        Self::Cp1254,
        Self::Cp1257,
        Self::Iso8859_2,
        Self::Iso8859_7,
        Self::Iso8859_15,
        Self::Gb18030,
        Self::Big5,
        Self::ShiftJis,
        Self::EucKr,
    ];

    /// The bytes of `text`, at most `cells` of them: a cell is a byte, and no character is cut in two.
    pub fn encode(self, text: &str, cells: usize) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(cells);
        // Whatever is cut off is not looked at: a text of megabytes costs no more than a row.
        let text: String = text.chars().take(cells.saturating_mul(8)).collect();
        for letter in ComposingNormalizerBorrowed::new_nfc()
            .normalize(&text)
            .chars()
        {
            let next = self.letter_or_plain(letter);
            if bytes.len() + next.len() > cells {
                break;
            }
            bytes.extend(next);
        }
        bytes
    }

    /// The bytes of `text`, or `None` where one of its letters would have to be written otherwise.
    pub fn exact(self, text: &str) -> Option<Vec<u8>> {
        let mut bytes = Vec::with_capacity(text.len());
        for letter in text.chars() {
            bytes.extend(self.letter(letter)?);
        }
        Some(bytes)
    }

    /// One letter as the device has it.
    fn letter(self, letter: char) -> Option<Vec<u8>> {
        if matches!(letter, ' '..='~') {
            return Some(vec![letter as u8]);
        }
        if letter.is_control() || private(letter) {
            return None;
        }
        match self.table() {
            Table::Ascii => None,
            Table::Dos(table) => table.get(&letter).map(|byte| vec![*byte]),
            Table::Web(encoding) => web(encoding, letter),
        }
    }

    fn letter_or_plain(self, letter: char) -> Vec<u8> {
        self.letter(letter)
            .or_else(|| {
                plain::forms(letter)
                    .iter()
                    .find_map(|form| self.exact(form))
            })
            .unwrap_or_default()
    }

    fn table(self) -> Table {
        match self {
            Self::Ascii => Table::Ascii,
            Self::Cp437 => Table::Dos(&dos::ENCODING_TABLE_CP437),
            Self::Cp737 => Table::Dos(&dos::ENCODING_TABLE_CP737),
            Self::Cp775 => Table::Dos(&dos::ENCODING_TABLE_CP775),
            Self::Cp850 => Table::Dos(&dos::ENCODING_TABLE_CP850),
            Self::Cp852 => Table::Dos(&dos::ENCODING_TABLE_CP852),
            Self::Cp855 => Table::Dos(&dos::ENCODING_TABLE_CP855),
            Self::Cp857 => Table::Dos(&dos::ENCODING_TABLE_CP857),
            Self::Cp858 => Table::Dos(&dos::ENCODING_TABLE_CP858),
            Self::Cp860 => Table::Dos(&dos::ENCODING_TABLE_CP860),
            Self::Cp863 => Table::Dos(&dos::ENCODING_TABLE_CP863),
            Self::Cp865 => Table::Dos(&dos::ENCODING_TABLE_CP865),
            Self::Cp866 => Table::Web(encoding_rs::IBM866),
            Self::Cp1250 => Table::Web(encoding_rs::WINDOWS_1250),
            Self::Cp1251 => Table::Web(encoding_rs::WINDOWS_1251),
            Self::Cp1252 => Table::Web(encoding_rs::WINDOWS_1252),
            Self::Cp1253 => Table::Web(encoding_rs::WINDOWS_1253),
            Self::Cp1254 => Table::Web(encoding_rs::WINDOWS_1254),
            Self::Cp1257 => Table::Web(encoding_rs::WINDOWS_1257),
            Self::Iso8859_2 => Table::Web(encoding_rs::ISO_8859_2),
            Self::Iso8859_7 => Table::Web(encoding_rs::ISO_8859_7),
            Self::Iso8859_15 => Table::Web(encoding_rs::ISO_8859_15),
            Self::Gb18030 => Table::Web(encoding_rs::GB18030),
            Self::Big5 => Table::Web(encoding_rs::BIG5),
            Self::ShiftJis => Table::Web(encoding_rs::SHIFT_JIS),
            Self::EucKr => Table::Web(encoding_rs::EUC_KR),
        }
    }
}

/// Letters that mean something else on every computer.
fn private(letter: char) -> bool {
    matches!(letter, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..)
}

/// One letter by encoding_rs. Left out are GB18030's forms of four bytes, which displays do not know, and letters
/// that do not read back as themselves, such as Shift-JIS' yen sign in place of the back-slash.
fn web(encoding: &'static Encoding, letter: char) -> Option<Vec<u8>> {
    let mut utf8 = [0; 4];
    let text: &str = letter.encode_utf8(&mut utf8);
    let (bytes, _, replaced) = encoding.encode(text);
    if replaced || bytes.len() > 2 || bytes.iter().any(|byte| *byte < b' ' || *byte == 0x7f) {
        return None;
    }
    let (back, broken) = encoding.decode_without_bom_handling(&bytes);
    (!broken && back == text).then(|| bytes.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn letters_as_devices_have_them() {
        use CodePage as P;
        for (page, text, bytes) in [
            (P::Ascii, "Total 1", &b"Total 1"[..]),
            (P::Ascii, "Müller & Söhne", b"Muller & Sohne"),
            (P::Ascii, "naïve — “ok”…", b"naive - \"ok\"..."),
            (P::Ascii, "e\u{301}\u{200b}a", b"ea"),
            (P::Ascii, "合计", b"He Ji "),
            (P::Ascii, "🙂tea", b"tea"),
            (P::Ascii, "a\tb\u{1b}[2Jc", b"a b[2Jc"),
            (P::Ascii, "€5", b"EUR5"),
            (P::Ascii, "１２．５０", b"12.50"),
            (P::Cp437, "e\u{301}", &[0x82]),
            (P::Cp858, "€", &[0xd5]),
            (P::Cp850, "€", b"EUR"),
            (P::Cp852, "Łódź", &[0x9d, 0xa2, b'd', 0xab]),
            (P::Cp866, "Итого", &[0x88, 0xe2, 0xae, 0xa3, 0xae]),
            (P::Cp437, "Итого", b"Itogo"),
            (P::Cp1252, "€", &[0x80]),
            (P::Gb18030, "合计", &[0xba, 0xcf, 0xbc, 0xc6]),
            (P::Gb18030, "找零：", &[0xd5, 0xd2, 0xc1, 0xe3, 0xa3, 0xba]),
            (P::Gb18030, "¥1", &[0xa3, 0xa4, b'1']),
            (P::Big5, "謝謝", &[0xc1, 0xc2, 0xc1, 0xc2]),
            (P::ShiftJis, "ｱ合", &[0xb1, 0x8d, 0x87]),
            (P::ShiftJis, "¥1", &[0x81, 0x8f, b'1']),
            (P::EucKr, "합계", &[0xc7, 0xd5, 0xb0, 0xe8]),
        ] {
            assert_eq!(page.encode(text, 40), bytes, "{page:?} {text:?}");
        }
    }

    #[test]
    fn no_character_is_cut_in_two() {
        assert_eq!(CodePage::Gb18030.encode("合计", 3), [0xba, 0xcf]);
        assert_eq!(CodePage::Gb18030.encode("a合", 2), b"a");
    }

    #[test]
    fn all_lists_all() {
        let mut all = CodePage::ALL.to_vec();
        all.dedup();
        assert_eq!(all.len(), 26);
        assert_eq!(all.last(), Some(&CodePage::EucKr));
    }

    proptest! {
        #[test]
        fn no_text_becomes_a_command(text in ".{0,60}", page in 0..26_usize, cells in 0..41_usize) {
            let bytes = CodePage::ALL[page].encode(&text, cells);
            prop_assert!(bytes.len() <= cells);
            prop_assert!(bytes.iter().all(|byte| *byte >= b' ' && *byte != 0x7f));
        }

        #[test]
        fn what_is_exact_reads_back(text in "\\PC{0,20}", page in 13..26_usize) {
            let page = CodePage::ALL[page];
            if let (Some(bytes), Table::Web(encoding)) = (page.exact(&text), page.table()) {
                prop_assert_eq!(encoding.decode_without_bom_handling(&bytes).0, text);
            }
        }
    }
}
