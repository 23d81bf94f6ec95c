//! From a device's bytes to letters.

use crate::display::CodePage;
use encoding_rs::Encoding;
use oem_cp::code_table as dos;

/// What stands for a byte that means nothing.
pub(super) const UNKNOWN: char = '\u{fffd}';

/// The first letter of `bytes` and how many bytes it takes, which is how many cells it fills; `None` when its second
/// half is yet to come.
pub(super) fn first(page: CodePage, bytes: &[u8]) -> Option<(char, usize)> {
    let lead = *bytes.first()?;
    if lead < 0x80 {
        return Some((char::from(lead), 1));
    }
    let two = match page {
        CodePage::Gb18030 | CodePage::Big5 | CodePage::EucKr => (0x81..=0xfe).contains(&lead),
        CodePage::ShiftJis => matches!(lead, 0x81..=0x9f | 0xe0..=0xfc),
        _ => false,
    };
    if !two {
        return Some((single(page, lead), 1));
    }
    let trail = *bytes.get(1)?;
    // A command in the middle of a letter: the letter is lost, the command is not.
    if trail < 0x20 {
        return Some((UNKNOWN, 1));
    }
    let letter = web(page).map_or(UNKNOWN, |encoding| alone(encoding, &[lead, trail]));
    Some((letter, 2))
}

fn single(page: CodePage, byte: u8) -> char {
    if page == CodePage::Cp857 {
        return dos::DECODING_TABLE_CP857[usize::from(byte - 0x80)].unwrap_or(UNKNOWN);
    }
    match (dos_table(page), web(page)) {
        (Some(table), _) => table[usize::from(byte - 0x80)],
        (None, Some(encoding)) => alone(encoding, &[byte]),
        (None, None) => UNKNOWN,
    }
}

fn alone(encoding: &'static Encoding, bytes: &[u8]) -> char {
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    let mut letters = text.chars();
    match (letters.next(), letters.next()) {
        (Some(letter), None) if !letter.is_control() => letter,
        _ => UNKNOWN,
    }
}

fn dos_table(page: CodePage) -> Option<&'static [char; 128]> {
    Some(match page {
        CodePage::Cp437 => &dos::DECODING_TABLE_CP437,
        CodePage::Cp737 => &dos::DECODING_TABLE_CP737,
        CodePage::Cp775 => &dos::DECODING_TABLE_CP775,
        CodePage::Cp850 => &dos::DECODING_TABLE_CP850,
        CodePage::Cp852 => &dos::DECODING_TABLE_CP852,
        CodePage::Cp855 => &dos::DECODING_TABLE_CP855,
        CodePage::Cp858 => &dos::DECODING_TABLE_CP858,
        CodePage::Cp860 => &dos::DECODING_TABLE_CP860,
        CodePage::Cp863 => &dos::DECODING_TABLE_CP863,
        CodePage::Cp865 => &dos::DECODING_TABLE_CP865,
        CodePage::Cp866 => &dos::DECODING_TABLE_CP866,
        _ => return None,
    })
}

fn web(page: CodePage) -> Option<&'static Encoding> {
    Some(match page {
        CodePage::Cp1250 => encoding_rs::WINDOWS_1250,
        CodePage::Cp1251 => encoding_rs::WINDOWS_1251,
        CodePage::Cp1252 => encoding_rs::WINDOWS_1252,
        CodePage::Cp1253 => encoding_rs::WINDOWS_1253,
        CodePage::Cp1254 => encoding_rs::WINDOWS_1254,
        CodePage::Cp1257 => encoding_rs::WINDOWS_1257,
        CodePage::Iso8859_2 => encoding_rs::ISO_8859_2,
        CodePage::Iso8859_7 => encoding_rs::ISO_8859_7,
        CodePage::Iso8859_15 => encoding_rs::ISO_8859_15,
        CodePage::Gb18030 => encoding_rs::GBK,
        CodePage::Big5 => encoding_rs::BIG5,
        CodePage::ShiftJis => encoding_rs::SHIFT_JIS,
        CodePage::EucKr => encoding_rs::EUC_KR,
        _ => return None,
    })
}
