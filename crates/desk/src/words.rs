//! Texts for people, from the locale files that the pages read too.

use crate::settings::Language;
use reports::{Texts, texts::fill};
use std::sync::{Arc, LazyLock};

static EN: LazyLock<Arc<Texts>> =
    LazyLock::new(|| Arc::new(Texts::read(include_str!("../../../ui/src/locales/en.json"))));
static ZH_CN: LazyLock<Arc<Texts>> = LazyLock::new(|| {
    Arc::new(Texts::read(include_str!(
        "../../../ui/src/locales/zh-CN.json"
    )))
});

/// All texts of a language, for what makes whole papers and tables of them.
pub(crate) fn all(language: Language) -> &'static Arc<Texts> {
    match language {
        Language::En => &EN,
        Language::ZhCn => &ZH_CN,
    }
}

/// The text of a key, with each `{name}` replaced by its value. What stands in a value is never replaced again. A
/// language that lacks the key speaks English; a key that nobody knows is shown as it is, so that it is found.
pub fn text(language: Language, key: &str, values: &[(&str, &str)]) -> String {
    let own = match language {
        Language::ZhCn => ZH_CN.get(key),
        Language::En => None,
    };
    match own.or_else(|| EN.get(key)) {
        Some(text) => fill(text, values),
        None => {
            tracing::error!(key, "no text for this key");
            key.to_owned()
        }
    }
}

/// Whether the locale files have a text for the key, for texts that are optional (`platform.<name>`).
pub fn has(key: &str) -> bool {
    EN.get(key).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn placeholders(text: &str) -> BTreeSet<&str> {
        text.split('{')
            .skip(1)
            .filter_map(|part| part.split_once('}'))
            .map(|(name, _)| name)
            .collect()
    }

    #[test]
    fn both_languages_have_the_same_keys_and_placeholders() {
        let (en, zh): (&Texts, &Texts) = (&EN, &ZH_CN);
        assert!(en.get("tray.quit").is_some(), "the file was not read");
        let keys = |texts: &Texts| -> BTreeSet<String> {
            texts.iter().map(|(key, _)| key.to_owned()).collect()
        };
        assert_eq!(keys(en), keys(zh));
        for (key, text) in en.iter() {
            let chinese = zh.get(key).unwrap_or_default();
            assert_eq!(placeholders(text), placeholders(chinese), "{key}");
            assert!(
                !text.trim().is_empty() && !chinese.trim().is_empty(),
                "{key} is empty"
            );
        }
    }

    #[test]
    fn finds_a_text_in_both_languages() {
        assert_eq!(
            text(Language::En, "tray.muted", &[("clock", "14:30")]),
            "Voice off until 14:30"
        );
        assert_eq!(
            text(Language::ZhCn, "tray.muted", &[("clock", "14:30")]),
            "14:30 前不播报"
        );
        assert_eq!(text(Language::ZhCn, "no.such_key", &[]), "no.such_key");
    }
}
