//! A printer's bytes as letters.

use super::Reader;
use crate::display::code_page::CodePage;
use encoding_rs::Encoding;
use oem_cp::code_table::DECODING_TABLE_CP_MAP;

/// What stands for a byte that is no letter.
const NO_LETTER: &str = "\u{fffd}";

impl Reader<'_> {
    /// A letter that begins with `first`.
    pub(super) fn letter(&mut self, first: u8) -> Option<()> {
        if first < 0x80 {
            self.put(char::from(first).encode_utf8(&mut [0; 4]), 1);
            return Some(());
        }
        match self.wide_page.filter(|_| self.wide_on) {
            Some(page) => {
                let small = page == CodePage::ShiftJis && matches!(first, 0xa0..=0xdf);
                let bytes = if small {
                    vec![first]
                } else {
                    vec![first, self.byte()?]
                };
                let text = encoding(page).map_or(NO_LETTER.into(), |encoding| {
                    encoding.decode_without_bom_handling(&bytes).0.into_owned()
                });
                self.put(&text, bytes.len());
            }
            None => {
                let page = self.maker.page(self.page);
                let text = page.and_then(|page| single(page, first));
                self.put(text.as_deref().unwrap_or(NO_LETTER), 1);
            }
        }
        Some(())
    }
}

fn single(page: CodePage, byte: u8) -> Option<String> {
    if let Some(number) = dos(page) {
        return DECODING_TABLE_CP_MAP
            .get(&number)
            .map(|table| table.decode_string_lossy(&[byte]));
    }
    let byte = [byte];
    let text = encoding(page)?.decode_without_bom_handling(&byte).0;
    Some(text.into_owned())
}

fn dos(page: CodePage) -> Option<u16> {
    use CodePage as P;
    Some(match page {
        P::Cp437 => 437,
        P::Cp737 => 737,
        P::Cp775 => 775,
        P::Cp850 => 850,
        P::Cp852 => 852,
        P::Cp855 => 855,
        P::Cp857 => 857,
        P::Cp858 => 858,
        P::Cp860 => 860,
        P::Cp863 => 863,
        P::Cp865 => 865,
        P::Cp866 => 866,
        _ => return None,
    })
}

fn encoding(page: CodePage) -> Option<&'static Encoding> {
    use CodePage as P;
    let label: &[u8] = match page {
        P::Cp1250 => b"windows-1250",
        P::Cp1251 => b"windows-1251",
        P::Cp1252 => b"windows-1252",
        P::Cp1253 => b"windows-1253",
        P::Cp1254 => b"windows-1254",
        P::Cp1257 => b"windows-1257",
        P::Iso8859_2 => b"iso-8859-2",
        P::Iso8859_7 => b"iso-8859-7",
        P::Iso8859_15 => b"iso-8859-15",
        P::Gb18030 => b"gb18030",
        P::Big5 => b"big5",
        P::ShiftJis => b"shift_jis",
        P::EucKr => b"euc-kr",
        _ => return None,
    };
    Encoding::for_label(label)
}
