//! Bytes into text: a byte order mark, then strict UTF-8, then GB18030 or Windows-1252. No guesser decides, since one
//! broken byte misleads it.

use encoding_rs::{Encoding, GB18030, UTF_8, WINDOWS_1252};
use std::borrow::Cow;

/// What a text was written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextEncoding {
    /// UTF-8, with or without a mark.
    Utf8,
    /// UTF-16 with a mark, as spreadsheets save "Unicode text".
    Utf16,
    /// GB18030, which GBK and GB2312 are parts of.
    Gb18030,
    /// Western.
    Windows1252,
    /// A spreadsheet, which says itself.
    Spreadsheet,
}

/// Text, and what became of its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded<'b> {
    /// The text without its mark.
    pub text: Cow<'b, str>,
    /// What it was written in.
    pub encoding: TextEncoding,
    /// How many letters could not be read.
    pub replaced: usize,
}

/// How far Chinese words are looked for.
const PROBE: usize = 256 * 1024;

/// Words of which every Chinese statement has some in its header.
const WORDS: &[&str] = &[
    "交易", "金额", "账", "帐", "订单", "时间", "日期", "收入", "支出", "余额", "摘要", "商户",
    "流水", "单号",
];

/// The text; `None` where the bytes are none.
pub fn decode(bytes: &[u8]) -> Option<Decoded<'_>> {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        let name = if encoding == UTF_8 {
            TextEncoding::Utf8
        } else {
            TextEncoding::Utf16
        };
        return text_only(by(encoding, name, &bytes[length..]));
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text_only(Decoded {
            text: Cow::Borrowed(text),
            encoding: TextEncoding::Utf8,
            replaced: 0,
        });
    }
    let probe = &bytes[..bytes.len().min(PROBE)];
    let has_words = |text: &str| WORDS.iter().any(|word| text.contains(word));
    // UTF-8 with a few broken bytes is still more UTF-8 than anything else.
    if has_words(&String::from_utf8_lossy(probe)) {
        return text_only(by(UTF_8, TextEncoding::Utf8, bytes));
    }
    let gb = GB18030.decode_without_bom_handling(probe).0;
    if has_words(&gb) || comes_in_pairs(probe) {
        return text_only(by(GB18030, TextEncoding::Gb18030, bytes));
    }
    text_only(by(WINDOWS_1252, TextEncoding::Windows1252, bytes))
}

/// Whether the bytes beyond ASCII come two by two, as Chinese letters do and accented ones do not.
fn comes_in_pairs(bytes: &[u8]) -> bool {
    let runs = bytes.split(|byte| *byte < 0xa1);
    let (mut paired, mut all) = (0, 0);
    for run in runs {
        all += run.len();
        paired += if run.len().is_multiple_of(2) {
            run.len()
        } else {
            0
        };
    }
    all > 0 && paired * 10 >= all * 9
}

fn by<'b>(encoding: &'static Encoding, name: TextEncoding, bytes: &'b [u8]) -> Decoded<'b> {
    let (text, broken) = encoding.decode_without_bom_handling(bytes);
    let replaced = if broken {
        text.chars().filter(|c| *c == '\u{fffd}').count()
    } else {
        0
    };
    Decoded {
        text,
        encoding: name,
        replaced,
    }
}

/// Pictures, programs and archives have NULs; statements have none.
fn text_only(decoded: Decoded<'_>) -> Option<Decoded<'_>> {
    let nul = decoded.text.bytes().take(PROBE).any(|b| b == 0);
    (!nul).then_some(decoded)
}
