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

/// SAPI's state, as it tells it of all that was handed to it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Status {
    /// The number of the sentence that is spoken.
    pub(super) current: u32,
    /// The number of the sentence that was handed over last.
    pub(super) last: u32,
    /// It speaks.
    pub(super) speaks: bool,
    /// Everything that was handed over is done.
    pub(super) done: bool,
    /// What the sentence that ended last came to.
    pub(super) result: i32,
}

/// What became of one sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    /// It has not begun, or nothing is told of it.
    Waits,
    /// It is being spoken.
    Speaks,
    /// It has ended.
    Ended,
    /// It failed with this result.
    Failed(i32),
}

/// What a state says of the sentence with this number. The result belongs to it only when all is done: before that, it
/// is still that of the sentence before. A number of 0 is none: an implementation that does not count.
pub(super) fn found(ours: u32, status: Status) -> Found {
    let ours_is = |number: u32| number == 0 || number == ours;
    if !ours_is(status.last) {
        Found::Waits
    } else if status.done {
        match status.result {
            result if result < 0 => Found::Failed(result),
            _ => Found::Ended,
        }
    } else if status.speaks && ours_is(status.current) {
        Found::Speaks
    } else {
        Found::Waits
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

    #[test]
    fn a_state_of_another_sentence_says_nothing_of_ours() {
        let status = |current, last, speaks, done, result| Status {
            current,
            last,
            speaks,
            done,
            result,
        };
        let failed = -2_147_467_259;
        for (status, want) in [
            (status(0, 7, false, false, 0), Found::Waits),
            (status(7, 7, true, false, 0), Found::Speaks),
            (status(7, 7, false, true, 0), Found::Ended),
            (status(0, 7, false, true, 0), Found::Ended),
            (status(7, 7, false, true, failed), Found::Failed(failed)),
            // The one before: it still sounds, or failed, or nothing was handed over since it was done.
            (status(6, 7, true, false, 0), Found::Waits),
            (status(6, 7, false, false, failed), Found::Waits),
            (status(7, 7, true, false, failed), Found::Speaks),
            (status(6, 6, false, true, 0), Found::Waits),
            (status(6, 6, false, true, failed), Found::Waits),
            // Not counted at all.
            (status(0, 0, true, false, 0), Found::Speaks),
            (status(0, 0, false, true, 0), Found::Ended),
        ] {
            assert_eq!(found(7, status), want, "{status:?}");
        }
    }
}
