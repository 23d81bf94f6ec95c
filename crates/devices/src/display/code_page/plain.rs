//! How a letter is written where a device lacks it: the best form first.

/// Signs of money and of print, which general tables write in ways that no till does. A wide form comes before
/// plain letters, for devices that have only that.
const SIGNS: &[(char, &[&str])] = &[
    ('¥', &["￥", "Y"]),
    ('￥', &["¥", "Y"]),
    ('€', &["EUR"]),
    ('£', &["￡", "GBP"]),
    ('₹', &["Rs"]),
    ('₩', &["￦", "KRW"]),
    ('₫', &["đ", "d"]),
    ('฿', &["THB"]),
    ('₱', &["PHP"]),
    ('৳', &["Tk"]),
    ('₽', &["RUB"]),
    ('₺', &["TL"]),
    ('\u{2212}', &["-"]),
    ('–', &["-"]),
    ('—', &["-"]),
    ('×', &["x"]),
    ('·', &["."]),
    ('•', &["-"]),
    ('…', &["..."]),
    ('\u{a0}', &[" "]),
    ('\u{202f}', &[" "]),
    ('\u{3000}', &[" "]),
    ('\t', &[" "]),
    ('\n', &[" "]),
    ('°', &["o"]),
    ('ß', &["ss"]),
    ('ẞ', &["SS"]),
];

/// Other ways to write a letter; none for what has no sound: pictures, control characters, private letters.
pub(super) fn forms(letter: char) -> Vec<&'static str> {
    if let Some((_, forms)) = SIGNS.iter().find(|(sign, _)| *sign == letter) {
        return forms.to_vec();
    }
    if letter.is_control() || picture(letter) {
        return Vec::new();
    }
    deunicode::deunicode_char(letter).into_iter().collect()
}

/// Arrows, boxes and little pictures: their names in words would say something else than was meant.
fn picture(letter: char) -> bool {
    matches!(letter,
        '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2190}'..='\u{27bf}'
        | '\u{2900}'..='\u{2bff}' | '\u{e000}'..='\u{f8ff}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
        | '\u{1f000}'..='\u{1faff}' | '\u{e0000}'..)
}
