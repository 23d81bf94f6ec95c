//! What this system is set to, as a first guess for a shop: language, time zone, currency. The owner sees and changes
//! all three in the first start.

use crate::settings::Language;
use domain::{Currency, DayRule};

/// The language that the system is set to, if we have it.
pub fn language() -> Language {
    language_of(&sys_locale::get_locale().unwrap_or_default())
}

fn language_of(locale: &str) -> Language {
    if locale.to_ascii_lowercase().starts_with("zh") {
        Language::ZhCn
    } else {
        Language::En
    }
}

/// The system's time zone, by its IANA name.
pub fn zone() -> String {
    jiff::tz::TimeZone::system()
        .iana_name()
        .unwrap_or("UTC")
        .to_owned()
}

/// A day that ends at midnight in this zone.
pub fn day_rule(zone: &str) -> Option<DayRule> {
    DayRule::new(zone, 0).or_else(|| DayRule::new("UTC", 0))
}

/// The currency of a place, by its zone. A zone says more than a language: many a shop runs an English system.
pub fn currency(zone: &str, language: Language) -> Currency {
    const PLACES: &[(&str, &[&str])] = &[
        (
            "CNY",
            &[
                "Asia/Shanghai",
                "Asia/Urumqi",
                "Asia/Chongqing",
                "Asia/Harbin",
                "PRC",
            ],
        ),
        ("HKD", &["Asia/Hong_Kong", "Hongkong"]),
        ("TWD", &["Asia/Taipei", "ROC"]),
        ("JPY", &["Asia/Tokyo", "Japan"]),
        ("KRW", &["Asia/Seoul", "ROK"]),
        ("SGD", &["Asia/Singapore", "Singapore"]),
        ("MYR", &["Asia/Kuala_Lumpur", "Asia/Kuching"]),
        ("THB", &["Asia/Bangkok"]),
        ("INR", &["Asia/Kolkata", "Asia/Calcutta"]),
        ("GBP", &["Europe/London"]),
        (
            "BRL",
            &[
                "America/Sao_Paulo",
                "America/Bahia",
                "America/Fortaleza",
                "America/Recife",
                "America/Manaus",
            ],
        ),
        (
            "MXN",
            &["America/Mexico_City", "America/Monterrey", "America/Cancun"],
        ),
        (
            "EUR",
            &[
                "Europe/Berlin",
                "Europe/Paris",
                "Europe/Madrid",
                "Europe/Rome",
                "Europe/Amsterdam",
                "Europe/Lisbon",
            ],
        ),
        (
            "USD",
            &[
                "America/New_York",
                "America/Chicago",
                "America/Denver",
                "America/Los_Angeles",
                "America/Phoenix",
            ],
        ),
    ];
    let known = PLACES
        .iter()
        .find(|(_, zones)| zones.contains(&zone))
        .and_then(|(code, _)| Currency::new(code));
    known.unwrap_or(match language {
        Language::ZhCn => Currency::CNY,
        Language::En => Currency::USD,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_says_its_currency() {
        for (zone, language, want) in [
            ("Asia/Shanghai", Language::En, "CNY"),
            ("Asia/Tokyo", Language::ZhCn, "JPY"),
            ("America/Sao_Paulo", Language::En, "BRL"),
            ("UTC", Language::ZhCn, "CNY"),
            ("UTC", Language::En, "USD"),
            ("Mars/Base", Language::En, "USD"),
        ] {
            assert_eq!(currency(zone, language).code(), want, "{zone} {language:?}");
        }
    }

    #[test]
    fn a_locale_says_its_language() {
        for (locale, want) in [
            ("zh-CN", Language::ZhCn),
            ("zh_TW.UTF-8", Language::ZhCn),
            ("en-GB", Language::En),
            ("", Language::En),
        ] {
            assert_eq!(language_of(locale), want, "{locale}");
        }
    }

    #[test]
    fn there_is_always_a_day() {
        assert_eq!(
            day_rule("Asia/Shanghai").map(|r| r.zone).as_deref(),
            Some("Asia/Shanghai")
        );
        assert_eq!(
            day_rule("no such zone").map(|r| r.zone).as_deref(),
            Some("UTC")
        );
    }
}
