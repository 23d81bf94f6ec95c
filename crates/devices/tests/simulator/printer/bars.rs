//! Codes that the printer draws itself: CODE128 from the standard's table, QR codes by a library.

use qrcode::{Color, EcLevel, QrCode, Version};

/// The widths of bars and gaps of each of CODE128's values; the last are the three beginnings.
const WIDTHS: [&str; 106] = [
    "212222", "222122", "222221", "121223", "121322", "131222", "122213", "122312", "132212",
    "221213", "221312", "231212", "112232", "122132", "122231", "113222", "123122", "123221",
    "223211", "221132", "221231", "213212", "223112", "312131", "311222", "321122", "321221",
    "312212", "322112", "322211", "212123", "212321", "232121", "111323", "131123", "131321",
    "112313", "132113", "132311", "211313", "231113", "231311", "112133", "112331", "132131",
    "113123", "113321", "133121", "313121", "211331", "231131", "213113", "213311", "213131",
    "311123", "311321", "331121", "312113", "312311", "332111", "314111", "221411", "431111",
    "111224", "111422", "121124", "121421", "141122", "141221", "112214", "112412", "122114",
    "122411", "142112", "142211", "241211", "221114", "413111", "241112", "134111", "111242",
    "121142", "121241", "114212", "124112", "124211", "411212", "421112", "421211", "212141",
    "214121", "412121", "111143", "111341", "131141", "114113", "114311", "411113", "411311",
    "113141", "114131", "311141", "411131", "211412", "211214", "211232",
];
/// The bars at the end.
const STOP: &str = "2331112";

/// CODE128 as a printer is told it: a brace and a letter choose the set. `None` where a real printer prints nothing.
pub(crate) fn code128(data: &[u8]) -> Option<(Vec<bool>, String)> {
    let (mut values, mut text, mut set) = (Vec::new(), String::new(), 0);
    let mut at = 0;
    while let Some(byte) = data.get(at).copied() {
        at += 1;
        if byte == b'{' {
            let next = data.get(at).copied()?;
            at += 1;
            match (next, values.is_empty()) {
                (b'A'..=b'C', true) => values.push(103 + usize::from(next - b'A')),
                (b'A', false) => values.push(101),
                (b'B', false) => values.push(100),
                (b'C', false) => values.push(99),
                (b'{', false) if set == b'B' => {
                    values.push(usize::from(b'{' - 32));
                    text.push('{');
                }
                _ => return None,
            }
            if next != b'{' {
                set = next;
            }
            continue;
        }
        match set {
            b'B' if (32..=127).contains(&byte) => {
                values.push(usize::from(byte - 32));
                text.push(char::from(byte));
            }
            b'C' if byte < 100 => {
                values.push(usize::from(byte));
                text.push_str(&format!("{byte:02}"));
            }
            _ => return None,
        }
    }
    let first = *values.first()?;
    let weighed = values.iter().enumerate().skip(1).map(|(i, v)| i * v);
    values.push((first + weighed.sum::<usize>()) % 103);
    let mut bars = Vec::new();
    for pattern in values.iter().map(|v| WIDTHS[*v]).chain([STOP]) {
        for (i, width) in pattern.bytes().enumerate() {
            bars.extend(std::iter::repeat_n(i % 2 == 0, usize::from(width - b'0')));
        }
    }
    Some((bars, text))
}

/// A QR code's modules and how many are in a row.
pub(crate) fn qr(data: &[u8], level: u8) -> Option<(Vec<bool>, usize)> {
    let level = match level {
        0x30 => EcLevel::L,
        0x31 => EcLevel::M,
        0x32 => EcLevel::Q,
        _ => EcLevel::H,
    };
    let code = QrCode::with_error_correction_level(data, level).ok()?;
    // The other model has no such.
    if !matches!(code.version(), Version::Normal(_)) {
        return None;
    }
    let width = code.width();
    let dark = code.into_colors().into_iter().map(|c| c == Color::Dark);
    Some((dark.collect(), width))
}
