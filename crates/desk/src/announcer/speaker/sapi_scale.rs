//! SAPI's own measures: languages as numbers, speed from -10 to 10, faults as results of calls. Pure.

use super::Fault;

/// The languages that SAPI writes as numbers and that a shop may speak; the rest is shown by its number.
const LANGUAGES: &[(u16, &str)] = &[
    (0x0404, "zh-TW"),
    (0x0804, "zh-CN"),
    (0x0C04, "zh-HK"),
    (0x1004, "zh-SG"),
    (0x1404, "zh-MO"),
    (0x0407, "de-DE"),
    (0x0409, "en-US"),
    (0x0809, "en-GB"),
    (0x0C09, "en-AU"),
    (0x1009, "en-CA"),
    (0x1409, "en-NZ"),
    (0x1809, "en-IE"),
    (0x4009, "en-IN"),
    (0x040A, "es-ES"),
    (0x080A, "es-MX"),
    (0x0C0A, "es-ES"),
    (0x2C0A, "es-AR"),
    (0x340A, "es-CL"),
    (0x540A, "es-US"),
    (0x580A, "es-419"),
    (0x040C, "fr-FR"),
    (0x0410, "it-IT"),
    (0x0411, "ja-JP"),
    (0x0412, "ko-KR"),
    (0x0416, "pt-BR"),
    (0x0816, "pt-PT"),
    (0x0419, "ru-RU"),
    (0x041E, "th-TH"),
    (0x0421, "id-ID"),
    (0x042A, "vi-VN"),
    (0x0439, "hi-IN"),
    (0x0009, "en"),
    (0x000A, "es"),
    (0x0016, "pt"),
    (0x0039, "hi"),
    (0x7804, "zh"),
];

/// A voice's language as BCP 47, from SAPI's list of hexadecimal numbers (`804`, `409;9`), best first.
pub(super) fn language(attribute: &str) -> String {
    let numbers = attribute
        .split(';')
        .filter_map(|part| u16::from_str_radix(part.trim(), 16).ok());
    let known = numbers
        .clone()
        .find_map(|number| LANGUAGES.iter().find(|(known, _)| *known == number));
    match (known, numbers.clone().next()) {
        (Some((_, tag)), _) => (*tag).to_owned(),
        (None, Some(number)) => format!("x-lcid-{number:04x}"),
        (None, None) => "und".to_owned(),
    }
}

/// Percent of normal speed on SAPI's scale, where ten steps are three times as fast: 200 % is 6, 50 % is -6.
#[expect(clippy::float_arithmetic, reason = "speed of a voice, not money")]
pub(super) fn rate(percent: u16) -> i32 {
    let times = f32::from(percent.clamp(50, 200)) / 100.0;
    (10.0 * times.log(3.0)).round() as i32
}

/// What a failed call to speak means, once a voice was set.
pub(super) fn fault(result: i32) -> Fault {
    match result as u32 {
        // Device busy, not supported, not there; no object for the default output.
        0x8004_5004..=0x8004_5008 | 0x8004_503A => Fault::NoOutput,
        // Of the audio service (AUDCLNT_E) and of the old wave functions.
        0x8889_0000..=0x8889_FFFF | 0x8004_5F00..=0x8004_5FFF => Fault::NoOutput,
        _ => Fault::NoSpeech,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{announcer::speaker::fit, settings::SpeechLanguage};

    #[test]
    fn languages_are_those_that_announcements_ask_for() {
        for (attribute, tag) in [
            ("804", "zh-CN"),
            ("0804", "zh-CN"),
            ("409;9", "en-US"),
            ("9;409", "en"),
            ("C04", "zh-HK"),
            ("416", "pt-BR"),
            ("439", "hi-IN"),
            ("41d", "x-lcid-041d"),
            ("41d;809", "en-GB"),
            ("", "und"),
            ("Klingon", "und"),
            ("123456789", "und"),
        ] {
            assert_eq!(language(attribute), tag, "{attribute:?}");
        }
        assert!(fit(SpeechLanguage::ZhCn, &language("804")).is_some());
        assert!(fit(SpeechLanguage::ZhHk, &language("c04")).is_some());
        assert!(fit(SpeechLanguage::En, &language("41d")).is_none());
    }

    #[test]
    fn speed_is_symmetrical_about_normal() {
        for (percent, steps) in [
            (100, 0),
            (200, 6),
            (50, -6),
            (150, 4),
            (75, -3),
            (0, -6),
            (999, 6),
        ] {
            assert_eq!(rate(percent), steps, "{percent} %");
        }
    }

    #[test]
    fn a_missing_loudspeaker_is_told_from_a_missing_voice() {
        for (result, want) in [
            (0x8004_503A_u32, Fault::NoOutput),
            (0x8004_5006, Fault::NoOutput),
            (0x8889_0004, Fault::NoOutput),
            (0x8000_4005, Fault::NoSpeech),
            (0x8007_000E, Fault::NoSpeech),
        ] {
            assert_eq!(fault(result as i32), want, "{result:#x}");
        }
    }
}
